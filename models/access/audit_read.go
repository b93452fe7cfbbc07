package access

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/names"
	"lightson/models/uptime"
)

// An AuditFilter says which records are asked for. Empty fields ask for all.
type AuditFilter struct {
	Who    string // an id, or a part of a name
	Action Action
	From   models.OptionalInstant // this and later
	To     models.OptionalInstant // before this
}

func (f AuditFilter) query(g *gorm.DB) *gorm.DB {
	if f.Who != "" {
		g = g.Where(`who_id = ? OR lower(who) LIKE ? ESCAPE '\'`, f.Who, "%"+likeText(strings.ToLower(f.Who))+"%")
	}
	if f.Action != "" {
		g = g.Where("action = ?", f.Action)
	}
	if f.From.Known {
		g = g.Where("at >= ?", f.From.At)
	}
	if f.To.Known {
		g = g.Where("at < ?", f.To.At)
	}
	return g
}

// likeText is a text that LIKE finds as it is.
func likeText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text)
}

// An AuditPage is a place in the list of records.
type AuditPage struct {
	Before int64 // the id of the last record of the page before; 0 = the first page
	Limit  int   // 0 = 100
}

const defaultAuditPage = 100

// Page reads records, the newest first. next is the Before of the next page, 0 where this
// is the last.
func (a *Audit) Page(ctx context.Context, f AuditFilter, p AuditPage) (records []Record, next int64, err error) {
	if p.Limit <= 0 {
		p.Limit = defaultAuditPage
	}
	g := f.query(a.db.GORM(ctx))
	if p.Before > 0 {
		g = g.Where("id < ?", p.Before)
	}
	if err := g.Order("id DESC").Limit(p.Limit + 1).Find(&records).Error; err != nil {
		return nil, 0, fmt.Errorf("read audit log: %w", err)
	}
	if len(records) > p.Limit {
		records = records[:p.Limit]
		next = records[p.Limit-1].ID
	}
	return records, next, nil
}

// csvPage is how many records are in memory at a time while a CSV is written.
const csvPage = 1000

// WriteCSV writes the records of a filter, the newest first, with times in UTC.
func (a *Audit) WriteCSV(ctx context.Context, w io.Writer, f AuditFilter) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"time", "who_kind", "who_id", "who", "action", "target_kind", "target", "detail", "outcome", "address"}); err != nil {
		return err
	}
	for before := int64(0); ; {
		records, next, err := a.Page(ctx, f, AuditPage{Before: before, Limit: csvPage})
		if err != nil {
			return err
		}
		for _, r := range records {
			row := []string{timeText(r.At), string(r.WhoKind), r.WhoID, r.Who, string(r.Action), r.TargetKind, r.Target, r.Detail, string(r.Outcome), r.Address}
			for n, cell := range row {
				row[n] = feed.SafeCell(names.Visible(cell))
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		if err := out.Error(); err != nil || next == 0 {
			return err
		}
		before = next
	}
}

// timeText is a time as RFC 3339, in UTC and with microseconds.
func timeText(at uptime.Instant) string { return at.Time().Format("2006-01-02T15:04:05.000000Z07:00") }
