package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/reports"
)

// mostAttached bounds the attachments of one mail. Many servers take 10 MB, and a third is
// added on the way.
const mostAttached = 7 << 20

// errTooLarge says that attachments would be more than that.
var errTooLarge = errors.New("too large to attach")

// attach reads the files that a mail has. Where they cannot be had, the mail says so.
func (j *Jobs) attach(ctx context.Context, out *notify.Outgoing) error {
	if out.Channel.Kind != deliveries.Email {
		return nil
	}
	total := 0
	for _, a := range out.Delivery.Message.Attachments {
		body, err := j.reportFile(ctx, out.Delivery, a, mostAttached-total)
		switch {
		case errors.Is(err, errTooLarge):
			out.Delivery.Message.Notes = append(out.Delivery.Message.Notes, a.Name+" is too large for a mail. The report's page has it.")
			continue
		case errors.Is(err, models.ErrNotFound):
			out.Delivery.Message.Notes = append(out.Delivery.Message.Notes, a.Name+" is not there any more.")
			continue
		case err != nil:
			return err
		}
		total += len(body)
		out.Files = append(out.Files, notify.File{Name: a.Name, Type: "text/csv; charset=utf-8", Body: body})
	}
	return nil
}

// reportFile is a file of a report, which has to be within what the person sees.
func (j *Jobs) reportFile(ctx context.Context, d deliveries.Delivery, a deliveries.Attachment, most int) ([]byte, error) {
	p, told, err := j.accounts.Recipient(ctx, d.PersonID)
	if err != nil {
		return nil, err
	}
	r, err := j.db.ReportWithin(ctx, p.Reach, a.Report)
	if err != nil {
		return nil, err
	}
	if !told || r.State != models.Complete {
		return nil, models.ErrNotFound
	}
	write := map[string]func(io.Writer, iter.Seq2[reports.Row, error]) error{
		"csv": func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
			return reports.WriteCSV(w, r.Corrected, rows)
		},
		"details": func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
			return reports.WriteDetailsCSV(w, r.Ranged(), rows)
		},
		"range": reports.WriteRangeCSV,
	}[a.Format]
	if write == nil {
		return nil, fmt.Errorf("attachment of format %q: %w", a.Format, models.ErrNotFound)
	}
	to := &shortBuffer{most: most}
	if a.Format != "csv" { // as people download it
		_, _ = to.Write([]byte("\uFEFF"))
	}
	if err := write(to, reports.Rows(ctx, j.db, r.ID)); err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}

// A shortBuffer takes no more than so many bytes.
type shortBuffer struct {
	bytes.Buffer
	most int
}

func (b *shortBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, errTooLarge
	}
	return b.Buffer.Write(p)
}
