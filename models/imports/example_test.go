package imports_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/imports"
)

// An import reads its files into a batch, merges the batch and is complete. Undo
// removes it from the data again.
func ExampleUndo() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "lightson")
	check(err)
	defer os.RemoveAll(dir)
	db, err := models.Open(ctx, "", dir) // without a URL: SQLite in the folder
	check(err)
	defer db.Close()
	check(db.Migrate(ctx))

	const file = "store_id,status,timestamp_utc\n" +
		"7,active,2023-01-25 18:00:00 UTC\n" +
		"7,inactive,2023-01-25 19:00:00 UTC\n" +
		"7,asleep,2023-01-25 20:00:00 UTC\n"
	i := models.NewImport(models.FromCommand)
	i.Add("polls.csv", int64(len(file)))
	attempt, err := db.BeginImport(ctx, i)
	check(err)

	batch := imports.NewBatch(dir, time.Now())
	defer batch.Close()
	check(batch.Read(ctx, "polls.csv", strings.NewReader(file)))
	check(imports.Merge(ctx, db, attempt, batch))
	check(imports.Complete(ctx, db, attempt))
	taken, err := db.Import(ctx, i.ID)
	check(err)
	fmt.Println(taken.State, taken.Kept, "kept,", taken.Rejected, "rejected:", taken.Files[0].Causes[0].Examples[0])

	undone, err := imports.Undo(ctx, db, i.ID, "ana")
	check(err)
	fmt.Println("undone by", undone.UndoneBy)
	// Output:
	// complete 2 kept, 1 rejected: Line 4, status: expected active or inactive, found asleep
	// undone by ana
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
