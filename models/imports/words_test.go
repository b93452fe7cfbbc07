package imports_test

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
	clock         = modelstest.Clock
	pollsFile     = modelstest.PollsFile
	hoursFile     = modelstest.HoursFile
	zonesFile     = modelstest.ZonesFile
	namesFile     = modelstest.NamesFile
	lines         = modelstest.Lines
	newImport     = modelstest.NewImport
	tryLoad       = modelstest.TryLoad
	read          = modelstest.Read
	load          = modelstest.Load
	loadFrom      = modelstest.LoadFrom
	snapshotAt    = modelstest.SnapshotAt
	csvs          = modelstest.CSVs
	dataVersion   = modelstest.DataVersion
	at            = modelstest.At
	stamp         = modelstest.Stamp
	quoted        = modelstest.Quoted
	wipe          = modelstest.Wipe
	tables        = modelstest.Tables
	facts         = modelstest.Facts
	makeReport    = modelstest.MakeReport
	writtenReport = modelstest.WrittenReport
)
