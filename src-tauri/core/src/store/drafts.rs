//! The table `drafts`.

use super::{StoreError, from_json, from_name, to_json, to_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::{ConnectorKind, Draft, DraftId};

/// A draft with what only the core knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftRow {
    /// The draft.
    pub draft: Draft,
    /// When what is edited had last changed when this was begun.
    pub editing_since: Option<DateTime<Utc>>,
    /// Whether it reads the sample org.
    pub sample: bool,
}

const COLUMNS: &str = "id, kind, type, editing, editing_since, name, config, secrets, destination, streams, schedule, new_data, step, \
     sample, tested, created_at, updated_at";

fn from_row(row: &Row<'_>) -> rusqlite::Result<DraftRow> {
    let draft = Draft {
        id: from_name(0, row.get_ref(0)?.as_str()?)?,
        kind: from_name(1, row.get_ref(1)?.as_str()?)?,
        connector: row.get(2)?,
        editing: row.get(3)?,
        name: row.get(5)?,
        config: from_json(6, row.get_ref(6)?.as_str()?)?,
        secrets: from_json(7, row.get_ref(7)?.as_str()?)?,
        destination: row.get(8)?,
        streams: row.get_ref(9)?.as_str_or_null()?.map(|text| from_json(9, text)).transpose()?,
        schedule: row.get(10)?,
        new_data: from_name(11, row.get_ref(11)?.as_str()?)?,
        step: row.get(12)?,
        tested: row.get(14)?,
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
    };
    Ok(DraftRow { draft, editing_since: row.get(4)?, sample: row.get(13)? })
}

/// All, the one that was changed last first.
pub fn list(connection: &Connection) -> Result<Vec<DraftRow>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM drafts ORDER BY updated_at DESC, id DESC"))?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The one with this id.
pub fn find(connection: &Connection, id: DraftId) -> Result<Option<DraftRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM drafts WHERE id = ?1"))?
        .query_row([id.to_string()], from_row)
        .optional()?)
}

/// The one that edits this integration or destination.
pub fn find_edit(connection: &Connection, kind: ConnectorKind, editing: &str) -> Result<Option<DraftRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM drafts WHERE kind = ?1 AND editing = ?2"))?
        .query_row(params![to_name(&kind)?, editing], from_row)
        .optional()?)
}

/// Adds one.
pub fn insert(connection: &Connection, row: &DraftRow) -> Result<(), StoreError> {
    let draft = &row.draft;
    connection
        .prepare_cached(&format!(
            "INSERT INTO drafts ({COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
        ))?
        .execute(params![
            draft.id.to_string(),
            to_name(&draft.kind)?,
            draft.connector,
            draft.editing,
            row.editing_since,
            draft.name,
            to_json(&draft.config)?,
            to_json(&draft.secrets)?,
            draft.destination,
            draft.streams.as_ref().map(to_json).transpose()?,
            draft.schedule,
            to_name(&draft.new_data)?,
            draft.step,
            row.sample,
            draft.tested,
            draft.created_at,
            draft.updated_at,
        ])?;
    Ok(())
}

/// Changes everything a person can change. Whether there is such a draft still.
pub fn update(connection: &Connection, draft: &Draft) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE drafts SET name = ?2, config = ?3, secrets = ?4, destination = ?5, streams = ?6, schedule = ?7,
             new_data = ?8, step = ?9, tested = ?10, updated_at = ?11 WHERE id = ?1",
        )?
        .execute(params![
            draft.id.to_string(),
            draft.name,
            to_json(&draft.config)?,
            to_json(&draft.secrets)?,
            draft.destination,
            draft.streams.as_ref().map(to_json).transpose()?,
            draft.schedule,
            to_name(&draft.new_data)?,
            draft.step,
            draft.tested,
            draft.updated_at,
        ])?;
    Ok(changed == 1)
}

/// Remembers how its test went, unless its settings changed while it was tested.
pub fn set_tested(connection: &Connection, tested: &Draft, passed: bool) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE drafts SET tested = ?2 WHERE id = ?1 AND config = ?3 AND secrets = ?4")?
        .execute(params![tested.id.to_string(), passed, to_json(&tested.config)?, to_json(&tested.secrets)?])?;
    Ok(())
}

/// Removes one with what discovery found for it. Whether there was one.
pub fn delete(connection: &Connection, id: DraftId) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached("DELETE FROM drafts WHERE id = ?1")?.execute([id.to_string()])? == 1)
}
