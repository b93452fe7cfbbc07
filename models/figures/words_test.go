package figures_test

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
	pollsFile     = modelstest.PollsFile
	hoursFile     = modelstest.HoursFile
	zonesFile     = modelstest.ZonesFile
	namesFile     = modelstest.NamesFile
	load          = modelstest.Load
	snapshotAt    = modelstest.SnapshotAt
	csvs          = modelstest.CSVs
	dataVersion   = modelstest.DataVersion
	at            = modelstest.At
	stamp         = modelstest.Stamp
	drawTown      = modelstest.DrawTown
	wipe          = modelstest.Wipe
	eventually    = modelstest.Eventually
	columnsOf     = modelstest.ColumnsOf
	makeReport    = modelstest.MakeReport
	writtenReport = modelstest.WrittenReport
	prunePolls    = modelstest.PrunePolls
)
