package alerts

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/models/zones"
)

// A Rule says what somebody is told at once, and where.
type Rule struct {
	ID              string
	PersonID        string // whose it is; empty where it was made while there were no accounts
	entered.Subject        // the stores, as far as the person reaches them
	Kind            Kind

	After    uptime.Micros // offline, without data or silent for so long
	TellBack bool          // also tell when it is over
	Remind   uptime.Micros // time of the data after which it is said again; 0 = never
	Again    uptime.Micros // the least time from one incident of a store that is told to the next

	// QuietFrom and QuietTo are seconds of the day in Zone; what is found between them is
	// told at their end. -1 = there are none.
	QuietFrom, QuietTo int
	Zone               string

	Channels []string `gorm:"serializer:json"` // ids; none = it is on the page only
	Enabled  bool

	// ActiveFrom is the instant of the data from which on the rule judges, and ActiveSince
	// the same by the clock. What was found before is not told.
	ActiveFrom  models.OptionalInstant
	ActiveSince uptime.Instant

	CreatedBy string
	CreatedAt uptime.Instant `gorm:"autoCreateTime:false"`
}

// TableName implements GORM's Tabler.
func (Rule) TableName() string { return "alert_rules" }

// Kind is what a rule looks for. Its text is stored.
type Kind string

// The kinds of rules.
const (
	Offline       Kind = "offline"        // a store is offline while it should be open
	NoData        Kind = "no_data"        // nobody polls a store while it should be open, but others are
	ImportFailed  Kind = "import_failed"  // an import ended without a result
	SourceFailing Kind = "source_failing" // a source cannot be fetched several times in a row
	PollsStale    Kind = "polls_stale"    // by the clock, nothing is polled at all
)

// Kinds are all kinds, as forms list them.
var Kinds = []Kind{Offline, NoData, PollsStale, ImportFailed, SourceFailing}

// OfStores reports whether the kind is about single stores, so that a subject can be chosen.
func (k Kind) OfStores() bool { return k == Offline || k == NoData }

// OfImports reports whether the kind tells of imports and sources, for which somebody has
// to reach all stores.
func (k Kind) OfImports() bool { return k == ImportFailed || k == SourceFailing }

// Timed reports whether the kind has an After.
func (k Kind) Timed() bool { return !k.OfImports() }

// DefaultAfter is how long something lasts before it is told, unless a rule says otherwise,
// where stores are polled every so often.
func (k Kind) DefaultAfter(every uptime.Micros) uptime.Micros {
	switch k {
	case Offline:
		return 30 * uptime.Minute
	case NoData, PollsStale:
		return max(3*uptime.Hour, 3*every)
	default:
		return 0
	}
}

// What a rule can say.
const (
	DefaultAgain  = uptime.Hour
	longestAfter  = 2 * uptime.Day // what is counted has to fit into the time that is looked at
	longestAgain  = uptime.Week
	longestRemind = 30 * uptime.Day
	mostChannels  = 20
	// MostRules is how many rules one person may have.
	MostRules = 100
)

// noQuietHours stands in QuietFrom and QuietTo.
const noQuietHours = -1

// Quiet reports whether the rule has quiet hours.
func (r Rule) Quiet() bool { return r.QuietFrom >= 0 && r.QuietTo >= 0 }

// NewRule is a rule as a form begins with it.
func NewRule(kind Kind, every uptime.Micros) Rule {
	return Rule{
		Subject: entered.All, Kind: kind, After: kind.DefaultAfter(every), TellBack: true, Again: DefaultAgain,
		QuietFrom: noQuietHours, QuietTo: noQuietHours, Enabled: true,
	}
}

