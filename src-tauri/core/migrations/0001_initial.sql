-- Released migrations are frozen: change the schema in a new file only.
-- Times are UTC ("2026-01-31 08:00:00.123456+00:00"), so they sort as text. Ids are UUIDv7 as text.

CREATE TABLE destinations (
    id         TEXT PRIMARY KEY NOT NULL,
    type       TEXT NOT NULL,
    name       TEXT NOT NULL COLLATE NOCASE UNIQUE,
    config     TEXT NOT NULL CHECK (json_type(config) = 'object'),
    -- Names of the settings that the keychain keeps; never a value.
    secrets    TEXT NOT NULL CHECK (json_type(secrets) = 'array'),
    built_in   INTEGER NOT NULL DEFAULT 0 CHECK (built_in IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE integrations (
    id             TEXT PRIMARY KEY NOT NULL,
    type           TEXT NOT NULL,
    name           TEXT NOT NULL COLLATE NOCASE UNIQUE,
    config         TEXT NOT NULL CHECK (json_type(config) = 'object'),
    -- Names of the settings that the keychain keeps; never a value.
    secrets        TEXT NOT NULL CHECK (json_type(secrets) = 'array'),
    -- "syncing" is not stored: it follows from an active run.
    status         TEXT NOT NULL CHECK (status IN ('draft', 'untested', 'ready', 'attention', 'paused')),
    destination_id TEXT NOT NULL REFERENCES destinations (id),
    -- NULL: what the connector recommends.
    streams        TEXT CHECK (streams IS NULL OR json_type(streams) = 'array'),
    schedule       TEXT,
    sample         INTEGER NOT NULL DEFAULT 0 CHECK (sample IN (0, 1)),
    -- Whether the instance that the settings name was compared with what the sign-in returns, since they last changed.
    instance_checked INTEGER NOT NULL DEFAULT 0 CHECK (instance_checked IN (0, 1)),
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    id               TEXT PRIMARY KEY NOT NULL,
    integration_id   TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    integration_name TEXT NOT NULL,
    status           TEXT NOT NULL CHECK (
        status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted', 'skipped')
    ),
    trigger          TEXT NOT NULL CHECK (trigger IN ('manual', 'scheduled', 'catch_up', 'retry')),
    full_refresh     INTEGER NOT NULL CHECK (full_refresh IN (0, 1)),
    queued_at        TEXT NOT NULL,
    started_at       TEXT,
    finished_at      TEXT,
    problem          TEXT CHECK (problem IS NULL OR json_type(problem) = 'object')
) STRICT;

-- One active run per integration, also across processes.
CREATE UNIQUE INDEX one_active_run ON runs (integration_id) WHERE status IN ('queued', 'running');
CREATE INDEX runs_by_integration ON runs (integration_id, id DESC);

CREATE TABLE run_streams (
    run_id   TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    records  INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- What discovery found, kept so that it is not repeated on every run.
CREATE TABLE catalogs (
    integration_id TEXT PRIMARY KEY NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    catalog        TEXT NOT NULL,
    discovered_at  TEXT NOT NULL
) STRICT;
