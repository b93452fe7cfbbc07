package reports_test

import (
	"context"

	"lightson/models/modelstest"
)

// The helpers of modelstest by their short names.

var ctx = context.Background()

var (
	pollsFile     = modelstest.PollsFile
	hoursFile     = modelstest.HoursFile
	zonesFile     = modelstest.ZonesFile
	namesFile     = modelstest.NamesFile
	tryLoad       = modelstest.TryLoad
	load          = modelstest.Load
	checkImport   = modelstest.CheckImport
	snapshotAt    = modelstest.SnapshotAt
	csvs          = modelstest.CSVs
	dataVersion   = modelstest.DataVersion
	at            = modelstest.At
	stamp         = modelstest.Stamp
	quoted        = modelstest.Quoted
	drawTown      = modelstest.DrawTown
	wipe          = modelstest.Wipe
	readFile      = modelstest.ReadFile
	columnsOf     = modelstest.ColumnsOf
	makeReport    = modelstest.MakeReport
	writtenReport = modelstest.WrittenReport
	reportOf      = modelstest.ReportOf
)
