package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

type apiAudit struct {
	Records    []apiRecord `json:"records"` // newest first
	NextCursor *string     `json:"next_cursor"`
}

type apiRecord struct {
	ID      int64          `json:"id"`
	At      apiTime        `json:"at"`
	Who     apiWho         `json:"who"`
	Action  access.Action  `json:"action"`
	Target  *apiTarget     `json:"target"` // none where it is about nothing in particular
	Detail  *string        `json:"detail"`
	Outcome access.Outcome `json:"outcome"`
	Address *string        `json:"address"`
}

type apiWho struct {
	Kind access.Kind `json:"kind"`
	ID   *string     `json:"id"`   // of the person, key or link
	Name *string     `json:"name"` // as it was then
}

type apiTarget struct {
	Kind string  `json:"kind"`
	ID   *string `json:"id"` // or the name
}

// apiListAudit serves GET /api/v1/audit?who=&action=&from=&to=&limit=&cursor=.
func (s *Server) apiListAudit(c echo.Context) error {
	query, filter, err := parseAuditQuery(c)
	if err != nil {
		return err
	}
	from, limit, err := parseCursor(c, query.url("audit", 0))
	if err != nil {
		return err
	}
	records, next, err := s.readAudit(c.Request().Context(), filter, access.AuditPage{Before: from.Before, Limit: limit})
	if err != nil {
		return err
	}
	list := apiAudit{Records: make([]apiRecord, len(records))}
	for n, r := range records {
		list.Records[n] = newAPIRecord(r)
	}
	list.NextCursor = cursor{List: from.List, Before: next}.next(next > 0)
	return sendAPIList(c, list, list.Records, list.NextCursor)
}

func newAPIRecord(r access.Record) apiRecord {
	record := apiRecord{
		ID: r.ID, At: apiTime(r.At), Who: apiWho{r.WhoKind, orNull(r.WhoID), orNull(r.Who)}, Action: r.Action,
		Detail: orNull(r.Detail), Outcome: r.Outcome, Address: orNull(r.Address),
	}
	if r.TargetKind != "" {
		record.Target = &apiTarget{r.TargetKind, orNull(r.Target)}
	}
	return record
}
