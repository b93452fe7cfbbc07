package alerts

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"lightson/models"
	"lightson/models/deliveries"
)

// Follows is the id of the delivery that another one continues, so that all mail about an
// incident is one thread: the first one to the same channel that told of the incident. Of
// many incidents it is the oldest such. Empty: it begins a thread.
//
// What tells of something new always begins a thread, also where it says as well that
// something old is over. By any other choice somebody for whom something always goes on
// would have one thread that never ends.
func Follows(ctx context.Context, db *models.DB, d deliveries.Delivery) (string, error) {
	message, told := strings.CutPrefix(d.Cause, causePrefix)
	if !told || d.Kind != deliveries.Alert {
		return "", nil
	}
	// Ids of deliveries are in the order in which they were made.
	const firsts = `SELECT MIN(firsts.id), MAX(firsts.id) FROM (
		SELECT MIN(d.id) AS id FROM notices n
		JOIN deliveries d ON d.cause = ? || n.message_id AND d.cause <> '' AND d.channel_id = ? AND d.id <= ?
		WHERE n.message_id <> '' AND n.incident_id IN (SELECT incident_id FROM notices WHERE message_id <> '' AND message_id = ?)
		GROUP BY n.incident_id) firsts`
	var oldest, newest sql.NullString
	if err := db.GORM(ctx).Raw(firsts, causePrefix, d.ChannelID, d.ID, message).Row().Scan(&oldest, &newest); err != nil {
		return "", fmt.Errorf("thread of delivery %s: %w", d.ID, err)
	}
	if newest.String == d.ID {
		return "", nil
	}
	return oldest.String, nil
}
