-- Released migrations are frozen: change the schema in a new file only.

-- What native notifications tell, kept for the app too. Holds no secret and nothing of a record.
CREATE TABLE notices (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           TEXT NOT NULL CHECK (kind IN ('failure', 'recovery', 'paused_itself', 'summary', 'restored')),
    integration_id TEXT REFERENCES integrations (id) ON DELETE CASCADE,
    -- Not a reference: old runs go, what was told of them stays.
    run_id         TEXT,
    -- The kind of failure, which tells one streak from another.
    code           TEXT,
    -- Whether another try may help.
    retry          INTEGER NOT NULL DEFAULT 0 CHECK (retry IN (0, 1)),
    title          TEXT NOT NULL,
    body           TEXT NOT NULL,
    route          TEXT NOT NULL,
    at             TEXT NOT NULL,
    seen           INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1)),
    -- Whether a native notification told it (1), will not (2), or may still do so (0).
    told           INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1, 2))
) STRICT;

CREATE INDEX notices_by_integration ON notices (integration_id, id DESC);
CREATE INDEX notices_to_tell ON notices (id) WHERE told = 0;
