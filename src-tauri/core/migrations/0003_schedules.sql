-- Released migrations are frozen: change the schema in a new file only.

-- What the scheduler knows about an integration. Its schedule itself is in `integrations`.
CREATE TABLE schedules (
    integration_id TEXT PRIMARY KEY NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    -- The schedule that `handled` belongs to: when `integrations` has another one, counting begins anew.
    schedule       TEXT,
    -- Every occurrence up to this moment was dealt with.
    handled        TEXT,
    -- Why it paused itself (JSON, a problem); NULL: it did not.
    paused_because TEXT CHECK (paused_because IS NULL OR json_type(paused_because) = 'object'),
    -- Failures before this moment no longer count.
    resumed_at     TEXT
) STRICT, WITHOUT ROWID;

-- Choices that concern the whole app, as JSON.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
