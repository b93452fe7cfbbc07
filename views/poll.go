package views

import "github.com/a-h/templ"

// everySecond is how often what is not final yet is asked for, as hx-trigger has it.
const everySecond = "every 1s"

// polled has an element replaced again and again by the one at an address. One that is final
// has no such attributes, and ends it.
func polled(url, every string) templ.OrderedAttributes {
	return templ.OrderedAttributes{
		{Key: "data-poll", Value: true},
		{Key: "hx-get", Value: url},
		{Key: "hx-trigger", Value: every},
		{Key: "hx-target", Value: "this"},
		{Key: "hx-swap", Value: "outerHTML"},
		{Key: "hx-sync", Value: "this:drop"},
		{Key: "hx-request", Value: `{"timeout":8000}`}, // a poll that takes longer counts as a lost connection
	}
}
