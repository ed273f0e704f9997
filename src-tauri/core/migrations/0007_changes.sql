-- Released migrations are frozen: change the schema in a new file only.

-- What a run changed in the table of a stream, as the destination's connector told it; NULL: it did not.
ALTER TABLE run_streams ADD COLUMN rows_added INTEGER;
ALTER TABLE run_streams ADD COLUMN rows_updated INTEGER;
ALTER TABLE run_streams ADD COLUMN rows_deleted INTEGER;
-- Columns that the table did not have before: a JSON list of names.
ALTER TABLE run_streams ADD COLUMN new_columns TEXT;
