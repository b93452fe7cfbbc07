package web_test

import (
	"strings"
	"testing"

	"lightson/models"
)

func TestThePageOfImportsNamesFilesOfTheInboxWithProblems(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if page := s.ask("GET", "/imports").body; strings.Contains(page, "inbox-heading") {
			t.Error("an inbox without problems is shown")
		}
		files := []models.InboxFile{
			{Name: "/srv/inbox", State: models.InboxWaiting, Problem: "The inbox cannot be read: no.", FoundAt: 1},
			{ID: "a", Name: `caf\xE9.csv`, State: models.InboxWaiting, Problem: "The server may not read it.", FoundAt: 3},
			{ID: "b", Name: "stuck.csv", State: models.InboxTakenIn, Problem: "It cannot be moved to done.", ImportID: "0198d3d2-0000-7000-8000-000000000001", FoundAt: 2},
			{ID: "c", Name: "letter.txt", State: models.InboxRefused, Reason: "letter.txt: this is a letter", Place: "failed/letter.txt", FoundAt: 1},
		}
		if err := s.db.SaveInboxFiles(t.Context(), files, nil); err != nil {
			t.Fatal(err)
		}
		page := s.ask("GET", "/imports").body
		at := 0
		for _, want := range []string{
			"inbox-heading", "/srv/inbox", "The folder cannot be used", "The inbox cannot be read: no.",
			`caf\xE9.csv`, "Not imported", "The server may not read it.",
			"stuck.csv", "Cannot be moved", "It was imported. It cannot be moved to done.", "00000001",
			"letter.txt", "Refused", "letter.txt: this is a letter. It is in failed/letter.txt, with the reason beside it.",
		} {
			next := strings.Index(page[at:], want)
			if next < 0 {
				t.Fatalf("the page lacks %q behind %d", want, at)
			}
			at += next
		}
	})
}
