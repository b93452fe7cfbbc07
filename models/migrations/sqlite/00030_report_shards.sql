-- +goose Up
-- Reports of many stores are computed in shards, by several servers at once.
ALTER TABLE reports ADD COLUMN shards INTEGER NOT NULL DEFAULT 0;  -- its parts are those of so many shards, each sorted by itself; 0 = sorted as a whole

-- The shards of reports that are being computed.
CREATE TABLE report_shards (
    report_id     TEXT    NOT NULL,
    shard         INTEGER NOT NULL,             -- from 0
    lowest        INTEGER NOT NULL,             -- id of a store
    highest       INTEGER NOT NULL,
    taken         INTEGER NOT NULL DEFAULT 0,   -- how often somebody began to compute it
    done          BOOLEAN NOT NULL DEFAULT FALSE,
    stores        INTEGER NOT NULL,
    polls         INTEGER NOT NULL DEFAULT 0,
    no_data       INTEGER NOT NULL DEFAULT 0,
    csv_bytes     INTEGER NOT NULL DEFAULT 0,   -- of its rows, without the header
    details_bytes INTEGER NOT NULL DEFAULT 0,
    range_bytes   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (report_id, shard)
);

-- +goose Down
DROP TABLE report_shards;
ALTER TABLE reports DROP COLUMN shards;
