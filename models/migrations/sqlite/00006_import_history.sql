-- +goose Up
ALTER TABLE imports ADD COLUMN asked_by     TEXT    NOT NULL DEFAULT '';  -- an address, a user, a folder
ALTER TABLE imports ADD COLUMN forced       INTEGER NOT NULL DEFAULT 0;   -- take it in even if it was before
ALTER TABLE imports ADD COLUMN queued_at    INTEGER NOT NULL DEFAULT 0;   -- of a preview that was confirmed
ALTER TABLE imports ADD COLUMN preview      TEXT;                         -- what it would do; JSON
ALTER TABLE imports ADD COLUMN same_as      TEXT    NOT NULL DEFAULT '';  -- the import that had the same bytes
ALTER TABLE imports ADD COLUMN merge_number INTEGER NOT NULL DEFAULT 0;   -- its place in the order of merges; 0 = none
ALTER TABLE imports ADD COLUMN changed      TEXT;                         -- the kinds of data that it changed; JSON
ALTER TABLE imports ADD COLUMN undone_at    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN undone_by    TEXT    NOT NULL DEFAULT '';
CREATE INDEX imports_merge_number ON imports (merge_number);
CREATE INDEX imports_same_as ON imports (same_as) WHERE same_as <> '';

ALTER TABLE import_files ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';      -- of its bytes, as hexadecimal digits
CREATE INDEX import_files_sha256 ON import_files (sha256);

-- +goose Down
DROP INDEX import_files_sha256;
ALTER TABLE import_files DROP COLUMN sha256;
DROP INDEX imports_same_as;
DROP INDEX imports_merge_number;
ALTER TABLE imports DROP COLUMN undone_by;
ALTER TABLE imports DROP COLUMN undone_at;
ALTER TABLE imports DROP COLUMN changed;
ALTER TABLE imports DROP COLUMN merge_number;
ALTER TABLE imports DROP COLUMN same_as;
ALTER TABLE imports DROP COLUMN preview;
ALTER TABLE imports DROP COLUMN queued_at;
ALTER TABLE imports DROP COLUMN forced;
ALTER TABLE imports DROP COLUMN asked_by;
