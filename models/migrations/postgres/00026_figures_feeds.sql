-- +goose Up
-- What the address of a feed leads to: outages and openings, or the newest figures, for
-- spreadsheets. Those of figures end by themselves.
ALTER TABLE feeds ADD COLUMN kind TEXT NOT NULL DEFAULT 'outages' CHECK (kind IN ('outages', 'figures'));
ALTER TABLE feeds ADD COLUMN expires_at BIGINT;             -- NULL = it works until it is revoked

-- +goose Down
ALTER TABLE feeds DROP COLUMN expires_at;
ALTER TABLE feeds DROP COLUMN kind;
