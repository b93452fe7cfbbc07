package backup_test

import (
	"context"

	"lightson/models/modelstest"
)

// The helpers of modelstest by their short names.

var ctx = context.Background()

var (
	pollsFile           = modelstest.PollsFile
	load                = modelstest.Load
	snapshotAt          = modelstest.SnapshotAt
	csvs                = modelstest.CSVs
	dataVersion         = modelstest.DataVersion
	readFile            = modelstest.ReadFile
	makeReport          = modelstest.MakeReport
	writtenReport       = modelstest.WrittenReport
	checkReleasedReport = modelstest.CheckReleasedReport
)
