package imports_test

import (
	"context"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

func TestTheReasonOfAPollComesThroughItsRejects(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, "store_id,status,timestamp_utc,reason\n1,asleep,2023-01-25 15:00:00,power cut\n")
		var rejects strings.Builder
		if err := imports.WriteRejects(context.Background(), db, &rejects, i.Files[0]); err != nil {
			t.Fatal(err)
		}
		const header = "store_id,status,timestamp_utc,reason,line,column,reason\n"
		if want := header + "1,asleep,2023-01-25 15:00:00,power cut,2,status,\"Line 2, status: expected active or inactive, found asleep\"\n"; rejects.String() != want {
			t.Errorf("%s", rejects.String())
		}
		again := load(t, db, strings.Replace(rejects.String(), "asleep,2023", "resting,2023", 1))
		rejects.Reset()
		if err := imports.WriteRejects(context.Background(), db, &rejects, again.Files[0]); err != nil {
			t.Fatal(err)
		}
		if got := rejects.String(); !strings.HasPrefix(got, header+"1,resting,2023-01-25 15:00:00,power cut,2,status,") {
			t.Errorf("rejects of the rejects: %s", got)
		}
		mended := load(t, db, strings.Replace(rejects.String(), "resting,2023", "inactive,2023", 1))
		if mended.Kept != 1 || mended.Rejected != 0 {
			t.Errorf("mended: %+v", mended.Counts)
		}
	})
}
