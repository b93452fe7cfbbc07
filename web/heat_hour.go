package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// hourURL is a page of the list of stores that were offline in an hour of the last week.
func hourURL(h weekHour, group string, page int) string {
	v := url.Values{}
	if group != "" {
		v.Set("group", group)
	}
	addPage(v, page)
	return withQuery("/hours/"+h.slug(), v)
}

// showHour serves GET /hours/:hour?group=&page=, such as /hours/monday-21: which stores
// make up a cell of the heat map.
func (s *Server) showHour(c echo.Context) error {
	when, known := parseWeekHour(c.Param("hour"))
	if !known {
		return problem{http.StatusNotFound, words.Later("There is no such hour"), words.Later("Expected a weekday and an hour, such as monday-21."), nil}
	}
	number, err := parsePage(c)
	if err != nil {
		return err
	}
	ctx, group := c.Request().Context(), names.Asked(c.QueryParam("group"))
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	stores := reports.About(snapshot, group).Stores
	if group != "" && len(stores) == 0 {
		return noSuchGroup(group)
	}
	page, at, err := s.pageOf(c, snapshot, upperFirst(when.text(spokenOf(ctx))), views.NavOverview)
	if err != nil {
		return err
	}
	found, err := snapshot.HourOf(ctx, stores, when.weekday, when.hour)
	if err != nil {
		return err
	}
	list := newHourStores(snapshot, stores, found, when, group, number, at)
	return renderEither(c, views.HourPage(page, list), views.HourTable(list))
}

// noSuchGroup says that no store that the visitor may see is in a group.
func noSuchGroup(group string) error {
	return problem{http.StatusNotFound, words.Later("There is no such group"), words.Later("No store is in the group {group}.", "group", group), nil}
}

// newHourStores lists the stores that were offline in an hour, the worst first. found are
// their figures of it.
func newHourStores(s *figures.Snapshot, stores []int, found []uptime.Figures, when weekHour, group string, page int, at moment) views.HourStores {
	list := views.HourStores{Heading: upperFirst(when.span(at.w)), Group: group, Back: views.Link{Text: at.w.Say("Overview"), URL: "/"}, Empty: at.w.Say("No store was seen offline then")}
	if group != "" {
		list.Back = views.Link{Text: group, URL: groupURL(group)}
	}
	all, offline := offlineIn(found)
	list.Pager, offline = paginate(at.w, offline, page, storesPerPage, listedStores, func(page int) string { return hourURL(when, group, page) })
	for _, i := range offline {
		store := s.Stores[stores[i]]
		row := views.HourStore{ID: store.Code, URL: storeURL(store.Code), Name: store.Name, City: store.City, Hour: newWindow(at.w, "", found[i])}
		if store.Group != "" && group == "" {
			row.Group = views.Link{Text: store.Group, URL: groupURL(store.Group)}
		}
		list.Rows = append(list.Rows, row)
	}
	list.Together = newWindow(at.w, "", all)
	list.Lead = at.w.Say("Which stores were offline in this hour of the last week, in their own time zones.")
	if at.old() {
		list.Lead = at.w.Say("Which stores were offline in this hour of the week to {day}, in their own time zones.", "day", at.untilDay(time.UTC))
	}
	return list
}
