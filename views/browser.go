package views

import (
	"context"
	"strings"
)

// A product is a name that is the same in every language.
type product string

// browsers and systems are words of User-Agent with what people call what sends them. The first
// that is found counts: Edge also says Chrome, and Chrome also says Safari.
var (
	browsers = [][2]product{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systems = [][2]product{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"Linux", "Linux"},
	}
)

// Browser says in words which browser a User-Agent is of: "Firefox on Linux".
func Browser(ctx context.Context, agent string) string {
	browser, system := firstOf(browsers, agent), firstOf(systems, agent)
	switch {
	case browser == "" && system == "":
		return say(ctx, "Unknown browser")
	case browser == "":
		return say(ctx, "A browser on {system}", "system", system)
	case system == "":
		return browser
	default:
		return say(ctx, "{browser} on {system}", "browser", browser, "system", system)
	}
}

func firstOf(list [][2]product, agent string) string {
	for _, word := range list {
		if strings.Contains(agent, string(word[0])) {
			return string(word[1])
		}
	}
	return ""
}
