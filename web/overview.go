package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

const (
	offlineOnOverview = 10
	reportsOnOverview = 5
)

// showOverview serves GET /.
func (s *Server) showOverview(c echo.Context) error {
	ctx := c.Request().Context()
	page, err := s.page(ctx, "Overview", views.NavOverview)
	if err != nil {
		return err
	}
	snapshot, err := s.db.RecentSnapshot(ctx)
	if err != nil {
		return err
	}
	reports, err := s.db.Reports(ctx, 0, reportsOnOverview)
	if err != nil {
		return err
	}
	overview := views.Overview{
		Generate: newGenerateForm(),
		Reports:  s.newReportList(reports),
	}
	overview.Generate.Short, overview.Reports.Short = true, true
	if len(snapshot.Stores) == 0 {
		overview.FirstUse = newFirstUse()
	} else {
		overview.Counts = newCounts(snapshot)
		overview.Offline = newOfflineList(snapshot)
		overview.Windows = newWindows(group(snapshot.Figures), snapshot.AsOf, time.UTC)
	}
	return render(c, http.StatusOK, views.OverviewPage(page, overview))
}

// newCounts counts stores by what they are now.
func newCounts(s *models.Snapshot) views.Counts {
	n := map[views.StoreKind]int{}
	for _, now := range s.Now {
		n[kindOf(now.State)]++
	}
	count := func(kind views.StoreKind) views.Count {
		return views.Count{
			N: countText(n[kind]), Share: float64(n[kind]) / float64(len(s.Now)),
			URL: storeQuery{State: string(kind)}.url(),
		}
	}
	return views.Counts{
		Offline: count(views.Offline), Online: count(views.Online),
		Closed: count(views.Closed), NoData: count(views.NoData),
		Total: countText(len(s.Now)),
	}
}

// newOfflineList lists the stores that are offline while they should be open,
// the one that lost most this week first.
func newOfflineList(s *models.Snapshot) views.OfflineList {
	var offline []int
	for n, now := range s.Now {
		if now.State == uptime.Down {
			offline = append(offline, n)
		}
	}
	slices.SortStableFunc(offline, func(a, b int) int {
		return cmp.Compare(s.Figures[b][models.LastWeek].Down, s.Figures[a][models.LastWeek].Down)
	})
	list := views.OfflineList{URL: storeQuery{State: string(views.Offline)}.url()}
	if len(offline) > offlineOnOverview {
		list.More = "All " + plural(len(offline), "offline store")
		offline = offline[:offlineOnOverview]
	}
	for _, n := range offline {
		now, zone := s.Now[n], s.Location(n)
		row := views.OfflineStore{
			ID: s.Stores[n].Code, URL: storeURL(s.Stores[n].Code),
			Since: nearText(now.Since, s.AsOf, zone), For: lengthText(uptime.Micros(s.AsOf - now.Since)),
			Closes: closesText(now, zone),
		}
		if down := s.Figures[n][models.LastWeek].Down; down > 0 {
			row.Week = lengthText(down) + " offline this week"
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

func newFirstUse() *views.FirstUse {
	return &views.FirstUse{
		Samples:     sampleDownloads(),
		DemoCommand: "lightson demo demo && lightson load demo/*.csv",
	}
}
