package alerts

import (
	"cmp"
	"slices"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// Found is all that is known of a store, or of a source, as of an instant of the data.
type Found struct {
	Store    string
	About    string
	Words    words.Stored
	Episodes []Episode      // in order
	From     uptime.Instant // since when all episodes are known
	AsOf     uptime.Instant
	Paused   bool

	// Who was back by Settled was so when it was judged. None: anything may have changed.
	Settled models.OptionalInstant
}

// settled reports whether something ended by Settled.
func (f Found) settled(ended models.OptionalInstant) bool {
	return f.Settled.Known && ended.Known && ended.At <= f.Settled.At
}

// tooOld is after how much time of the data without news something is history, which is not
// told any more.
const tooOld = uptime.Day

// Step brings the incidents of a rule and a store to what was found, and says what is to be
// told of them now. known are all incidents of both that are open, or fired or ended since
// Found.From. Of those that were back by Found.Settled, twice the rule's Again before it is
// enough. It changes nothing of what it is given, and returns the incidents that are new or
// changed.
//
// Whatever the steps were, the same data lead to the same incidents; an incident is told once.
func Step(r Rule, known []Incident, found Found, now uptime.Instant) (changed []Incident, notices []Notice) {
	s := stepper{rule: r, found: found, now: now, incidents: slices.Clone(known)}
	slices.SortStableFunc(s.incidents, func(a, b Incident) int { return cmp.Or(cmp.Compare(a.Began, b.Began), cmp.Compare(a.ID, b.ID)) })
	s.before = slices.Clone(s.incidents)
	s.matched = make([]bool, len(s.incidents), len(s.incidents)+len(found.Episodes))
	for n, i := range s.incidents {
		s.matched[n] = i.Phase == Over && i.Ending == CameBack && found.settled(i.EndedAt)
	}
	for _, e := range found.Episodes {
		if e.Ending == CameBack && found.settled(e.EndedAt) {
			continue
		}
		if fires, ok := e.Fires(r.After); ok {
			s.take(e, fires)
		}
	}
	for n := range s.incidents {
		if !s.matched[n] {
			s.miss(&s.incidents[n])
		}
		s.tell(&s.incidents[n])
	}
	for n, i := range s.incidents {
		if n >= len(s.before) || i != s.before[n] {
			changed = append(changed, i)
		}
	}
	return changed, s.notices
}

// Leave ends an open incident whose store the rule, or its person, has no longer. Nothing
// is told of it.
func Leave(i Incident, asOf uptime.Instant) Incident {
	i.Phase, i.Ending, i.EndedAt = Over, LeftReach, models.InstantAt(max(asOf, i.Began))
	return i
}

type stepper struct {
	rule      Rule
	found     Found
	now       uptime.Instant
	before    []Incident
	incidents []Incident
	matched   []bool
	notices   []Notice
}

// take gives an episode to the incident that it is, or to a new one.
func (s *stepper) take(e Episode, fires uptime.Instant) {
	for n := range s.before {
		if !s.matched[n] && s.is(e, fires, s.incidents[n]) {
			s.matched[n] = true
			s.follow(&s.incidents[n], e)
			return
		}
	}
	if i, ok := s.begin(e, fires); ok {
		s.incidents, s.matched = append(s.incidents, i), append(s.matched, true)
	}
}

// is reports whether an episode is an incident: they share time until the incident fired.
// One that has not fired can only be an incident that goes on, after data were taken back.
func (s *stepper) is(e Episode, fires uptime.Instant, i Incident) bool {
	if fires > s.found.AsOf && i.Phase != Going {
		return false
	}
	if known := s.known(e); known < i.Began || known == i.Began && e.Began < i.Began {
		return false // it is another one where it only ended when the incident began
	}
	if e.Cut && i.Began < s.found.From {
		return i.Phase == Going || i.Phase == Over && i.EndedAt.At >= e.Began
	}
	return e.Began <= i.Fired
}

// known is until when an episode is known. Of one that goes on that is as of the data, which
// an incident that began later is not in any more, after data were taken back.
func (s *stepper) known(e Episode) uptime.Instant {
	if e.EndedAt.Known {
		return e.EndedAt.At
	}
	return max(e.Began, s.found.AsOf)
}

// follow brings an incident to what its episode is now.
func (s *stepper) follow(i *Incident, e Episode) {
	i.Phase, i.EndedAt, i.Ending = Going, e.EndedAt, e.Ending
	if e.EndedAt.Known {
		i.Phase, i.Last = Over, e.Last
	}
	if !e.Cut || e.Began < i.Began {
		i.Began = e.Began
	}
	s.pause(i)
}

// begin is a new incident of an episode, unless it is not to be known of.
func (s *stepper) begin(e Episode, fires uptime.Instant) (i Incident, ok bool) {
	news, asOf := asOf(e, s.found.AsOf), s.found.AsOf
	old := s.rule.ActiveFrom.Known && fires <= s.rule.ActiveFrom.At
	if !s.rule.Kind.OfStores() {
		old = fires <= s.rule.ActiveSince
	}
	switch {
	case fires > asOf, news < asOf.Add(-tooOld), e.Ending == Unknown:
		return i, false
	case e.EndedAt.Known && (old || e.Never):
		return i, false
	}
	i = Incident{
		ID: models.NewID(), RuleID: s.rule.ID, PersonID: s.rule.PersonID, Kind: s.rule.Kind,
		Store: s.found.Store, About: s.found.About, Words: s.found.Words,
		Began: e.Began, Fired: fires, Last: e.Last, EndedAt: e.EndedAt, Ending: e.Ending, Phase: Going,
		Quiet: old, DueAt: s.due(fires), FoundAt: s.now,
	}
	if e.EndedAt.Known {
		i.Phase = Over
	}
	s.pause(&i)
	return i, true
}

// asOf is when there were news of an episode last.
func asOf(e Episode, asOf uptime.Instant) uptime.Instant {
	if e.EndedAt.Known {
		return e.EndedAt.At
	}
	if last := len(e.counted) - 1; last >= 0 { // what counts now is news as well
		return max(e.Last, min(asOf, e.counted[last].at.Add(e.counted[last].length)))
	}
	return e.Last
}

// due is when an incident that fires may be told: not too soon after the one before.
func (s *stepper) due(fires uptime.Instant) uptime.Instant {
	last, some := uptime.Beginning, false
	for _, i := range s.incidents {
		if !i.Quiet {
			last, some = max(last, i.DueAt), true
		}
	}
	switch {
	case !some || fires >= last.Add(s.rule.Again):
		return fires
	case last > fires:
		return last
	default:
		return last.Add(s.rule.Again)
	}
}

// pause has nothing told of the incident of a store that is paused, nor later.
func (s *stepper) pause(i *Incident) {
	if s.found.Paused {
		i.Quiet = true
	}
}

// miss is for an incident that was not found again.
func (s *stepper) miss(i *Incident) {
	s.pause(i)
	switch {
	case i.Phase == Withdrawn:
	case i.Began < s.found.From:
		if i.Phase == Going { // its polls are too old to be known
			i.Phase, i.Ending, i.EndedAt = Over, Unknown, models.InstantAt(max(i.Began, s.found.From))
			i.Spoken = said(i.Spoken, Over)
		}
	case s.rule.ActiveFrom.Known && i.Fired <= s.rule.ActiveFrom.At && s.rule.Kind.OfStores():
		if i.Phase == Going { // by a rule that was another one
			i.Phase, i.Ending, i.EndedAt, i.Quiet = Over, Undone, models.InstantAt(max(i.Began, s.found.AsOf)), true
		}
	default:
		i.Phase, i.Ending = Withdrawn, Undone
	}
}

// said is what was said last, where something was and the next is silent.
func said(before, now Phase) Phase {
	if before == Untold {
		return Untold
	}
	return now
}

// tell adds a notice where the person was told last that it is otherwise.
func (s *stepper) tell(i *Incident) {
	if i.Quiet || i.Spoken == Untold && s.found.AsOf < i.DueAt {
		return
	}
	kind, before := s.news(*i), i.Spoken
	if kind == "" {
		return
	}
	i.Spoken, i.ToldAt = i.Phase, models.InstantAt(s.found.AsOf)
	s.notices = append(s.notices, Notice{
		ID: models.NewID(), IncidentID: i.ID, RuleID: i.RuleID, PersonID: i.PersonID, Kind: kind,
		Before: before, AsOf: s.found.AsOf, MadeAt: s.now,
	})
}

// news is what is to be told of an incident, if anything.
func (s *stepper) news(i Incident) NoticeKind {
	silent := i.Ending == Unknown || i.Ending == LeftReach
	switch {
	case i.Phase == i.Spoken:
		if i.Phase == Going && s.rule.Remind > 0 && !i.Acknowledged() && i.ToldAt.Known && s.found.AsOf >= i.ToldAt.At.Add(s.rule.Remind) {
			return Reminder
		}
		return ""
	case i.Phase == Withdrawn:
		if i.Spoken == Untold {
			return ""
		}
		return Withdrew
	case i.Phase == Going && i.Spoken == Untold:
		return Began
	case i.Phase == Going:
		return Reopened
	case i.Spoken == Going:
		if silent || !s.rule.TellBack {
			return ""
		}
		return Ended
	case silent:
		return ""
	default:
		return Was
	}
}
