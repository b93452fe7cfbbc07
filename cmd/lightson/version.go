package main

import (
	"fmt"
	"runtime/debug"

	"lightson/models/zones"
)

type versionCommand struct{}

// Run prints the version that the build knows of itself, and that of the time zones.
func (c *versionCommand) Run(p *program) error {
	fmt.Fprintln(p.out, "lightson", version())
	fmt.Fprintln(p.out, "time zones", zones.Version())
	return nil
}

// version is the released version, or the commit for a build from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "development"
}
