-- +goose Up
-- What the last imports changed, so that they can be undone.
CREATE TABLE import_journal (
    merge_number INTEGER NOT NULL,                   -- of the import
    part         INTEGER NOT NULL,
    kind         INTEGER NOT NULL,                   -- 1 polls, 2 hours, 3 zones, 4 names, 5 stores
    day          INTEGER NOT NULL,                   -- of polls, in days since 1970-01-01 UTC; else 0
    entries      BLOB    NOT NULL,                   -- packed
    PRIMARY KEY (merge_number, part)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE import_journal;
