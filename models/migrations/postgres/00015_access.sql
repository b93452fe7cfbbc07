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
    totp_confirmed_at BIGINT,
    totp_last_step    BIGINT  NOT NULL DEFAULT 0,          -- a code is used once
    disabled_at       BIGINT,
    created_at        BIGINT  NOT NULL,
    last_sign_in_at   BIGINT
);

CREATE TABLE passkeys (
    id            TEXT    PRIMARY KEY,
    person_id     TEXT    NOT NULL REFERENCES people (id),
    credential_id BYTEA   NOT NULL UNIQUE,
    data          BYTEA   NOT NULL,                        -- the credential as JSON
    name          TEXT    NOT NULL DEFAULT '',
    created_at    BIGINT  NOT NULL,
    last_used_at  BIGINT
);
CREATE INDEX passkeys_person ON passkeys (person_id);

CREATE TABLE recovery_codes (
    person_id TEXT    NOT NULL REFERENCES people (id),
    hash      TEXT    NOT NULL,
    used_at   BIGINT,
    PRIMARY KEY (person_id, hash)
);

CREATE TABLE invitations (
    id         TEXT    PRIMARY KEY,
    hash       TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,                           -- invitation, reset
    person_id  TEXT    NOT NULL REFERENCES people (id),
    created_by TEXT    NOT NULL DEFAULT '',
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    used_at    BIGINT                                      -- also when a newer one made it void
);
CREATE INDEX invitations_person ON invitations (person_id);

CREATE TABLE sessions (
    id         TEXT    PRIMARY KEY,
    token      TEXT    UNIQUE,                             -- a hash; NULL until the browser has it
    person_id  TEXT    NOT NULL DEFAULT '',                -- '' while nobody is signed in
    data       BYTEA   NOT NULL,
    how        TEXT    NOT NULL DEFAULT '',
    address    TEXT    NOT NULL DEFAULT '',
    agent      TEXT    NOT NULL DEFAULT '',
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Browsers in which somebody has signed in: guesses of others do not make them wait.
CREATE TABLE devices (
    hash       TEXT    PRIMARY KEY,
    person_id  TEXT    NOT NULL REFERENCES people (id),
    created_at BIGINT  NOT NULL,
    used_at    BIGINT  NOT NULL
);
CREATE INDEX devices_person ON devices (person_id);

CREATE TABLE sign_in_tries (
    key       TEXT    PRIMARY KEY,                         -- a hash of an account, address or device
    count     BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,                            -- when count was right; it falls with time
    next_at   BIGINT  NOT NULL                             -- no try before
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
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
CREATE INDEX api_keys_person ON api_keys (person_id);

CREATE TABLE share_links (
    id           TEXT    PRIMARY KEY,
    hash         TEXT    NOT NULL UNIQUE,
    report_id    TEXT    NOT NULL,
    reach        TEXT    NOT NULL,                         -- of the report
    person_id    TEXT    NOT NULL DEFAULT '',              -- '' where there were no accounts
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
CREATE INDEX share_links_report ON share_links (report_id);

CREATE TABLE audit (
    id          BIGINT  PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at          BIGINT  NOT NULL,
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
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

-- +goose Down
DROP TABLE audit;
DROP FUNCTION audit_only_grows;
DROP TABLE share_links;
DROP TABLE api_keys;
DROP TABLE sign_in_tries;
DROP TABLE devices;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE recovery_codes;
DROP TABLE passkeys;
DROP TABLE people;