// Clean is the rule as it is stored, or an entered.Problem. Stores are polled every so often.
func (r Rule) Clean(every uptime.Micros) (Rule, error) {
	if !slices.Contains(Kinds, r.Kind) {
		return r, problem("kind", "offline, no_data, polls_stale, import_failed or source_failing", string(r.Kind), "Choose what the rule looks for.")
	}
	if !r.Kind.OfStores() && r.Subject == (entered.Subject{}) {
		r.Subject = entered.All
	}
	var err error
	if r.Subject, err = r.Subject.Clean(); err != nil {
		return r, err
	}
	if !r.Kind.OfStores() && r.Scope != entered.OfAll {
		return r, problem("scope", "all, since the rule is not about single stores", string(r.Scope), "Choose all stores: this rule is not about single stores.")
	}
	if err := r.cleanTimes(every); err != nil {
		return r, err
	}
	if err := r.cleanQuiet(); err != nil {
		return r, err
	}
	slices.Sort(r.Channels)
	r.Channels = models.OrEmpty(slices.Compact(r.Channels))
	if len(r.Channels) > mostChannels {
		return r, problem("channels", "at most 20", uptime.CountText(int64(len(r.Channels))), "Choose at most 20 channels.")
	}
	return r, nil
}

func (r *Rule) cleanTimes(every uptime.Micros) error {
	least := uptime.Micros(0)
	if r.Kind == NoData || r.Kind == PollsStale {
		// Shorter than that, each poll that comes a little late would be told.
		least = every + every/2
	}
	if !r.Kind.Timed() {
		r.After = 0
	} else if r.After < least || r.After > longestAfter {
		return problem("after", lengthText(least)+" to "+lengthText(longestAfter), lengthText(r.After), "Enter a time from {least} to {most}.", "least", lengthText(least), "most", lengthText(longestAfter))
	}
	r.Again = cmp.Or(r.Again, DefaultAgain)
	if r.Again < uptime.Minute || r.Again > longestAgain {
		return problem("again", "1 min to "+lengthText(longestAgain), lengthText(r.Again), "Choose a time from {least} to {most}.", "least", lengthText(uptime.Minute), "most", lengthText(longestAgain))
	}
	if r.Kind == ImportFailed {
		r.Remind, r.TellBack = 0, false // a failed import does not go on
	}
	if r.Remind != 0 && (r.Remind < 15*uptime.Minute || r.Remind > longestRemind) {
		return problem("remind", "0 for never, or 15 min to "+lengthText(longestRemind), lengthText(r.Remind), "Choose never, or a time from {least} to {most}.", "least", lengthText(15*uptime.Minute), "most", lengthText(longestRemind))
	}
	return nil
}

func (r *Rule) cleanQuiet() error {
	const day = 24 * 60 * 60
	if !utf8.ValidString(r.Zone) || !zones.Known(r.Zone) && (r.Zone != "" || r.Quiet()) {
		return problem("zone", "a name of the IANA time zone database, such as America/Chicago", strings.ToValidUTF8(r.Zone, "?"), "Enter a time zone such as America/Chicago.")
	}
	if r.QuietFrom == noQuietHours && r.QuietTo == noQuietHours {
		return nil
	}
	if r.QuietFrom < 0 || r.QuietFrom >= day || r.QuietTo < 0 || r.QuietTo > day {
		return problem("quiet hours", "two times from 00:00 to 24:00, or none", "something else", "Enter two times from 00:00 to 24:00, or none.")
	}
	r.QuietTo %= day
	if r.QuietFrom == r.QuietTo {
		return problem("quiet hours", "an end that is not the start", "the same time twice", "The quiet hours must end at another time than they start.")
	}
	return nil
}

// problem is one with words that tell people what to do.
func problem(where, expected, found string, say words.Text, values ...any) error {
	return entered.Problem{Where: where, Expected: expected, Found: cmp.Or(found, "nothing"), Words: words.Later(say, values...)}
}

// judgesLike reports whether two rules find the same incidents.
func (r Rule) judgesLike(other Rule) bool {
	return r.Kind == other.Kind && r.Subject == other.Subject && r.After == other.After
}
