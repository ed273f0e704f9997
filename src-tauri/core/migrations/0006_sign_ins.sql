-- Released migrations are frozen: change the schema in a new file only.

-- Sign-ins at a source. Their tokens are in the keychain, never here.
CREATE TABLE sign_ins (
    id           TEXT PRIMARY KEY NOT NULL,
    -- Where tokens are asked for; NULL: follows from the settings.
    host         TEXT,
    state        TEXT NOT NULL CHECK (state IN ('signed_in', 'signed_out')),
    -- Whether the source replaces the token each time it is used; NULL: not known yet.
    rotates      INTEGER CHECK (rotates IN (0, 1)),
    -- Fingerprint of the token that is being used right now. Still there after a crash: its successor may be lost.
    pending      TEXT,
    -- Who signed in (JSON, as the window gets it).
    identity     TEXT CHECK (identity IS NULL OR json_type(identity) = 'object'),
    -- What the source last allowed (JSON, as the window gets it).
    quota        TEXT CHECK (quota IS NULL OR json_type(quota) = 'object'),
    signed_in_at TEXT NOT NULL,
    used_at      TEXT
) STRICT;

-- Which sign-in a token belongs to, also one that was replaced: by its SHA-256, never by itself.
CREATE TABLE sign_in_tokens (
    fingerprint TEXT PRIMARY KEY NOT NULL,
    sign_in_id  TEXT NOT NULL REFERENCES sign_ins (id) ON DELETE CASCADE,
    at          TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_tokens_by_age ON sign_in_tokens (sign_in_id, at);

-- Which integrations and drafts use which sign-in, as far as they did so; for showing.
CREATE TABLE sign_in_uses (
    -- "integration:ID" or "draft:ID".
    owner      TEXT PRIMARY KEY NOT NULL,
    sign_in_id TEXT NOT NULL REFERENCES sign_ins (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Sign-ins that are still to be taken back at the source; their tokens are in the keychain.
CREATE TABLE sign_outs (
    id       TEXT PRIMARY KEY NOT NULL,
    host     TEXT NOT NULL,
    asked_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
