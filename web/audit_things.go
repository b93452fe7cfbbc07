package web

import (
	"context"

	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/words"
	"lightson/views"
)

// A thing is what a record is about.
type thing struct{ kind, id string }

// things finds the things that records of a page are about, each once.
type things struct {
	s     *Server
	w     spoken
	known map[thing]views.Link
}

// link is the name of a thing, with its address where it still is and the visitor may
// see it.
func (t things) link(ctx context.Context, about thing) (views.Link, error) {
	if link, found := t.known[about]; found {
		return link, nil
	}
	link := views.Link{Text: thingText(t.w, about)}
	err := checkID(about.id)
	if err == nil {
		err = t.find(ctx, about, &link)
	}
	if err != nil && !isGone(err) {
		return link, err
	}
	t.known[about] = link
	return link, nil
}

func (t things) find(ctx context.Context, about thing, link *views.Link) error {
	switch about.kind {
	case "report":
		r, err := t.s.data.Report(ctx, about.id)
		if err == nil {
			*link = views.Link{Text: t.w.Say("Report {name}", "name", reportName(t.w, r)), URL: reportURL(r.ID)}
		}
		return err
	case "import":
		i, err := t.s.data.Import(ctx, about.id)
		if err == nil {
			*link = views.Link{Text: t.w.Say("Import {name}", "name", names.Visible(t.w.files(i.Files))), URL: importURL(i.ID)}
		}
		return err
	case "channel": // names of other people's channels are nobody's business
		c, err := t.s.data.Channel(ctx, about.id)
		if err == nil {
			*link = views.Link{Text: t.w.Say("Channel {name}", "name", c.Name), URL: "/channels#channel-" + c.ID}
		}
		return err
	case "delivery":
		d, err := t.s.data.Delivery(ctx, about.id)
		if err == nil {
			*link = views.Link{Text: t.w.Say("Message {name}", "name", d.Message.Title), URL: deliveryURL(d.ID)}
		}
		return err
	case "person":
		p, err := t.s.accounts.Person(ctx, about.id)
		if err == nil {
			*link = views.Link{Text: p.ShownName()}
			if may(ctx, access.ManagePeople) {
				link.URL = personURL(p.ID)
			}
		}
		return err
	default:
		return nil
	}
}

// thingNames name things by an id.
var thingNames = map[string]words.Text{
	"report": "Report {name}", "import": "Import {name}", "key": "Key {name}", "store": "Store {name}", "group": "Group {name}",
	"session": "Session {name}", "passkey": "Passkey {name}", "channel": "Channel {name}", "delivery": "Delivery {name}",
}

// thingText names a thing of which nothing more is known.
func thingText(w spoken, about thing) string {
	id := names.Visible(about.id)
	if checkID(about.id) == nil {
		id = "…" + shortID(about.id)
	}
	if id == "" {
		return ""
	}
	if text := thingNames[about.kind]; text != "" {
		return w.Say(text, "name", id)
	}
	return id
}

// who names who acted, and says what kind of visitor that is.
func (t things) who(ctx context.Context, r access.Record) (views.Link, string, error) {
	name := names.Visible(r.Who)
	switch r.WhoKind {
	case access.IsPerson:
		link, err := t.link(ctx, thing{"person", r.WhoID})
		return views.Link{Text: name, URL: link.URL}, "", err
	case access.IsKey:
		return views.Link{Text: name}, t.w.Say("API key"), nil
	case access.IsLink:
		return views.Link{Text: t.w.Say("Share link …{id}", "id", shortID(r.WhoID))}, t.w.Say("without an account"), nil
	case access.IsFeed, access.IsFigures:
		return views.Link{Text: name}, t.w.Say("feed|who reads"), nil
	case access.IsOpen:
		return views.Link{Text: t.w.Say("Anyone")}, t.w.Say("without accounts"), nil
	case access.IsCommand:
		if name == "" {
			name = t.w.Say("Command line")
		}
		return views.Link{Text: name}, t.w.Say("on the server's machine"), nil
	case access.Nobody:
		return views.Link{Text: t.w.Say("Someone")}, t.w.Say("not signed in"), nil
	default:
		return views.Link{Text: name}, names.Visible(string(r.WhoKind)), nil
	}
}
