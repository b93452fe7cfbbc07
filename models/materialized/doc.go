// Package materialized keeps day figures and outages of all stores in tables, for people and
// programs that read the database with SQL: the views lightson_days and lightson_outages.
// Nothing of ours reads them. A [Refresher] brings them up to date.
//
// It must not know how uptime is computed, who asks, or when: figures come from package
// figures, so rows equal pages, the API and CSV files to the microsecond. Day figures are
// those of [figures.Figures.MeasureDates] for each date from a store's first to its last
// ([figures.Snapshot.Dates]); outages are those of [figures.Figures.EachOutage] over all time
// that is known. Dates whose polls retention deleted have no rows, and an outage that began
// before the first kept instant begins there.
//
// # The state of a store
//
// Each store has a row that says of which version of the data its rows are, as of which
// instant, and by checksums what they were computed from. It changes in the transaction that
// changes the rows. So the rows of a store are always of one version, a refresh may end
// anywhere, and the next one goes on. Views show the version and the instant beside each row.
//
// Rows of dates before the one that right_from names may be of an earlier version, or be
// missing. Views show no instant beside these. The first refresh begins so, and so does
// whatever may change the past of a store.
//
// # What is computed anew
//
// A refresh has two steps. The first is for all stores whose rows are of another version. It
// costs no reading of older polls, because the snapshot has the last days:
//
//   - A store for which nothing came but new polls: from the last date on that these can
//     change. That is mostly two dates.
//   - Polls of the last days, or their reasons, are others than before: from a day before
//     the first of them on. A checksum of each day of polls tells.
//   - Hours, zone, special days, corrections, the interval of polls, or polls that are older
//     ([models.DataVersion].PastMark): all of the last days, and then the whole past.
//   - A store that was open and silent for more than a day, and is polled again, after which
//     the time before its silence may be certain: likewise.
//
// The second step is for stores whose past is to be computed anew, so many dates at a time,
// the newest first. In both steps rows are compared with those in the table, and only those
// that differ are written. Retention changes the mark of older polls every day; then all
// that is kept is computed and compared, and nothing but the deletion is written.
//
// # Others
//
// A transaction writes the rows of some hundred stores. It does not lock the version of the
// data. Pages wait for nothing here: what is computed takes turns with snapshots, as ranges
// do. Where the data move during a step, it begins again with the new snapshot, keeps what is
// written, and does less at a time. Where another server wrote meanwhile, likewise.
//
// A backup has the tables, and a restored database has rows of its own version. They are not
// copied to another database: the first refresh there makes them anew.
package materialized
