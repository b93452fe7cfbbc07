package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// salesForm is what a visitor may send to enter a sales rate.
type salesForm struct {
	Group   string `form:"group"`
	PerHour string `form:"per_hour"`
}

// setStoreSales serves POST /stores/:id/sales.
func (s *Server) setStoreSales(c echo.Context) error {
	snapshot, n, err := s.recentStore(c)
	if err != nil {
		return err
	}
	code := snapshot.Stores[n].Code
	err = s.setSales(c, entered.Store(code))
	var wrong fieldProblem
	if errors.As(err, &wrong) {
		return s.sendStore(c, http.StatusUnprocessableEntity, &wrong)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, storeURL(code)+"#sales")
}

// setGroupSales serves POST /sales.
func (s *Server) setGroupSales(c echo.Context) error {
	group := names.Asked(c.FormValue("group"))
	snapshot, err := s.recentSnapshot(c.Request().Context())
	if err != nil {
		return err
	}
	if group == "" || len(reports.About(snapshot, group).Stores) == 0 {
		return badField("group", words.Later("the name of a group that has stores"), group)
	}
	err = s.setSales(c, entered.Group(group))
	var wrong fieldProblem
	if errors.As(err, &wrong) {
		return s.sendOverview(c, http.StatusUnprocessableEntity, group, &wrong)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, groupURL(group)+"#sales")
}

func (s *Server) setSales(c echo.Context, subject entered.Subject) error {
	noteOf(c).about(string(subject.Scope), subject.Name)
	var form salesForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	noteOf(c).detail = words.Later("{amount} an hour|of sales, in the audit log", "amount", cmp.Or(form.PerHour, "nothing")).String()
	perHour, err := parseMoney("per_hour", form.PerHour)
	if err != nil {
		return err
	}
	return s.data.SetSalesRate(c.Request().Context(), entered.SalesRate{Subject: subject, PerHour: perHour})
}

// parseMoney reads an amount such as 60, 59.90 or 59,90; an empty field is 0.
func parseMoney(field, text string) (entered.Money, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	wrong := badField(field, words.Later("an amount from 0 to 10000000 such as 60 or 59.90"), text).saying(words.Later("Enter an amount such as 60 or 59.90."))
	whole, cents, _ := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	if len(cents) > 2 || strings.HasSuffix(text, ".") || strings.HasSuffix(text, ",") || strings.ContainsAny(text, "+-_") {
		return 0, wrong
	}
	amount, err := strconv.ParseInt(cmp.Or(whole, "0")+(cents + "00")[:2], 10, 64)
	if err != nil || entered.Money(amount) > entered.MaxSalesPerHour {
		return 0, wrong
	}
	return entered.Money(amount), nil
}

// moneyText is an amount with its currency: $1,234.50.
func (s *Server) moneyText(w spoken, m entered.Money) string {
	return s.settings.Currency + w.Number(int64(m/100)) + w.Figure(fmt.Sprintf(".%02d", m%100))
}

// shortMoneyText is moneyText without the cents where there are none.
func (s *Server) shortMoneyText(w spoken, m entered.Money) string {
	if m%100 != 0 {
		return s.moneyText(w, m)
	}
	return s.settings.Currency + w.Number(int64(m/100))
}

// newStoreSales is the form of one store.
func (s *Server) newStoreSales(w spoken, sales entered.Sales, store models.Store) *views.Sales {
	form := &views.Sales{Action: storeURL(store.Code) + "/sales", Currency: s.settings.Currency}
	if strings.HasPrefix(form.Action, "/stores?") {
		return nil // no path can carry the id of this store
	}
	rate, known := sales.Of(store)
	switch {
	case known && rate.Scope == entered.OfStore:
		form.PerHour = amountText(w, rate.PerHour)
	case known:
		form.Source = w.Say("The rate of its group, {group}, counts now: {amount}.", "group", rate.Name, "amount", s.moneyText(w, rate.PerHour))
	}
	return form
}

