-- Released migrations are frozen: change the schema in a new file only.

-- What is done with streams and fields that appear at the source later.
ALTER TABLE integrations ADD COLUMN new_data TEXT NOT NULL DEFAULT 'ask' CHECK (new_data IN ('add', 'ask', 'ignore'));

-- Streams and fields that appeared or went, until the person has dealt with them (JSON, as the window gets it).
ALTER TABLE catalogs ADD COLUMN changes TEXT CHECK (changes IS NULL OR json_type(changes) = 'object');

-- Set-ups that are not finished.
CREATE TABLE drafts (
    id            TEXT PRIMARY KEY NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('extractor', 'loader')),
    type          TEXT NOT NULL,
    -- The integration or destination that is being edited, and when it had last changed when that began.
    editing       TEXT,
    editing_since TEXT,
    name          TEXT NOT NULL,
    config        TEXT NOT NULL CHECK (json_type(config) = 'object'),
    -- Names of the settings that the keychain keeps for this draft; never a value.
    secrets       TEXT NOT NULL CHECK (json_type(secrets) = 'array'),
    destination   TEXT,
    streams       TEXT CHECK (streams IS NULL OR json_type(streams) = 'array'),
    schedule      TEXT,
    new_data      TEXT NOT NULL DEFAULT 'ask' CHECK (new_data IN ('add', 'ask', 'ignore')),
    step          TEXT NOT NULL,
    -- Whether it reads the sample org, because what is edited or copied does.
    sample        INTEGER NOT NULL DEFAULT 0 CHECK (sample IN (0, 1)),
    tested        INTEGER NOT NULL DEFAULT 0 CHECK (tested IN (0, 1)),
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL
) STRICT;

-- One draft for each thing that is edited, so that two windows do not edit against each other unnoticed.
CREATE UNIQUE INDEX one_draft_per_edit ON drafts (kind, editing) WHERE editing IS NOT NULL;

-- What discovery found for a draft; it moves to `catalogs` when the draft becomes an integration.
CREATE TABLE draft_catalogs (
    draft_id      TEXT PRIMARY KEY NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    catalog       TEXT NOT NULL,
    discovered_at TEXT NOT NULL
) STRICT;

-- The copy of the public catalogue: its index (kind and name empty) and one definition a connector, as they were fetched.
CREATE TABLE hub_documents (
    kind       TEXT NOT NULL CHECK (kind IN ('extractor', 'loader')),
    -- The plugin's name; empty: the index of this kind.
    name       TEXT NOT NULL,
    variant    TEXT NOT NULL,
    -- Where it was fetched.
    address    TEXT NOT NULL,
    body       TEXT NOT NULL,
    -- Validators of the server, to ask "has it changed?".
    etag       TEXT,
    modified   TEXT,
    fetched_at TEXT NOT NULL,
    PRIMARY KEY (kind, name, variant)
) STRICT, WITHOUT ROWID;
