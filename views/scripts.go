package views

import (
	"context"
	"strings"

	"lightson/models/words"
)

// scriptTexts are what app.js and passkeys.js say by themselves. A test compares them.
var scriptTexts = []words.Text{
	"just now",
	"{n} days|how old data are, 2 days or more",
	"{n} days ago|2 days or more",
	"{length} ago",
	"Data are [{length}] old.",
	"Load the page again",
	"The server cannot be reached",
	"Check your connection and try again.",
	"Your report may not have started. Check the list before you try again.",
	"Your change may not have been saved. Check it before you try again.",
	"Report {name} asked for",
	"Copied",
	"Link copied",
	"The link to this report",
	"Together these are {size}; at most {most} can be sent at once.",
	"{sent} of {all}",
	"Reading the files…",
	"The upload broke off",
	"The connection was lost, or the files are larger than the server takes. Nothing was imported.",
	"The upload was refused",
	"It was not confirmed, or this device has no passkey for this site. Try again, or use another way.",
	"This device has a passkey for your account already.",
	"Open this site at an https:// address with a name, such as https://lights.example.com.",
	"That did not work. Load the page again, then try once more.",
}

// textsOfScripts are what scripts say in the language of the page, by the English without the
// notes to translators; none for English.
func textsOfScripts(ctx context.Context) map[string]string {
	if words.Of(ctx).Language() == words.English {
		return nil
	}
	texts := map[string]string{}
	for _, text := range scriptTexts {
		english, _, _ := strings.Cut(string(text), "|")
		texts[english] = say(ctx, text)
	}
	return texts
}
