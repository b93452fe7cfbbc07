package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// digestNotices say what was just done. The address has the word, so that it can say
// nothing else.
var digestNotices = map[string]words.Text{
	"added": "Digest added.", "changed": "Digest saved.", "removed": "Digest removed.", "sent": "The digest is on its way.",
}

func digestDone(c echo.Context, what string) error {
	return c.Redirect(http.StatusSeeOther, "/digests?done="+what)
}

// listDigests serves GET /digests?done=.
func (s *Server) listDigests(c echo.Context) error {
	return s.sendDigests(c, http.StatusOK, func(l *views.Digests) {
		l.Notice = spokenOf(c.Request().Context()).Say(digestNotices[c.QueryParam("done")])
	})
}

// sendDigests sends the list with a change: what was done, or why something was refused.
func (s *Server) sendDigests(c echo.Context, status int, change func(*views.Digests)) error {
	ctx := c.Request().Context()
	w := spokenOf(ctx)
	page, err := s.page(c, w.Say("Digests"), views.NavAlerts)
	if err != nil {
		return err
	}
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	list, err := s.data.Digests(ctx)
	if err != nil {
		return err
	}
	channels, err := s.data.Channels(ctx)
	if err != nil {
		return err
	}
	shown := views.Digests{Form: newDigestForm(w, snapshot, channels, newDigest(snapshot, channels))}
	for _, d := range list {
		shown.Rows = append(shown.Rows, s.newDigestRow(w, snapshot, channels, d))
	}
	change(&shown)
	return render(c, status, views.DigestsPage(page, shown))
}

func (s *Server) newDigestRow(w spoken, snapshot *figures.Snapshot, channels []deliveries.Channel, d digests.Digest) views.DigestRow {
	row := views.DigestRow{
		ID: d.ID, Of: subjectLink(w, snapshot, d.Subject), When: d.Times().Words().In(w.Words), To: channelNames(w, channels, d.Channels),
		Next: w.time(d.NextAt, d.Location(), dayAndClock), Last: w.optionalTime(d.LastAt, d.Location(), dayAndClock), Outcome: d.LastText,
	}
	if now := uptime.At(s.now()); d.NextAt <= now {
		row.Waits = w.Say("Waiting for late polls until {time} at the latest.", "time", w.time(d.Due(now).Add(digests.Patience), d.Location(), clock).Text)
	}
	return row
}

// channelNames are the names of channels as one line.
func channelNames(w spoken, channels []deliveries.Channel, ids []string) string {
	var list []string
	for _, c := range channels {
		if slices.Contains(ids, c.ID) {
			list = append(list, c.Name)
		}
	}
	return cmp.Or(strings.Join(list, ", "), w.Say("no channel left"))
}

// showDigest serves GET /digests/:id.
func (s *Server) showDigest(c echo.Context) error {
	d, err := s.data.Digest(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.sendDigestPage(c, http.StatusOK, d, func(*views.DigestRow, *views.DigestForm) {})
}

func (s *Server) sendDigestPage(c echo.Context, status int, d digests.Digest, change func(*views.DigestRow, *views.DigestForm)) error {
	ctx := c.Request().Context()
	w := spokenOf(ctx)
	page, err := s.page(c, w.Say("Digest"), views.NavAlerts)
	if err != nil {
		return err
	}
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	channels, err := s.data.Channels(ctx)
	if err != nil {
		return err
	}
	row, form := s.newDigestRow(w, snapshot, channels, d), newDigestForm(w, snapshot, channels, d)
	change(&row, &form)
	return render(c, status, views.DigestPage(page, row, form))
}

// showDigestMessage serves GET /digests/:id/message: what it would say now.
func (s *Server) showDigestMessage(c echo.Context) error {
	ctx := c.Request().Context()
	content, err := s.data.DigestNow(ctx, c.Param("id"), s.now())
	if err != nil {
		return err
	}
	w := spokenOf(ctx)
	page, err := s.page(c, w.Say("Digest, as it is now"), views.NavAlerts)
	if err != nil {
		return err
	}
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	shown := views.DigestMessage{DigestRow: s.newDigestRow(w, snapshot, nil, content.Digest)}
	if content.Stores == 0 {
		shown.None = w.Say("You cannot see any of its stores")
		return render(c, http.StatusOK, views.DigestMessagePage(page, shown))
	}
	shown.Message = newSentMessage(content.Message(w.Words))
	if content.Nothing() && !content.WhenNothing {
		shown.Quiet = w.Say("There is nothing to report, so it is not sent automatically.")
	}
	return render(c, http.StatusOK, views.DigestMessagePage(page, shown))
}

// addDigest serves POST /digests.
func (s *Server) addDigest(c echo.Context) error {
	w := spokenOf(c.Request().Context())
	var form digestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	d, err := form.parse()
	if err == nil {
		d.CreatedBy = whoAsks(c)
		noteDigest(noteOf(c), d)
		err = s.data.SaveDigest(c.Request().Context(), &d, s.now())
	}
	if err == nil {
		return digestDone(c, "added")
	}
	wrong, err := form.refusal(w, err)
	if err != nil {
		return err
	}
	return s.sendDigests(c, http.StatusUnprocessableEntity, func(l *views.Digests) { form.fill(w, &l.Form, wrong) })
}

// changeDigest serves POST /digests/:id.
func (s *Server) changeDigest(c echo.Context) error {
	ctx := c.Request().Context()
	own, err := s.data.Digest(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	w := spokenOf(c.Request().Context())
	var form digestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	d, err := form.parse()
	if err == nil {
		d.ID = own.ID
		noteDigest(noteOf(c), d)
		err = s.data.SaveDigest(ctx, &d, s.now())
	}
	if err == nil {
		return digestDone(c, "changed")
	}
	wrong, err := form.refusal(w, err)
	if err != nil {
		return err
	}
	return s.sendDigestPage(c, http.StatusUnprocessableEntity, own, func(_ *views.DigestRow, f *views.DigestForm) { form.fill(w, f, wrong) })
}

// removeDigest serves POST /digests/:id/remove.
func (s *Server) removeDigest(c echo.Context) error {
	d, err := s.data.Digest(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	noteDigest(noteOf(c), d)
	if err := s.data.RemoveDigest(c.Request().Context(), d.ID); err != nil {
		return err
	}
	return digestDone(c, "removed")
}

// sendDigest serves POST /digests/:id/send.
func (s *Server) sendDigest(c echo.Context) error {
	ctx := c.Request().Context()
	d, err := s.data.Digest(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	noteDigest(noteOf(c), d)
	err = s.data.SendDigest(ctx, s.teller, d.ID, s.now())
	if err == nil {
		return digestDone(c, "sent")
	}
	wrong, err := digestForm{}.refusal(spokenOf(ctx), err)
	if err != nil {
		return err
	}
	return s.sendDigests(c, http.StatusUnprocessableEntity, func(l *views.Digests) {
		for n := range l.Rows {
			if l.Rows[n].ID == d.ID {
				l.Rows[n].Problem = wrong.Text
			}
		}
	})
}

// noteDigest says in the audit log what digest a request is about.
func noteDigest(n *note, d digests.Digest) {
	noteSubject(n, d.Subject)
	if times := d.Times(); times.Clean() == nil { // else there are no words for them
		n.detail = times.Words().String()
	}
}
