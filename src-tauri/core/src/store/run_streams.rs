//! The table `run_streams`, across the runs of an integration.

use super::{StoreError, from_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use tributary_contract::IntegrationId;

/// Shows `look` the earlier successful syncs of a stream, newest first: when each ended and the rows it brought. They are
/// read while it looks, so that one that has seen enough costs no more. With `refreshes` those count too that read
/// everything again from the start.
pub fn earlier<T>(
    connection: &Connection,
    integration: IntegrationId,
    name: &str,
    refreshes: bool,
    look: impl FnOnce(&mut dyn Iterator<Item = (DateTime<Utc>, u64)>) -> T,
) -> Result<T, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.finished_at, s.records FROM runs r JOIN run_streams s ON s.run_id = r.id AND s.name = ?2
         WHERE r.integration_id = ?1 AND r.status = 'succeeded' AND r.finished_at IS NOT NULL
         AND (?3 OR NOT r.full_refresh) ORDER BY r.id DESC",
    )?;
    let mut rows = statement.query_map(params![integration.to_string(), name, refreshes], |row| {
        Ok((row.get::<_, DateTime<Utc>>(0)?, row.get::<_, u64>(1)?))
    })?;
    let mut failed = None;
    let found = look(&mut std::iter::from_fn(|| match rows.next()? {
        Ok(earlier) => Some(earlier),
        Err(error) => {
            failed = Some(error);
            None
        }
    }));
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(found),
    }
}

/// The streams that the newest successful run of each integration read.
pub fn brought(connection: &Connection) -> Result<Vec<(IntegrationId, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT i.id, s.name FROM integrations i JOIN run_streams s ON s.run_id = (
             SELECT r.id FROM runs r WHERE r.integration_id = i.id AND r.status = 'succeeded' ORDER BY r.id DESC LIMIT 1
         )",
    )?;
    let rows = statement.query_map([], |row| Ok((from_name(0, row.get_ref(0)?.as_str()?)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
