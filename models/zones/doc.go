// Package zones is the time zones that Lights On knows. A name is a zone if, and
// only if, it is in the data of this package: what a machine has installed never
// adds, removes or changes one. So the same polls and hours give the same figures
// on every machine.
//
// It must not know stores, files of feeds or figures. It needs the standard
// library alone.
//
// # Where the data are from
//
// zoneinfo.zip is the file of the Go distribution (lib/time/zoneinfo.zip), which
// is compiled from the IANA time zone database with its old names and links. VERSION
// is the release of that database. The data are in the public domain. make zones
// renews both files from the Go that is installed.
//
// Go's own package time/tzdata does not serve: [time.LoadLocation] asks the
// machine's files before it.
//
// # Newer data
//
// An operator may give newer data by a setting: [Read] reads and checks them, and
// [Use] puts them in the place of the built-in ones, once, before anything is
// computed. [Version] tells them apart, and each report records it.
package zones
