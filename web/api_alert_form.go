package web

import (
	"strconv"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
)

// apiAlertRuleForm is what a script may say of a rule.
type apiAlertRuleForm struct {
	Kind     alerts.Kind   `json:"kind"`
	Scope    entered.Scope `json:"scope"`
	Name     *string       `json:"name"`           // the store's id or the group's name; none for all stores
	After    *int64        `json:"after_minutes"`  // none: as long as is usual for the kind
	TellBack bool          `json:"tell_back"`      // also when it is over
	Remind   *int64        `json:"remind_minutes"` // none: never
	Again    int64         `json:"again_minutes"`
	Quiet    *apiQuiet     `json:"quiet"`
	Zone     *string       `json:"zone"` // of the quiet hours
	Channels []string      `json:"channels"`
	Enabled  bool          `json:"enabled"`
}

// apiQuiet are the hours of a day in which nothing is sent.
type apiQuiet struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// apiAlertRule is a rule as scripts read it.
type apiAlertRule struct {
	ID string `json:"id"`
	apiAlertRuleForm
	CreatedBy *string `json:"created_by"`
	CreatedAt apiTime `json:"created_at"`
}

const alertRuleExample = `{"kind": "offline", "scope": "group", "name": "Burger Barn", "after_minutes": 30, "channels": []}`

// alertRuleFields are the fields of a rule that bodies call otherwise than package alerts.
var alertRuleFields = map[string]string{"after": "after_minutes", "remind": "remind_minutes", "again": "again_minutes", "quiet hours": "quiet"}

func newAPIAlertRule(r alerts.Rule) apiAlertRule {
	return apiAlertRule{ID: r.ID, apiAlertRuleForm: newAPIAlertRuleForm(r), CreatedBy: orNull(r.CreatedBy), CreatedAt: apiTime(r.CreatedAt)}
}

func newAPIAlertRuleForm(r alerts.Rule) apiAlertRuleForm {
	f := apiAlertRuleForm{
		Kind: r.Kind, Scope: r.Scope, Name: orNull(r.Name), TellBack: r.TellBack, Again: int64(r.Again / uptime.Minute),
		Zone: orNull(r.Zone), Channels: models.OrEmpty(r.Channels), Enabled: r.Enabled,
	}
	if r.Kind.Timed() && r.Kind != "" {
		after := int64(r.After / uptime.Minute)
		f.After = &after
	}
	if r.Remind > 0 {
		remind := int64(r.Remind / uptime.Minute)
		f.Remind = &remind
	}
	if r.Quiet() {
		f.Quiet = &apiQuiet{uptime.ClockText(r.QuietFrom), uptime.ClockText(r.QuietTo)}
	}
	return f
}

// emptyAlertRuleForm is the form of a rule of which nothing is said yet.
func emptyAlertRuleForm() apiAlertRuleForm {
	form := newAPIAlertRuleForm(alerts.NewRule("", 0))
	form.Scope = "" // has to be said
	return form
}

// rule is what the form stands for, where stores are polled every so often. What package
// alerts looks at is not looked at here.
func (f apiAlertRuleForm) rule(every uptime.Micros) (r alerts.Rule, err error) {
	r = alerts.NewRule(f.Kind, every)
	r.Subject = entered.Subject{Scope: f.Scope, Name: deref(f.Name)}
	r.TellBack, r.Zone, r.Channels, r.Enabled = f.TellBack, deref(f.Zone), f.Channels, f.Enabled
	if f.After != nil {
		if r.After, err = minutesIn("after_minutes", *f.After); err != nil {
			return r, err
		}
	}
	if r.Remind, err = minutesIn("remind_minutes", deref(f.Remind)); err != nil {
		return r, err
	}
	if r.Again, err = minutesIn("again_minutes", f.Again); err != nil || f.Quiet == nil {
		return r, err
	}
	var known bool
	if r.QuietFrom, known = parseClock(f.Quiet.From); !known {
		return r, badParam("quiet.from", words.Said("a time such as 23:00"), f.Quiet.From)
	}
	if r.QuietTo, known = parseClock(f.Quiet.To); !known {
		return r, badParam("quiet.to", words.Said("a time such as 07:00"), f.Quiet.To)
	}
	return r, nil
}

func minutesIn(field string, n int64) (uptime.Micros, error) {
	if n < 0 || n > longestMinutes {
		return 0, badParam(field, words.Said("a number of minutes such as 30"), strconv.FormatInt(n, 10))
	}
	return uptime.Micros(n) * uptime.Minute, nil
}
