package web

import (
	"cmp"
	"context"
	"strings"
	"time"

	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// newVerdict says in two sentences how the stores of an overview are now, and what the
// last week cost. Each number leads to what it counts.
func newVerdict(ctx context.Context, t *figures.Trend, g *groupFigures, group string, at moment) views.Sentence {
	all := views.Link{Text: plural(len(g.stores), "store"), URL: storeQuery{Group: group}.url()}
	if !t.AsOfKnown {
		return newSentence("There is no data for {} yet: no polls were imported.", all)
	}
	verdict := stateSentence(t.Snapshot, g, group, all, ownWord(ctx, group), at)
	verdict = append(verdict, views.Link{Text: " "})
	return append(verdict, weekSentence(t.Snapshot, g, group, at)...)
}

// ownWord stands before the number of stores of whoever does not see them all.
func ownWord(ctx context.Context, group string) string {
	if p, err := access.Of(ctx); err != nil || p.Reach.IsAll() || group != "" {
		return ""
	}
	return "your "
}

// stateSentence says how many stores are offline, and how many could not be checked. Old
// data say of when they are.
func stateSentence(s *figures.Snapshot, g *groupFigures, group string, all views.Link, own string, at moment) views.Sentence {
	say := func(now, then string, links ...views.Link) views.Sentence {
		if at.old() {
			return newSentence("As of "+at.dayText(time.UTC)+", "+then, links...)
		}
		return newSentence(now, links...)
	}
	if len(g.stores) == 1 {
		n := g.stores[0]
		words := map[uptime.State]string{uptime.Down: "offline", uptime.Up: "online", uptime.Closed: "closed"}[s.Now[n].State]
		if words == "" {
			return say("{} should be open now, but could not be checked.", "{} should have been open, but could not be checked.", linkToStore(s, n))
		}
		return say("{} is "+words+" now.", "{} was "+words+".", linkToStore(s, n))
	}
	count := func(state uptime.State) views.Link {
		return views.Link{Text: countText(g.states[state]), URL: storeQuery{State: string(kindOf(state)), Group: group}.url()}
	}
	switch offline, silent, online := g.states[uptime.Down], g.states[uptime.NoData], g.states[uptime.Up]; {
	case offline == 1 && silent > 0:
		return say("{} of "+own+"{} is offline now, and {} could not be checked.", "{} of "+own+"{} was offline, and {} could not be checked.", count(uptime.Down), all, count(uptime.NoData))
	case offline > 0 && silent > 0:
		return say("{} of "+own+"{} are offline now, and {} could not be checked.", "{} of "+own+"{} were offline, and {} could not be checked.", count(uptime.Down), all, count(uptime.NoData))
	case offline == 1:
		return say("{} of "+own+"{} is offline now.", "{} of "+own+"{} was offline.", count(uptime.Down), all)
	case offline > 0:
		return say("{} of "+own+"{} are offline now.", "{} of "+own+"{} were offline.", count(uptime.Down), all)
	case silent > 0:
		return say("No store is known to be offline now; {} of "+own+"{} could not be checked.", "no store was known to be offline; {} of "+own+"{} could not be checked.", count(uptime.NoData), all)
	case online == 1:
		return say("No store is offline now: the {} that should be open is online.", "no store was offline: the {} that should have been open was online.", count(uptime.Up))
	case online > 0:
		return say("No store is offline now: all {} that should be open are online.", "no store was offline: all {} that should have been open were online.", count(uptime.Up))
	default:
		return say("No store is open now: all {} are closed.", "no store was open: all {} were closed.", count(uptime.Closed))
	}
}

// weekSentence says how much the stores lost in the last week, and which of them lost
// most. Where little was seen, it says how little, and does not reassure.
func weekSentence(s *figures.Snapshot, g *groupFigures, group string, at moment) views.Sentence {
	week, inWeek, last := "last week", "last week", "Last week"
	if at.old() {
		week = "the week to " + at.dayText(time.UTC)
		inWeek, last = "in "+week, "In "+week+","
	}
	f := g.windows[uptime.LastWeek]
	lost := views.Link{Text: f.Down.LengthText(), URL: storeQuery{Down: true, Group: group}.url()}
	if len(g.stores) == 1 {
		lost.URL = outagesURL("7d", s.Stores[g.stores[0]].Code, "")
	}
	switch confidence := f.Confidence(); {
	case confidence == uptime.NeverOpen:
		return newSentence(last + " no store was open.")
	case confidence == uptime.NothingSeen:
		return newSentence("There is no data for " + week + ".")
	case confidence == uptime.Thin && f.Down == 0:
		return newSentence(upperFirst(week) + ": " + narrow(f.FindingText()) + ".")
	case confidence == uptime.Thin:
		return append(newSentence(upperFirst(week)+": {}"+strings.TrimPrefix(narrow(f.FindingText()), lost.Text)+".", lost), mostSentence(s, g)...)
	case f.Down == 0 && confidence == uptime.Firm && at.old():
		return newSentence("There was no downtime " + inWeek + ".")
	case f.Down == 0 && confidence == uptime.Firm:
		return newSentence("No downtime " + inWeek + ". Great news.")
	case f.Down == 0 && f.NoData() == 0:
		return newSentence(last + " no downtime was seen.")
	case f.Down == 0:
		return newSentence(last + " no downtime was seen in the " + narrow(f.CheckedText()) + " that we could check.")
	}
	were, them := "were", "them"
	if isOne(lost.Text) {
		were, them = "was", "it"
	}
	worst := g.worst[0]
	most := s.Figures[worst][uptime.LastWeek].Down
	switch {
	case len(g.stores) == 1:
		return newSentence(last+" {} "+were+" lost.", lost)
	case most == f.Down:
		return newSentence(last+" {} "+were+" lost, all of "+them+" at {}.", lost, linkToStore(s, worst))
	default:
		return newSentence(last+" {} "+were+" lost, {} of "+them+" at {}.", lost, linkToItsWeek(s, worst), linkToStore(s, worst))
	}
}

// mostSentence says which of several stores lost most.
func mostSentence(s *figures.Snapshot, g *groupFigures) views.Sentence {
	if len(g.stores) == 1 {
		return nil
	}
	return newSentence(" Most was seen at {}: {}.", linkToStore(s, g.worst[0]), linkToItsWeek(s, g.worst[0]))
}

// linkToItsWeek says how long store n was offline in the last week, and leads to its outages.
func linkToItsWeek(s *figures.Snapshot, n int) views.Link {
	return views.Link{Text: s.Figures[n][uptime.LastWeek].Down.LengthText(), URL: outagesURL("7d", s.Stores[n].Code, "")}
}

// isOne reports whether a length is a single unit: "1 h".
func isOne(length string) bool {
	return strings.HasPrefix(length, "1 ") && strings.Count(length, " ") == 1
}

// linkToStore is what people call store n, and leads to its page.
func linkToStore(s *figures.Snapshot, n int) views.Link {
	store := s.Stores[n]
	return views.Link{Text: cmp.Or(store.Name, store.Code), URL: storeURL(store.Code)}
}
