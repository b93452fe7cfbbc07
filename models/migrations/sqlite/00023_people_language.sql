-- +goose Up
ALTER TABLE people ADD COLUMN language TEXT NOT NULL DEFAULT '';  -- in which they are written to, as BCP 47 has it; '' = not known

-- +goose Down
ALTER TABLE people DROP COLUMN language;
