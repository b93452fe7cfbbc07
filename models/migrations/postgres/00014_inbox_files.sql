-- +goose Up
CREATE TABLE inbox_files (
    id          TEXT    PRIMARY KEY,             -- made from the bytes of the name; empty for the folder itself
    name        TEXT    NOT NULL,                -- fit to be shown
    state       TEXT    NOT NULL,
    reason      TEXT    NOT NULL DEFAULT '',     -- why it was refused, as a sentence
    problem     TEXT    NOT NULL DEFAULT '',     -- why it is still in the inbox, and what to do
    place       TEXT    NOT NULL DEFAULT '',     -- where it was put within the inbox; empty where it is still in it
    import_id   TEXT    NOT NULL DEFAULT '',     -- of the import that read it
    size        BIGINT NOT NULL DEFAULT 0,
    modified_at BIGINT NOT NULL DEFAULT 0,
    found_at    BIGINT NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE inbox_files;
