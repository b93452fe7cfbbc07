package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"

	"lightson/jobs/fetch"
	"lightson/models"
	"lightson/web"
)

// configCommand lists what the server would start with.
type configCommand struct {
	serveSettings
}

// Run lists the settings and checks them. Its error is what the server would not start with.
func (c *configCommand) Run(p *program) error {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SETTING\tVALUE\tFROM")
	for _, flag := range p.reading.command.Flags() {
		if len(flag.Envs) == 0 {
			continue // --help
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", flag.Envs[0], shown(flag), p.reading.sourceOf(flag))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, name := range p.reading.unknown() {
		fmt.Fprintf(p.err, "%s: no setting has this name\n", name)
	}
	return c.valid(p.settings)
}

// sourceOf is where a setting was found.
func (r *reading) sourceOf(flag *kong.Flag) string {
	if source := r.env.sources[flag.Envs[0]]; source != "" {
		return source
	}
	typed := func(part *kong.Path) bool { return part.Flag == flag && !part.Resolved }
	if slices.ContainsFunc(r.command.Path, typed) {
		return "command line"
	}
	return "default"
}

// shown is a setting as it may be shown to whoever looks at the screen.
func shown(flag *kong.Flag) string {
	value := flag.Target.Interface()
	text := fmt.Sprint(value)
	if length, is := value.(time.Duration); is {
		text = durationText(length)
	}
	switch name := flag.Envs[0]; {
	case name == "DATABASE_URL", name == "OTEL_EXPORTER_OTLP_ENDPOINT":
		text = models.HidePasswords(text, text)
	case name == "LIGHTSON_SOURCES":
		text = sourcesShown(text)
	case value == web.Secret(""):
		text = ""
	}
	if text == "" {
		return "(empty)"
	}
	return text
}

// sourcesShown are addresses without their secrets.
func sourcesShown(text string) string {
	sources, err := fetch.ParseSources(text)
	if err != nil {
		return "(not valid)"
	}
	var shown []string
	for _, source := range sources {
		shown = append(shown, source.String())
	}
	return strings.Join(shown, ",")
}
