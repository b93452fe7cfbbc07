-- +goose Up
-- What was answered to requests with an Idempotency-Key, so that the same request again gets the same answer.
CREATE TABLE idempotency_keys (
    hash         TEXT    PRIMARY KEY,        -- of who asked, the operation and the key
    attempt      TEXT    NOT NULL,           -- the request that has the key
    leased_until INTEGER NOT NULL,           -- while it runs; afterwards its server is gone
    request      TEXT    NOT NULL,           -- hash of what was asked; '' while it runs
    status       INTEGER NOT NULL,           -- of the answer; 0 while it runs
    content_type TEXT    NOT NULL,
    location     TEXT    NOT NULL,
    body         BLOB   ,                    -- gzip; NULL = none, or not kept since a secret is in it
    secret       INTEGER NOT NULL DEFAULT 0, -- 1 = the answer is not kept
    created_at   INTEGER NOT NULL
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

-- +goose Down
DROP TABLE idempotency_keys;
