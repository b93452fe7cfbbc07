package access_test

import (
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

func TestAGroupExistsForWhoeverHasOneOfItsStores(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.NamesFile("1,One,A,", "2,Two,A,", "3,Three,B,", "4,Four,,"))
		if err := modelstest.Exec(db, "UPDATE stores SET group_name = ? WHERE code = '3'", "B\u200b"); err != nil { // as earlier releases stored it
			t.Fatal(err)
		}
		for _, tt := range []struct {
			within reach.Reach
			groups string
		}{
			{reach.All(), "A B"}, {reach.Of([]string{"A"}, nil), "A"}, {reach.Of([]string{"B"}, nil), "B"}, {reach.Of([]string{"A", "B"}, nil), "A B"}, {reach.Reach{}, ""},
			{reach.Of(nil, []string{"1", "4", "x\x00", "\xff"}), "A"}, {reach.Of([]string{"C"}, []string{"3"}), "B"},
		} {
			var got []string
			for _, name := range []string{"A", "B", "C", "a", "A\u200b", "x\x00", "\xff"} {
				exists, err := access.NewGroupsWithin(db, tt.within).GroupExists(ctx, name)
				if err != nil {
					t.Fatal(err)
				}
				if exists {
					got = append(got, name)
				}
			}
			if strings.Join(got, " ") != tt.groups {
				t.Errorf("within %s there are the groups %q, want %q", tt.within, got, tt.groups)
			}
		}
	})
}
