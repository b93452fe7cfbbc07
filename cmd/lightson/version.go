package main

import (
	_ "embed"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"lightson/models/zones"
)

type versionCommand struct {
	Licences bool `help:"Print the licences of what the program carries, instead."`
}

// Run prints the version that the build knows of itself, and that of the time zones.
func (c *versionCommand) Run(p *program) error {
	if c.Licences {
		_, err := io.WriteString(p.out, licences)
		return err
	}
	fmt.Fprintln(p.out, "lightson", version())
	fmt.Fprintln(p.out, "time zones", zones.Version())
	return nil
}

// licences are those of all that is built in: "make licences" writes them.
//
//go:embed licences.txt
var licences string

// released is the version, where whoever builds says it: -ldflags "-X main.released=v1.2.3".
var released string

// archived is the commit of an archive that git made of the sources, which has no history
// (.gitattributes); in a checkout it is a placeholder.
//
//go:embed commit.txt
var archived string

// commitLength is how much of a commit's name is shown.
const commitLength = 12

// version is the released version, or the commit for a build from a checkout or an archive.
func version() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= commitLength {
			return s.Value[:commitLength]
		}
	}
	return archivedVersion(archived)
}

func archivedVersion(commit string) string {
	if commit = strings.TrimSpace(commit); len(commit) < commitLength || strings.HasPrefix(commit, "$") {
		return "development"
	}
	return commit[:commitLength]
}
