package static

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A store that is down must be told from one that is up without colours: in greyscale, by people
// who do not tell red from green, on paper. Contrast is of luminance, which is what is left then.
func TestDownStandsOutFromUpInBothThemes(t *testing.T) {
	css := string(read("app.css"))
	for rule, token := range map[string]string{
		" .s-band {": "fill: var(--well-far)", "\n.s-down {": "fill: var(--off-fill)", "\n.strip .s-down {": "stroke: var(--off)",
		".share.pale .s-down {": "fill: var(--off-far)", "\n.share .s-up:not(.far) {": "fill: var(--well-bar)", "\n.share .s-down {": "fill: var(--off)", "\n.s-edge {": "stroke: var(--well-fill)", "\n.s-closed {": "fill: var(--surface)",
	} {
		if _, rest, found := strings.Cut(css, rule); !found || !strings.Contains(rest[:strings.Index(rest, "}")], token) {
			t.Errorf("%s …} is not drawn by %s, so that what follows tests nothing", rule, token)
		}
	}
	for theme := range 2 {
		for _, pair := range []struct{ name, one, other string }{
			{"down beside up", "off-fill", "well-far"},
			{"the edge of down that is far from its poll beside up", "off", "well-far"},
			{"down beside up in a bar", "off", "well-bar"},
			{"down beside closed", "off-fill", "surface"},
			{"the edge of up beside closed", "well-fill", "surface"},
			{"the edge of down beside closed", "off", "surface"},
		} {
			one, other := luminance(t, css, pair.one, theme), luminance(t, css, pair.other, theme)
			if ratio := (max(one, other) + .05) / (min(one, other) + .05); ratio < 3 {
				t.Errorf("theme %d, %s: %.2f to 1, want 3", theme, pair.name, ratio)
			}
		}
	}
}

// luminance is that of a token as WCAG 2 computes it, in the light theme (0) or the dark one (1).
func luminance(t *testing.T, css, token string, theme int) float64 {
	t.Helper()
	values := regexp.MustCompile(`(?m)^  --` + token + `: light-dark\(#([0-9a-f]+), #([0-9a-f]+)\);`).FindStringSubmatch(css)
	if values == nil {
		t.Fatalf("--%s has no colour for each theme", token)
	}
	hex := values[theme+1]
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for n, weight := range []float64{.2126, .7152, .0722} {
		part, err := strconv.ParseUint(hex[2*n:2*n+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		share := float64(part) / 255
		if share <= .04045 {
			share /= 12.92
		} else {
			share = math.Pow((share+.055)/1.055, 2.4)
		}
		sum += weight * share
	}
	return sum
}
