package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/uptime"
	"lightson/views"
)

// newImportStory says what a complete import changed, and where to go from there.
func (s *Server) newImportStory(ctx context.Context, i models.Import) (views.ImportStory, error) {
	var story views.ImportStory
	if i.SameAs == "" {
		effect, err := s.data.Effect(ctx, i)
		if err != nil {
			return story, err
		}
		story.Changed = effectTexts(i, effect)
	}
	snapshot, err := s.recentSnapshot(ctx)
	if errors.Is(err, access.ErrForbidden) { // some keys bring files in and read no figures
		return story, nil
	}
	if err != nil {
		return story, err
	}
	story.Next = nextSteps(i, snapshot, newMoment(snapshot.KnownAsOf(), s.now(), snapshot.PollEvery))
	return story, nil
}

// effectTexts say what an import changed. Of one whose journal is gone they say what its
// row does.
func effectTexts(i models.Import, e imports.Effect) (texts []string) {
	add := func(some bool, text string) {
		if some {
			texts = append(texts, text)
		}
	}
	add(e.NewestPoll.Known, "New polls up to "+e.NewestPoll.At.Time().UTC().Format("2 Jan 2006")+".")
	add(i.NewStores > 0, plural(i.NewStores, "new store")+".")
	for _, fact := range []struct {
		of   imports.FactsChanged
		what string
	}{{e.Hours, "Business hours"}, {e.Zones, "Time zones"}, {e.Names, "Names"}} {
		add(fact.of.Replaced > 0, fmt.Sprintf("%s of %s changed.", fact.what, plural(fact.of.Replaced, "store")))
		add(fact.of.Added > 0, fmt.Sprintf("%s of %s added.", fact.what, plural(fact.of.Added, "store")))
	}
	add(e.Special.Added > 0, plural(e.Special.Added, "special day")+" added.")
	add(e.Special.Replaced > 0, plural(e.Special.Replaced, "special day")+" changed.")
	if len(texts) == 0 && (i.Kept == 0 || e.Known) {
		return []string{"Nothing changed: all rows were already known."}
	}
	return texts
}

// nextSteps are where to go after an import, the most urgent first.
func nextSteps(i models.Import, s *figures.Snapshot, at moment) (next []views.NextStep) {
	add := func(text, url, note string) {
		next = append(next, views.NextStep{Link: views.Link{Text: text, URL: url}, Note: note})
	}
	if !s.AsOfKnown {
		add("Upload polls", "/imports", "There are no polls yet, so there is no uptime to show.")
	} else {
		add("See the overview", "/", "Data as of "+at.asOf.Time().UTC().Format(dayAndYear)+".")
	}
	offline, assumed := 0, 0
	for n := range s.Stores {
		if s.Now[n].State == uptime.Down {
			offline++
		}
		if len(s.Hours(n)) == 0 {
			assumed++
		}
	}
	if offline > 0 {
		add("Show "+plural(offline, "offline store"), storeQuery{State: string(views.Offline)}.url(), "Offline "+at.word(time.UTC)+", inside business hours.")
	}
	if i.Rejected > 0 {
		add("Fix "+plural(i.Rejected, "rejected row"), "#rejects-heading", "Download them, fix them and upload that file.")
	}
	if len(s.Stores) > 0 && assumed == len(s.Stores) {
		add("Upload business hours", "/imports", "Without them, every store counts as always open.")
	} else if s.AsOfKnown {
		add("Generate a report", "/reports", "A snapshot that can be downloaded, shared and printed.")
	}
	return next
}

// doubtsOf say which files of a preview are about none of the known stores, or hardly any:
// they may be the files of somebody else.
func doubtsOf(p *models.Preview) (doubts []string) {
	for _, file := range p.Files {
		added := file.Stores - file.Known
		switch {
		case p.AllStores == 0 || file.Stores == 0:
		case file.Known == 0:
			doubts = append(doubts, fmt.Sprintf("None of your %s is in %s. It would add %s.", plural(p.AllStores, "store"), file.Name, plural(added, "new store")))
		case added >= 9*file.Known:
			doubts = append(doubts, fmt.Sprintf("Only %s of your %s are in %s. It would add %s.", countText(file.Known), plural(p.AllStores, "store"), file.Name, plural(added, "new store")))
		}
	}
	return doubts
}
