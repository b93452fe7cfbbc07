package unpack_test

import (
	"testing"

	"lightson/models/unpack"
)

func TestFilesThatNobodyMeantToSendAreLeftAlone(t *testing.T) {
	for name, want := range map[string]bool{
		"polls.csv": false, "polls": false, "a~b.csv": false, "~polls.csv": false, "thumbs.csv": false, "part": false,
		"desktop.ini.csv": false, "tmp.csv": false, "#1.csv": false, "$.csv": false, "polls.csv.gz": false, "swp": false,
		"Thumbs.db": true, "THUMBS.DB": true, "ehthumbs.db": true, "desktop.ini": true, "Desktop.ini": true,
		".DS_Store": true, "._polls.csv": true, ".hidden": true, "~$polls.xlsx": true, "polls.csv~": true,
		"polls.csv.part": true, "polls.partial": true, "polls.TMP": true, "a.crdownload": true, "a.csv.filepart": true,
		".polls.csv.swp": true, "polls.csv.swp": true, "#polls.csv#": true, ".~lock.p.csv#": true, "__MACOSX": true,
	} {
		if got := unpack.LeftAlone(name); got != want {
			t.Errorf("%q is left alone: %t, want %t", name, got, want)
		}
	}
}
