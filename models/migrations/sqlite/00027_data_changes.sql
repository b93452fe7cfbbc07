-- +goose Up
-- What the latest transactions changed, so that figures are read and measured again only
-- where they may differ. A change that is not told here may be any.
CREATE TABLE data_changes (
    id       INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,         -- of the data after the change
    previous INTEGER NOT NULL UNIQUE,  -- and before it
    polls    BLOB    NOT NULL,         -- days and stores, packed
    others   BOOLEAN NOT NULL          -- whether stores, hours, special days or corrections changed
);

-- +goose Down
DROP TABLE data_changes;
