//! The table `notices`.

use super::{StoreError, from_name, to_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::{IntegrationId, Notice, NoticeKind, ProblemCode, RunId};

const COLUMNS: &str = "id, kind, integration_id, run_id, title, body, route, at, seen";

/// How many notices are kept.
const KEPT: u32 = 2_000;

/// A notice that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The integration, where it is about one.
    pub integration: Option<IntegrationId>,
    /// The run, where it is about one.
    pub run: Option<RunId>,
    /// The kind of failure, where it is about one.
    pub code: Option<ProblemCode>,
    /// Whether another try may help.
    pub retry: bool,
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub body: String,
    /// Route inside the app.
    pub route: String,
    /// When it came.
    pub at: DateTime<Utc>,
}

/// A notice that a native notification may still tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The notice.
    pub notice: Notice,
    /// Whether another try may help.
    pub retry: bool,
    /// Name of its integration.
    pub integration_name: Option<String>,
}

/// What the newest notice about an integration said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// What it was about.
    pub kind: NoticeKind,
    /// The kind of failure, where it was about one.
    pub code: Option<ProblemCode>,
    /// Whether a native notification told it.
    pub told: bool,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Notice> {
    Ok(Notice {
        id: row.get(0)?,
        kind: from_name(1, row.get_ref(1)?.as_str()?)?,
        integration: row.get_ref(2)?.as_str_or_null()?.map(|text| from_name(2, text)).transpose()?,
        run: row.get_ref(3)?.as_str_or_null()?.map(|text| from_name(3, text)).transpose()?,
        title: row.get(4)?,
        body: row.get(5)?,
        route: row.get(6)?,
        at: row.get(7)?,
        seen: row.get(8)?,
    })
}

/// Newest first.
pub fn list(connection: &Connection, limit: u32) -> Result<Vec<Notice>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM notices ORDER BY id DESC LIMIT ?1"))?;
    let rows = statement.query_map([limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds one, and lets go of the oldest where there are too many.
pub fn insert(connection: &Connection, notice: &NewNotice) -> Result<i64, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO notices (kind, integration_id, run_id, code, retry, title, body, route, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            to_name(&notice.kind)?,
            notice.integration.map(|id| id.to_string()),
            notice.run.map(|id| id.to_string()),
            notice.code.as_ref().map(to_name).transpose()?,
            notice.retry,
            notice.title,
            notice.body,
            notice.route,
            notice.at,
        ])?;
    let id = connection.last_insert_rowid();
    connection.prepare_cached("DELETE FROM notices WHERE id <= ?1 - ?2")?.execute(params![id, KEPT])?;
    Ok(id)
}

/// What the newest notice about an integration said.
pub fn newest_about(connection: &Connection, integration: IntegrationId) -> Result<Option<Said>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT kind, code, told = 1 FROM notices WHERE integration_id = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([integration.to_string()], |row| {
            Ok(Said {
                kind: from_name(0, row.get_ref(0)?.as_str()?)?,
                code: row.get_ref(1)?.as_str_or_null()?.map(|text| from_name(1, text)).transpose()?,
                told: row.get(2)?,
            })
        })
        .optional()?)
}

/// Those a native notification may still tell, oldest first.
pub fn untold(connection: &Connection) -> Result<Vec<Untold>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT n.id, n.kind, n.integration_id, n.run_id, n.title, n.body, n.route, n.at, n.seen, n.retry, i.name
         FROM notices n LEFT JOIN integrations i ON i.id = n.integration_id WHERE n.told = 0 ORDER BY n.id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Untold { notice: from_row(row)?, retry: row.get(9)?, integration_name: row.get(10)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A native notification told these (`true`), or will not.
pub fn settle(connection: &Connection, ids: &[i64], told: bool) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("UPDATE notices SET told = ?2 WHERE id = ?1 AND told = 0")?;
    for id in ids {
        statement.execute(params![id, if told { 1 } else { 2 }])?;
    }
    Ok(())
}

/// No notification tells any more what was still to be told about an integration. Whether there was something.
pub fn take_back(connection: &Connection, integration: IntegrationId) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached("UPDATE notices SET told = 2 WHERE integration_id = ?1 AND told = 0")?
        .execute([integration.to_string()])?;
    Ok(changed > 0)
}

/// The person has seen all up to this one. Whether any was new to them.
pub fn see(connection: &Connection, up_to: i64) -> Result<bool, StoreError> {
    let changed =
        connection.prepare_cached("UPDATE notices SET seen = 1 WHERE id <= ?1 AND seen = 0")?.execute([up_to])?;
    Ok(changed > 0)
}

/// Runs that ended in a span of time: how many, how many of them failed, and how many rows they brought.
pub fn day_in_numbers(
    connection: &Connection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<(u64, u64, u64), StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT COUNT(*), COALESCE(SUM(status = 'failed'), 0),
                    COALESCE(SUM((SELECT SUM(records) FROM run_streams s WHERE s.run_id = r.id)), 0)
             FROM runs r WHERE finished_at > ?1 AND finished_at <= ?2 AND status IN ('succeeded', 'failed')",
        )?
        .query_row(params![from, to], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}
