package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/reports"
	"lightson/models/scheduled"
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
	total, w := 0, out.Delivery.Message.Words()
	for _, a := range out.Delivery.Message.Attachments {
		body, err := j.reportFile(ctx, out.Delivery, a, mostAttached-total)
		switch {
		case errors.Is(err, errTooLarge):
			out.Delivery.Message.Notes = append(out.Delivery.Message.Notes, w.Say("{file} is too large for a mail. The report's page has it.", "file", a.Name))
			continue
		case errors.Is(err, models.ErrNotFound):
			out.Delivery.Message.Notes = append(out.Delivery.Message.Notes, w.Say("{file} is no longer there.", "file", a.Name))
			continue
		case err != nil:
			return err
		}
		total += len(body)
		out.Files = append(out.Files, notify.File{Name: a.Name, Type: mediaType(scheduled.File(a.Format)), Body: body})
	}
	return nil
}

func mediaType(file scheduled.File) string {
	if file == scheduled.XLSX {
		return reports.WorkbookType
	}
	return "text/csv; charset=utf-8"
}

// reportFile is a file of a report, which has to be within what the person sees.
func (j *Jobs) reportFile(ctx context.Context, d deliveries.Delivery, a deliveries.Attachment, most int) ([]byte, error) {
	p, told, err := j.accounts.Recipient(ctx, d.PersonID)
	if err != nil {
		return nil, err
	}
	if !told {
		return nil, models.ErrNotFound
	}
	r, err := access.NewData(j.db, j.worker.figures).Report(access.With(ctx, p), a.Report)
	if err != nil {
		return nil, err
	}
	if r.State != models.Complete {
		return nil, models.ErrNotFound
	}
	file := scheduled.File(a.Format)
	if !slices.Contains(scheduled.Files, file) || file == scheduled.Range && !r.Ranged() {
		return nil, fmt.Errorf("attachment of format %q: %w", a.Format, models.ErrNotFound)
	}
	to := &shortBuffer{most: most}
	if err := j.writeReportFile(ctx, to, r, file); err != nil {
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
