-- +goose Up
CREATE TABLE people (
    id                TEXT    PRIMARY KEY,
    email             TEXT    NOT NULL UNIQUE,             -- lower case, in one form of Unicode
    name              TEXT    NOT NULL DEFAULT '',
    role              TEXT    NOT NULL,
    reach             TEXT    NOT NULL,                    -- all, or JSON of groups and stores
    password_hash     TEXT    NOT NULL DEFAULT '',         -- '' = none
    source            TEXT    NOT NULL DEFAULT 'local',    -- local, oidc, proxy
    subject           TEXT    UNIQUE,                      -- issuer|sub of a person who comes by OIDC
    totp_secret       TEXT    NOT NULL DEFAULT '',         -- '' = none
    totp_pending      TEXT    NOT NULL DEFAULT '',         -- a secret that no code was entered for yet
    totp_confirmed_at INTEGER,
    totp_last_step    INTEGER NOT NULL DEFAULT 0,          -- a code is used once
    disabled_at       INTEGER,
    created_at        INTEGER NOT NULL,
    last_sign_in_at   INTEGER
);

CREATE TABLE passkeys (
    id            TEXT    PRIMARY KEY,
    person_id     TEXT    NOT NULL REFERENCES people (id),
    credential_id BLOB    NOT NULL UNIQUE,
    data          BLOB    NOT NULL,                        -- the credential as JSON
    name          TEXT    NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER
);
CREATE INDEX passkeys_person ON passkeys (person_id);

CREATE TABLE recovery_codes (
    person_id TEXT    NOT NULL REFERENCES people (id),
    hash      TEXT    NOT NULL,
    used_at   INTEGER,
    PRIMARY KEY (person_id, hash)
);

CREATE TABLE invitations (
    id         TEXT    PRIMARY KEY,
    hash       TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,                           -- invitation, reset
    person_id  TEXT    NOT NULL REFERENCES people (id),
    created_by TEXT    NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER                                     -- also when a newer one made it void
);
CREATE INDEX invitations_person ON invitations (person_id);

CREATE TABLE sessions (
    id         TEXT    PRIMARY KEY,
    token      TEXT    UNIQUE,                             -- a hash; NULL until the browser has it
    person_id  TEXT    NOT NULL DEFAULT '',                -- '' while nobody is signed in
    data       BLOB    NOT NULL,
    how        TEXT    NOT NULL DEFAULT '',
    address    TEXT    NOT NULL DEFAULT '',
    agent      TEXT    NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Browsers in which somebody has signed in: guesses of others do not make them wait.
CREATE TABLE devices (
    hash       TEXT    PRIMARY KEY,
    person_id  TEXT    NOT NULL REFERENCES people (id),
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
);
CREATE INDEX devices_person ON devices (person_id);

CREATE TABLE sign_in_tries (
    key       TEXT    PRIMARY KEY,                         -- a hash of an account, address or device
    count     INTEGER NOT NULL,
    at        INTEGER NOT NULL,                            -- when count was right; it falls with time
    next_at   INTEGER NOT NULL                             -- no try before
);
CREATE INDEX sign_in_tries_at ON sign_in_tries (at);

CREATE TABLE api_keys (
    id           TEXT    PRIMARY KEY,
    prefix       TEXT    NOT NULL,                         -- fit to be shown
    hash         TEXT    NOT NULL UNIQUE,
    person_id    TEXT    NOT NULL REFERENCES people (id),
    name         TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    reach        TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
);
CREATE INDEX api_keys_person ON api_keys (person_id);

CREATE TABLE share_links (
    id           TEXT    PRIMARY KEY,
    hash         TEXT    NOT NULL UNIQUE,
    report_id    TEXT    NOT NULL,
    reach        TEXT    NOT NULL,                         -- of the report
    person_id    TEXT    NOT NULL DEFAULT '',              -- '' where there were no accounts
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER
);
CREATE INDEX share_links_report ON share_links (report_id);

CREATE TABLE audit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    who_kind    TEXT    NOT NULL,
    who_id      TEXT    NOT NULL DEFAULT '',
    who         TEXT    NOT NULL DEFAULT '',               -- the name as it was then
    action      TEXT    NOT NULL,
    target_kind TEXT    NOT NULL DEFAULT '',
    target      TEXT    NOT NULL DEFAULT '',
    detail      TEXT    NOT NULL DEFAULT '',
    outcome     TEXT    NOT NULL,
    address     TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_who ON audit (who_id, id);
CREATE INDEX audit_action ON audit (action, id);

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd
-- INSERT OR REPLACE would delete without the trigger above.
-- +goose StatementBegin
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit;
DROP TABLE share_links;
DROP TABLE api_keys;
DROP TABLE sign_in_tries;
DROP TABLE devices;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE recovery_codes;
DROP TABLE passkeys;
DROP TABLE people;
