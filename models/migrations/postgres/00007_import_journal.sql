-- +goose Up
-- What the last imports changed, so that they can be undone.
CREATE TABLE import_journal (
    merge_number BIGINT  NOT NULL,                   -- of the import
    part         INTEGER NOT NULL,
    kind         INTEGER NOT NULL,                   -- 1 polls, 2 hours, 3 zones, 4 names, 5 stores
    day          INTEGER NOT NULL,                   -- of polls, in days since 1970-01-01 UTC; else 0
    entries      BYTEA   NOT NULL,                   -- packed
    PRIMARY KEY (merge_number, part)
);
-- Compressing packed entries costs time and saves little.
ALTER TABLE import_journal ALTER COLUMN entries SET STORAGE EXTERNAL;

-- +goose Down
DROP TABLE import_journal;
