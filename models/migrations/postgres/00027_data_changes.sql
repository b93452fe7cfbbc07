-- +goose Up
-- What the latest transactions changed, so that figures are read and measured again only
-- where they may differ. A change that is not told here may be any.
CREATE TABLE data_changes (
    id       BIGINT  PRIMARY KEY,
    version  BIGINT  NOT NULL,         -- of the data after the change
    previous BIGINT  NOT NULL UNIQUE,  -- and before it
    polls    BYTEA   NOT NULL,         -- days and stores, packed
    others   BOOLEAN NOT NULL          -- whether stores, hours, special days or corrections changed
);

-- +goose Down
DROP TABLE data_changes;
