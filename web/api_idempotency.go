package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/idempotency"
	"lightson/models/words"
)

const (
	headerIdempotencyKey = "Idempotency-Key"
	// headerReplayed says that an answer was given before.
	headerReplayed = "Idempotency-Replayed"
	// keyPatience bounds how long an answer waits to be kept.
	keyPatience = 10 * time.Second
)

// askReportPath is of the operation that has idempotency keys of its own: the same key is the
// same report for as long as it is kept, also of the contract.
const askReportPath = apiPrefix + "reports"

// secretAnswers are the actions whose answers have a secret in them that is shown once. Such an
// answer is not kept.
var secretAnswers = map[access.Action]bool{
	access.KeyMade: true, access.LinkMade: true, access.FeedMade: true, access.PersonInvited: true, access.InvitationMade: true,
	access.ResetMade: true, access.FactorBegun: true, access.RecoveryCodes: true, access.ChannelAdded: true, access.ChannelChanged: true,
}

// idempotent has every POST of the API with an Idempotency-Key done once: the same again gets
// the first answer again.
func (s *Server) idempotent(r *router) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			text := c.Request().Header.Get(headerIdempotencyKey)
			rule, routed := r.ruleOf(c)
			if text == "" || !routed || c.Request().Method != http.MethodPost || !strings.HasPrefix(c.Path(), apiPrefix) || c.Path() == askReportPath {
				return next(c)
			}
			if err := checkKey(text); err != nil {
				return err
			}
			ctx := c.Request().Context()
			p, err := access.Of(ctx)
			if err != nil {
				return err
			}
			claim, kept, err := s.keys.Begin(ctx, idempotency.Key{Caller: p.Key(), Operation: c.Path(), Text: text})
			switch {
			case errors.Is(err, idempotency.ErrRunning):
				c.Response().Header().Set(echo.HeaderRetryAfter, "1")
				return problem{http.StatusConflict, words.Said("That is being done"), words.Said("A request with this Idempotency-Key is being answered. Please ask again in a moment."), err}
			case err != nil:
				return err
			case kept != nil:
				return s.sendKept(c, kept)
			}
			return s.answerOnce(c, claim, secretAnswers[rule.record], next)
		}
	}
}

// answerOnce has a request answered that holds a key, and keeps the answer before it is sent.
// The key is free again where nothing was done.
func (s *Server) answerOnce(c echo.Context, claim *idempotency.Claim, secret bool, next echo.HandlerFunc) error {
	asked := newRequestSum(c.Request())
	defer asked.close()
	c.Request().Body = asked.reading(c.Request().Body)
	patient, cancel := context.WithCancel(context.WithoutCancel(c.Request().Context()))
	defer cancel()
	go s.renew(patient, claim)
	held := &heldAnswer{ResponseWriter: c.Response().Writer}
	c.Response().Writer = held
	kept := false
	defer func() { // also after a panic
		c.Response().Writer = held.ResponseWriter
		if kept {
			return
		}
		bounded, cancel := context.WithTimeout(patient, keyPatience)
		defer cancel()
		if err := claim.Release(bounded); err != nil {
			s.log.ErrorContext(patient, "idempotency key not released", "error", err)
		}
	}()
	err := next(c)
	if err == nil && held.status < http.StatusBadRequest {
		_, _ = io.Copy(io.Discard, c.Request().Body) // what the handler had no need of
		bounded, cancel := context.WithTimeout(patient, keyPatience)
		defer cancel()
		kept = true // also where that fails: it was done, and the lease keeps others away for a while
		failed := claim.Finish(bounded, idempotency.Answer{
			Request: asked.sum(), Status: held.status, Body: held.body.Bytes(), Secret: secret,
			ContentType: c.Response().Header().Get(echo.HeaderContentType), Location: c.Response().Header().Get(echo.HeaderLocation),
		})
		if failed != nil {
			s.log.ErrorContext(patient, "answer not kept for its idempotency key", "error", failed)
		}
	}
	if err != nil && held.status == 0 {
		return err
	}
	return held.send()
}

// renew holds a key until its request was answered.
func (s *Server) renew(ctx context.Context, claim *idempotency.Claim) {
	every := time.NewTicker(idempotency.LeasedFor / 3)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			if err := claim.Renew(ctx); err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "idempotency key not renewed", "error", err)
			}
		}
	}
}

// sendKept answers as before, if the same is asked for.
func (s *Server) sendKept(c echo.Context, kept *idempotency.Answer) error {
	asked := newRequestSum(c.Request())
	defer asked.close()
	noteOf(c).detail = "the same again, by its Idempotency-Key"
	body := &patientBody{ReadCloser: c.Request().Body, control: http.NewResponseController(c.Response())}
	if _, err := io.Copy(io.Discard, asked.reading(body)); err != nil {
		return unreadBody(err)
	}
	switch {
	case !kept.IsTo(asked.sum()):
		return problem{http.StatusUnprocessableEntity, words.Said("This Idempotency-Key was used for another request"),
			words.Said("It was used for another body or address of this operation. Please use a new key."), nil}
	case kept.Secret:
		return problem{http.StatusConflict, words.Said("That was done already"),
			words.Said("It was done when this Idempotency-Key was first used. The answer had a secret in it, which is not kept. If it was lost, withdraw what was made, and make another with a new key."), nil}
	}
	h := c.Response().Header()
	h.Set(headerReplayed, "true")
	if kept.Location != "" {
		h.Set(echo.HeaderLocation, kept.Location)
	}
	if kept.ContentType == "" {
		return c.NoContent(kept.Status)
	}
	return c.Blob(kept.Status, kept.ContentType, kept.Body)
}

// A heldAnswer holds an answer back until it is sent.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (h *heldAnswer) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write implements http.ResponseWriter.
func (h *heldAnswer) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}

// Unwrap is for http.ResponseController.
func (h *heldAnswer) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// send sends what is held, if anything was answered.
func (h *heldAnswer) send() error {
	if h.status == 0 {
		return nil
	}
	h.ResponseWriter.WriteHeader(h.status)
	if h.body.Len() == 0 {
		return nil
	}
	_, err := h.ResponseWriter.Write(h.body.Bytes())
	return err
}
