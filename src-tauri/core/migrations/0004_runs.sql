-- Released migrations are frozen: change the schema in a new file only.

-- The how manieth try a run is: 1, and more where it repeats one that failed.
ALTER TABLE runs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1);

-- When a run that failed is tried again by itself; NULL: it is not, or no longer.
ALTER TABLE runs ADD COLUMN retry_at TEXT;
CREATE INDEX pending_retries ON runs (integration_id) WHERE retry_at IS NOT NULL;

-- Pages of runs with some statuses, newest first.
CREATE INDEX runs_by_status ON runs (status, id DESC);

-- Records that reached the loader; NULL: not known.
ALTER TABLE run_streams ADD COLUMN loaded INTEGER;

-- What is odd about a stream of a run that is otherwise well.
ALTER TABLE run_streams ADD COLUMN mark TEXT CHECK (
    mark IS NULL OR mark IN ('usually_more', 'no_permission', 'gone', 'counts_differ')
);
