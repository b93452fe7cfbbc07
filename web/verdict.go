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

// A verdict says in two sentences how the stores of an overview are now, and what the last
// week cost. Each number leads to what it counts. What it can say is in verdict_words.go.
type verdict struct {
	s     *figures.Snapshot
	g     *groupFigures
	group string // empty: all stores
	own   bool   // of whoever does not see them all
	at    moment
}

// newVerdict is the verdict of the stores of a group, or of all stores.
func newVerdict(ctx context.Context, t *figures.Trend, g *groupFigures, group string, at moment) views.Sentence {
	v := verdict{t.Snapshot, g, group, false, at}
	if p, err := access.Of(ctx); err == nil && !p.Reach.IsAll() && group == "" {
		v.own = true
	}
	if !t.AsOfKnown {
		return linked(at.w.CountPieces(int64(len(g.stores)), noPolls), v.allURL())
	}
	sentence := append(v.now(), views.Link{Text: " "})
	return append(sentence, v.week()...)
}

// now says how many stores are offline, and how many could not be checked. Old data say of
// when they are.
func (v verdict) now() views.Sentence {
	if len(v.g.stores) == 1 {
		store := linkToStore(v.s, v.g.stores[0])
		text := oneStore[kindOf(v.s.Now[v.g.stores[0]].State)].of(v.at)
		return linked(v.at.w.Pieces(text, "day", v.at.untilDay(time.UTC), "store", store.Text), store.URL)
	}
	offline, silent, online, closed := v.g.states[uptime.Down], v.g.states[uptime.NoData], v.g.states[uptime.Up], v.g.states[uptime.Closed]
	url := func(state uptime.State) string {
		return storeQuery{State: string(kindOf(state)), Group: v.group}.url()
	}
	switch {
	case offline > 0 && silent > 0:
		return v.say(offline, someOfflineSomeSilent, url(uptime.Down), v.allURL(), url(uptime.NoData))
	case offline > 0:
		return v.say(offline, someOffline, url(uptime.Down), v.allURL())
	case silent > 0:
		return v.say(silent, someSilent, url(uptime.NoData), v.allURL())
	case online > 0:
		return v.say(online, allOnline, url(uptime.Up))
	default:
		return v.say(closed, allClosed, url(uptime.Closed))
	}
}

// say says how many stores are in a state, with links to addresses.
func (v verdict) say(n int, of ofStores, urls ...string) views.Sentence {
	text := of.all
	if v.own && of.own != (tensePlural{}) {
		text = of.own
	}
	return linked(v.at.w.CountPieces(int64(n), text.of(v.at),
		"day", v.at.untilDay(time.UTC), "all", len(v.g.stores), "silent", v.g.states[uptime.NoData]), urls...)
}

// week says how much the stores lost in the last week, and which of them lost most. Where
// little was seen, it says how little, and does not reassure.
func (v verdict) week() views.Sentence {
	f := v.g.windows[uptime.LastWeek]
	switch confidence := f.Confidence(); {
	case confidence == uptime.NeverOpen:
		return v.sayWeek(neverOpen)
	case confidence == uptime.NothingSeen:
		return v.sayWeek(nothingSeen)
	case confidence == uptime.Thin && f.Down == 0:
		return v.sayWeek(thinWeek, "finding", v.at.w.finding(f))
	case confidence == uptime.Thin && f.FarApart():
		return append(v.sayWeek(thinFarApart), v.most()...)
	case confidence == uptime.Thin:
		return append(v.sayWeek(thinLost), v.most()...)
	case f.Down == 0 && confidence == uptime.Firm:
		return v.sayWeek(noDowntime)
	case f.Down == 0 && f.NoData() == 0:
		return v.sayWeek(noneSeen)
	case f.Down == 0:
		return v.sayWeek(noneSeenInPart)
	default:
		return v.lost()
	}
}

// lost says how much was lost, and where.
func (v verdict) lost() views.Sentence {
	worst := v.g.worst[0]
	switch most := v.s.Figures[worst][uptime.LastWeek].Down; {
	case len(v.g.stores) == 1:
		return v.sayLost(lost, v.weekURL())
	case most == v.g.windows[uptime.LastWeek].Down:
		return v.sayLost(lostAtOne, v.weekURL(), storeURL(v.s.Stores[worst].Code))
	default:
		return v.sayLost(lostMostly, v.weekURL(), v.worstURL(), storeURL(v.s.Stores[worst].Code))
	}
}

func (v verdict) sayLost(of tensePlural, urls ...string) views.Sentence {
	length, worst := v.g.windows[uptime.LastWeek].Down, v.g.worst[0]
	n := int64(2)
	if isOne(length.LengthText()) {
		n = 1
	}
	return linked(v.at.w.CountPieces(n, of.of(v.at), "day", v.at.untilDay(time.UTC), "length", v.at.w.length(length),
		"most", v.at.w.length(v.s.Figures[worst][uptime.LastWeek].Down), "store", linkToStore(v.s, worst).Text), urls...)
}

// sayWeek says something of the last week.
func (v verdict) sayWeek(of tense, values ...any) views.Sentence {
	f := v.g.windows[uptime.LastWeek]
	values = append(values, "day", v.at.untilDay(time.UTC), "length", v.at.w.length(f.Down), "share", v.at.w.amount(f.CheckedText()))
	return linked(v.at.w.Pieces(of.of(v.at), values...), v.weekURL())
}

// most says which of several stores lost most.
func (v verdict) most() views.Sentence {
	if len(v.g.stores) == 1 {
		return nil
	}
	worst := v.g.worst[0]
	sentence := linked(v.at.w.Pieces("Most was seen at [{store}]: [{length}].",
		"store", linkToStore(v.s, worst).Text, "length", v.at.w.length(v.s.Figures[worst][uptime.LastWeek].Down)),
		storeURL(v.s.Stores[worst].Code), v.worstURL())
	return append(views.Sentence{{Text: " "}}, sentence...)
}

// allURL leads to all the stores.
func (v verdict) allURL() string { return storeQuery{Group: v.group}.url() }

// weekURL leads to what the last week cost: the stores that were offline, or the outages of
// the only one.
func (v verdict) weekURL() string {
	if len(v.g.stores) == 1 {
		return outagesURL("7d", v.s.Stores[v.g.stores[0]].Code, "")
	}
	return storeQuery{Down: true, Group: v.group}.url()
}

// worstURL leads to the outages of the store that lost most.
func (v verdict) worstURL() string { return outagesURL("7d", v.s.Stores[v.g.worst[0]].Code, "") }

// isOne reports whether a length is a single unit: "1 h".
func isOne(length string) bool {
	return strings.HasPrefix(length, "1 ") && strings.Count(length, " ") == 1
}

// linkToStore is what people call store n, and leads to its page.
func linkToStore(s *figures.Snapshot, n int) views.Link {
	store := s.Stores[n]
	return views.Link{Text: cmp.Or(store.Name, store.Code), URL: storeURL(store.Code)}
}
