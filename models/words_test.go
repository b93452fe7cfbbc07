package models_test

import (
	"context"

	"lightson/models/modelstest"
)

// The helpers of modelstest by their short names.

var ctx = context.Background()

type (
	tb       = modelstest.TB
	town     = modelstest.Town
	townPoll = modelstest.TownPoll
)

var (
	pollsFile           = modelstest.PollsFile
	namesFile           = modelstest.NamesFile
	newImport           = modelstest.NewImport
	read                = modelstest.Read
	load                = modelstest.Load
	snapshotAt          = modelstest.SnapshotAt
	csvs                = modelstest.CSVs
	dataVersion         = modelstest.DataVersion
	at                  = modelstest.At
	stamp               = modelstest.Stamp
	readFile            = modelstest.ReadFile
	makeReport          = modelstest.MakeReport
	writtenReport       = modelstest.WrittenReport
	newReport           = modelstest.NewReport
	reportOf            = modelstest.ReportOf
	prunePolls          = modelstest.PrunePolls
	wipe                = modelstest.Wipe
	checkReleasedReport = modelstest.CheckReleasedReport
)