// newGroupSales is the form of a group.
func (s *Server) newGroupSales(w spoken, sales entered.Sales, group string) *views.Sales {
	form := &views.Sales{Action: "/sales", Group: group, Currency: s.settings.Currency}
	if perHour, known := sales.OfGroup(group); known {
		form.PerHour = amountText(w, perHour)
	}
	return form
}

// amountText is an amount as it is typed into the form.
func amountText(w spoken, m entered.Money) string { return w.Figure(m.String()) }

// addLostSales estimates the sales that the stores with a known rate lost to
// downtime.
func (s *Server) addLostSales(w spoken, windows []views.Window, sales entered.Sales, snapshot *figures.Snapshot, stores []int) {
	if !sales.Some() {
		return
	}
	for n := range windows {
		lost := lostIn(sales, snapshot, stores, n)
		if lost.rated > 0 && windows[n].Known { // else nobody knows what was lost
			windows[n].Lost, windows[n].LostNote = s.lostText(w, lost.down, lost.rated, len(stores), windows[n].Thin)
		}
	}
}

// lostTime is for how long the stores that have a rate were down, by the rate, so that what it
// cost is rounded once.
type lostTime struct {
	down  map[entered.Money]uptime.Micros
	rated int    // stores that have a rate
	cents *int64 // what it cost; nil where none has, or nothing is known of them
}

// lostIn is what stores lost in one of the three windows.
func lostIn(sales entered.Sales, s *figures.Snapshot, stores []int, window int) lostTime {
	of := make([]uptime.Figures, len(stores))
	for place, n := range stores {
		of[place] = s.Figures[n][window]
	}
	return lostOf(sales, s, stores, of)
}

// lostOf is what stores lost, by the figures of each.
func lostOf(sales entered.Sales, s *figures.Snapshot, stores []int, of []uptime.Figures) lostTime {
	lost, seen := lostTime{down: map[entered.Money]uptime.Micros{}}, false
	for place, n := range stores {
		seen = seen || of[place].Up+of[place].Down > 0
		if rate, known := sales.Of(s.Stores[n]); known {
			lost.rated++
			lost.down[rate.PerHour] += of[place].Down
		}
	}
	if lost.rated > 0 && seen {
		cents := int64(entered.Lost(lost.down))
		lost.cents = &cents
	}
	return lost
}

// lostText says what downtime cost, and how that was computed. It is thin where little of
// the time was seen.
func (s *Server) lostText(w spoken, down map[entered.Money]uptime.Micros, rated, stores int, thin bool) (lost, note string) {
	lost = w.Say("≈ {amount} lost sales", "amount", s.moneyText(w, entered.Lost(down)))
	formula := w.Say("downtime × sales per open hour, store by store")
	if len(down) == 1 {
		for perHour, time := range down {
			formula = w.Say("{length} × {amount} per hour", "length", w.length(time), "amount", s.shortMoneyText(w, perHour))
		}
	}
	return lost, lostNote(w, formula, rated, stores, thin)
}

// lostNote says of which stores an estimate is, and of which time.
func lostNote(w spoken, formula string, rated, stores int, thin bool) string {
	some := words.Plural{One: "{formula}, of the {n} store that has a rate; an estimate", Other: "{formula}, of the {n} stores that have a rate; an estimate"}
	someThin := words.Plural{
		One:   "{formula}, of the {n} store that has a rate; an estimate of what was seen",
		Other: "{formula}, of the {n} stores that have a rate; an estimate of what was seen",
	}
	switch {
	case rated < stores && thin:
		return w.Count(int64(rated), someThin, "formula", formula)
	case rated < stores:
		return w.Count(int64(rated), some, "formula", formula)
	case thin:
		return w.Say("{formula}; an estimate of what was seen", "formula", formula)
	default:
		return w.Say("{formula}; an estimate", "formula", formula)
	}
}
