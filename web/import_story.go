package web

import (
	"context"
	"errors"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/uptime"
	"lightson/models/words"
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
		story.Changed = effectTexts(spokenOf(ctx), i, effect)
	}
	snapshot, err := s.recentSnapshot(ctx)
	if errors.Is(err, access.ErrForbidden) { // some keys bring files in and read no figures
		return story, nil
	}
	if err != nil {
		return story, err
	}
	story.Next = nextSteps(i, snapshot, newMoment(spokenOf(ctx), snapshot.KnownAsOf(), s.now(), snapshot.PollEvery))
	return story, nil
}

// effectTexts say what an import changed. Of one whose journal is gone they say what its
// row does.
func effectTexts(w spoken, i models.Import, e imports.Effect) (texts []string) {
	if e.NewestPoll.Known {
		texts = append(texts, w.Say("New polls up to {date}.", "date", w.time(e.NewestPoll.At, time.UTC, dayOfYear).Text))
	}
	for _, change := range []struct {
		n    int64
		text words.Plural
	}{
		{i.NewStores, words.Plural{One: "{n} new store.", Other: "{n} new stores."}},
		{e.Hours.Replaced, words.Plural{One: "Business hours of {n} store changed.", Other: "Business hours of {n} stores changed."}},
		{e.Hours.Added, words.Plural{One: "Business hours of {n} store added.", Other: "Business hours of {n} stores added."}},
		{e.Zones.Replaced, words.Plural{One: "Time zones of {n} store changed.", Other: "Time zones of {n} stores changed."}},
		{e.Zones.Added, words.Plural{One: "Time zones of {n} store added.", Other: "Time zones of {n} stores added."}},
		{e.Names.Replaced, words.Plural{One: "Names of {n} store changed.", Other: "Names of {n} stores changed."}},
		{e.Names.Added, words.Plural{One: "Names of {n} store added.", Other: "Names of {n} stores added."}},
		{e.Special.Added, words.Plural{One: "{n} special day added.", Other: "{n} special days added."}},
		{e.Special.Replaced, words.Plural{One: "{n} special day changed.", Other: "{n} special days changed."}},
	} {
		if change.n > 0 {
			texts = append(texts, w.Count(change.n, change.text))
		}
	}
	if len(texts) == 0 && (i.Kept == 0 || e.Known) {
		return []string{w.Say("Nothing changed: all rows were already known.")}
	}
	return texts
}

// nextSteps are where to go after an import, the most urgent first.
func nextSteps(i models.Import, s *figures.Snapshot, at moment) (next []views.NextStep) {
	w := at.w
	add := func(text, url, note string) {
		next = append(next, views.NextStep{Link: views.Link{Text: text, URL: url}, Note: note})
	}
	if !s.AsOfKnown {
		add(w.Say("Upload polls"), "/imports", w.Say("There are no polls yet, so there is no uptime to show."))
	} else {
		add(w.Say("See the overview"), "/", w.Say("Data as of {time}.", "time", w.time(at.asOf, time.UTC, dayAndYear).Text))
	}
	offline, assumed := int64(0), 0
	for n := range s.Stores {
		if s.Now[n].State == uptime.Down {
			offline++
		}
		if len(s.Hours(n)) == 0 {
			assumed++
		}
	}
	if offline > 0 {
		add(w.Count(offline, words.Plural{One: "Show {n} offline store", Other: "Show {n} offline stores"}),
			storeQuery{State: string(views.Offline)}.url(), offlineNote(at))
	}
	if i.Rejected > 0 {
		add(w.Count(i.Rejected, words.Plural{One: "Fix {n} rejected row", Other: "Fix {n} rejected rows"}), "#rejects-heading",
			w.Say("Download them, fix them and upload that file."))
	}
	if len(s.Stores) > 0 && assumed == len(s.Stores) {
		add(w.Say("Upload business hours"), "/imports", w.Say("Without them, every store counts as always open."))
	} else if s.AsOfKnown {
		add(w.Say("Generate a report"), "/reports", w.Say("A snapshot that can be downloaded, shared and printed."))
	}
	return next
}

// doubtsOf say which files of a preview are about none of the known stores, or hardly any:
// they may be the files of somebody else.
func doubtsOf(w spoken, p *models.Preview) (doubts []string) {
	for _, file := range p.Files {
		added := file.Stores - file.Known
		switch {
		case p.AllStores == 0 || file.Stores == 0:
		case file.Known == 0:
			doubts = append(doubts, w.Say("None of your {stores} is in {file}. It would add {new_stores}.",
				"stores", w.stores(int(p.AllStores)), "file", file.Name, "new_stores", w.newStores(added)))
		case added >= 9*file.Known:
			doubts = append(doubts, w.Say("Only {n} of your {stores} are in {file}. It would add {new_stores}.",
				"n", file.Known, "stores", w.stores(int(p.AllStores)), "file", file.Name, "new_stores", w.newStores(added)))
		}
	}
	return doubts
}
