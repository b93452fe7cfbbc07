package web

import (
	"context"

	"lightson/models/access"
	"lightson/views"
)

// canOf says which of the things that not everybody may do are shown to the principal of
// a context.
func canOf(ctx context.Context) views.Can {
	return views.Can{
		MakeReports: may(ctx, access.MakeReports), KeepSales: may(ctx, access.KeepSales), KeepCalendar: may(ctx, access.KeepCalendar), Correct: may(ctx, access.Correct), SetTargets: may(ctx, access.SetTargets), KeepAlerts: may(ctx, access.KeepAlerts), ShareReports: may(ctx, access.ShareReports),
		ReadQuality: may(ctx, access.ReadFigures), ReadImports: may(ctx, access.ReadImports), Ingest: may(ctx, access.Ingest),
		ManagePeople: may(ctx, access.ManagePeople), ReadAudit: may(ctx, access.ReadAudit),
	}
}
