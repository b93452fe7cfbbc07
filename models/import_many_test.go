package models_test

import (
	"fmt"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

// SQLite allows 32,766 variables in a statement, and PostgreSQL 65,535.
func TestAnImportMayHaveThousandsOfFiles(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const many = 6000
		i := models.NewImport(models.FromInbox)
		for n := range many {
			i.Add(fmt.Sprint(n), 1)
		}
		if err := db.Update(ctx, func(tx *models.Tx) error { return tx.AddImport(ctx, i) }); err != nil {
			t.Fatal(err)
		}
		got, err := db.Import(ctx, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Files) != many || got.Files[many-1].Name != fmt.Sprint(many-1) || got.Total != many {
			t.Errorf("%d files, %d bytes", len(got.Files), got.Total)
		}
	})
}

func TestProblemsOfTheInboxAreKeptAndForgotten(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const many = 6000
		var files []models.InboxFile
		ids := []string{"nobody"}
		for n := range many {
			id := models.InboxFileID(fmt.Sprint(n))
			files = append(files, models.InboxFile{ID: id, Name: fmt.Sprint(n), State: models.InboxWaiting, Problem: "No."})
			ids = append(ids, id)
		}
		for range 2 { // the second time they are known
			files[7].Problem = "Yes."
			if err := db.SaveInboxFiles(ctx, files, nil); err != nil {
				t.Fatal(err)
			}
		}
		list, err := db.InboxFiles(ctx)
		if err != nil || len(list) != many {
			t.Fatal(len(list), err)
		}
		folder := models.InboxFile{Name: "inbox", State: models.InboxWaiting, Problem: "No."}
		if err := db.SaveInboxFiles(ctx, []models.InboxFile{folder}, ids[:len(ids)-1]); err != nil {
			t.Fatal(err)
		}
		list, err = db.InboxFiles(ctx)
		if err != nil || len(list) != 2 || list[0] != folder || list[1] != files[many-1] {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
