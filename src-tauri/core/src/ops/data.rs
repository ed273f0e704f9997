//! The data that destinations on this computer hold: tables, pages, exports, SQL.

use super::destinations;
use crate::{
    Core, Error,
    data::{self, Ask, DataError, Found, Place, duckdb, export, place_of},
    store,
};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tributary_contract::{
    AppEvent, BroughtBy, DataNote, DataQuery, DataRows, DataTable, Destination, ExportFormat, ExportOrder,
    ExportProgress, ExportReport, Integration, IntegrationId, SqlAnswer, TableFormat, TableList,
};

/// Rows of a page at most.
const ROWS: u32 = 10_000;
/// Longest question in SQL, in bytes.
const QUESTION: usize = 100_000;
/// The environment whose library reads DuckDB.
const DUCKDB: &str = "target-duckdb";

/// Exports at work, so that they can be stopped.
#[derive(Debug, Default)]
pub struct Exports(Mutex<HashMap<String, Arc<AtomicBool>>>);

impl Exports {
    fn begin(&self, export: &str) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(false));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(export.to_owned(), Arc::clone(&stop));
        stop
    }

    fn end(&self, export: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(export);
    }

    /// Stops them all: nobody waits for them any more.
    pub fn stop_all(&self) {
        for stop in self.0.lock().unwrap_or_else(PoisonError::into_inner).values() {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

/// All tables that can be looked at, or those that an integration brings (by id or name).
pub async fn list_tables(core: &Core, integration: Option<&str>) -> Result<TableList, Error> {
    let only = match integration {
        Some(name) => Some(super::get_integration(core, name).await?),
        None => None,
    };
    let (all, integrations, brought) = core
        .database()
        .read(|connection| {
            let brought = store::run_streams::brought(connection)?;
            Ok((store::destinations::list(connection)?, store::integrations::list(connection)?, brought))
        })
        .await?;
    let mut list = TableList { tables: Vec::new(), notes: Vec::new() };
    for destination in all.iter().filter(|one| only.as_ref().is_none_or(|only| only.destination == one.id)) {
        let users: Vec<Bringing<'_>> = integrations
            .iter()
            .filter(|one| one.destination == destination.id)
            .map(|one| Bringing::new(one, &brought))
            .collect();
        // One that nothing writes to and nothing was written to is of no interest, whatever it is.
        match tables_of(core, destination).await {
            Ok(found) => {
                let tables = found.into_iter().map(|found| to_table(destination, found, &users));
                let wanted = |table: &DataTable| {
                    only.as_ref().is_none_or(|only| table.brought_by.iter().any(|by| by.id == only.id))
                };
                list.tables.extend(tables.filter(wanted));
            }
            Err(error) if !users.is_empty() => list.notes.push(DataNote {
                destination: destination.id,
                name: destination.name.clone(),
                hint: error.hint(),
                message: crate::error::with_sources(&error),
            }),
            Err(_) => {}
        }
    }
    Ok(list)
}

/// An integration and the streams it is known to bring.
struct Bringing<'a> {
    integration: &'a Integration,
    streams: BTreeSet<&'a str>,
}

impl<'a> Bringing<'a> {
    fn new(integration: &'a Integration, brought: &'a [(IntegrationId, String)]) -> Self {
        let chosen = integration.streams.iter().flatten().map(|choice| choice.name.as_str());
        let newest = integration.last_run.iter().flat_map(|run| &run.streams).map(|stream| stream.name.as_str());
        let earlier = brought.iter().filter(|(id, _)| *id == integration.id).map(|(_, name)| name.as_str());
        Self { integration, streams: chosen.chain(newest).chain(earlier).collect() }
    }

    fn brings(&self, table: &str) -> bool {
        self.streams.contains(table) || self.streams.iter().any(|stream| data::same_stream(table, stream))
    }
}

fn to_table(destination: &Destination, found: TableFound, users: &[Bringing<'_>]) -> DataTable {
    let brought_by = users
        .iter()
        .filter(|user| user.brings(&found.stream))
        .map(|Bringing { integration, .. }| BroughtBy {
            id: integration.id,
            name: integration.name.clone(),
            connector: integration.connector.clone(),
        })
        .collect();
    DataTable {
        destination: destination.id,
        destination_name: destination.name.clone(),
        stream: found.stream,
        table: found.table,
        format: found.format,
        path: found.path.to_string_lossy().into_owned(),
        rows: found.rows,
        rows_estimated: found.estimated,
        bytes: found.bytes,
        updated_at: found.updated_at,
        brought_by,
    }
}

/// A table, however it is read.
struct TableFound {
    stream: String,
    table: String,
    format: TableFormat,
    path: PathBuf,
    rows: Option<u64>,
    estimated: bool,
    bytes: Option<u64>,
    updated_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl From<Found> for TableFound {
    fn from(found: Found) -> Self {
        let Found { stream, table, path, source, rows, estimated, bytes, updated_at } = found;
        Self { format: source.format(), stream, table, path, rows, estimated, bytes, updated_at }
    }
}

async fn tables_of(core: &Core, destination: &Destination) -> Result<Vec<TableFound>, Error> {
    let place = place_of(destination, &core.home().project())?;
    if let Place::Duckdb(database) = &place {
        if !database.file.exists() {
            return Ok(Vec::new());
        }
        let answer = reader(core)?.ask(database, json!({ "do": "tables" }), false).await?;
        let updated_at = data::changed_at(&database.file);
        let found = answer.tables.into_iter().map(|(table, rows)| TableFound {
            stream: table.clone(),
            table,
            format: TableFormat::Duckdb,
            path: database.file.clone(),
            rows,
            estimated: false,
            bytes: None,
            updated_at,
        });
        return Ok(found.collect());
    }
    let found = blocking(move || place.tables()).await?;
    Ok(found.into_iter().map(TableFound::from).collect())
}

/// What reads DuckDB databases here.
fn reader(core: &Core) -> Result<duckdb::Reader, Error> {
    let name = if cfg!(windows) { "python.exe" } else { "python" };
    Ok(duckdb::Reader {
        python: core.engine().executable(DUCKDB, name)?,
        environment: core.engine().plugin_environment(),
        copies: core.home().duckdb_copies(),
    })
}

/// A table of a destination: how it is read.
enum Table {
    Direct(Box<Found>),
    Duckdb(duckdb::Database, String),
}

async fn table(core: &Core, destination: &Destination, stream: &str) -> Result<Table, Error> {
    let missing = || Error::NotFound { kind: "table", name: stream.chars().take(100).collect() };
    let place = place_of(destination, &core.home().project())?;
    if let Place::Duckdb(database) = place {
        let found = tables_of(core, destination).await?;
        let exact = found.iter().find(|table| table.table == stream);
        let named = exact.or_else(|| found.iter().find(|table| data::same_stream(&table.table, stream)));
        return Ok(Table::Duckdb(database, named.ok_or_else(missing)?.table.clone()));
    }
    let name = stream.to_owned();
    let found = blocking(move || place.table(&name)).await?;
    Ok(Table::Direct(Box::new(found.ok_or_else(missing)?)))
}

/// Rows of a table: the newest, or those that a search and an order bring to the top.
pub async fn preview(core: &Core, query: DataQuery) -> Result<DataRows, Error> {
    let destination = destinations::get_destination(core, &query.destination.to_string()).await?;
    let limit = query.limit.clamp(1, ROWS) as usize;
    match table(core, &destination, &query.stream).await? {
        Table::Direct(found) => {
            let sort = query.sort.map(|name| (name, query.descending));
            let ask = Ask { limit, search: query.search.trim().to_owned(), sort };
            blocking(move || {
                let mut page = data::page(&found.source, &ask)?;
                if ask.search.is_empty() && !found.estimated {
                    page.total = page.total.or(found.rows);
                }
                Ok(data::to_wire(page))
            })
            .await
        }
        Table::Duckdb(database, table) => {
            let order = json!({
                "do": "page", "table": table, "limit": limit, "search": query.search.trim(), "sort": query.sort,
                "descending": query.descending,
            });
            let answer = reader(core)?.ask(&database, order, false).await?;
            if answer.no_column {
                let names: Vec<String> = answer.columns.into_iter().map(|column| column.name).collect();
                return Err(data::no_column(&names, &query.sort.unwrap_or_default()).into());
            }
            let duckdb::Answer { columns, rows, total, .. } = answer;
            Ok(data::to_wire(data::Page { columns, rows, total, part: None }))
        }
    }
}

/// The destination an integration writes to, and the destination of that name otherwise: what people name a table by.
pub async fn destination_of(core: &Core, integration_or_destination: &str) -> Result<Destination, Error> {
    match super::get_integration(core, integration_or_destination).await {
        Ok(integration) => destinations::get_destination(core, &integration.destination.to_string()).await,
        Err(Error::NotFound { .. }) => match destinations::get_destination(core, integration_or_destination).await {
            Err(Error::NotFound { name, .. }) => Err(Error::NotFound { kind: "integration or destination", name }),
            other => other,
        },
        Err(error) => Err(error),
    }
}

/// Exports a table into a file; events tell how far it is, and [`cancel_export`] stops it.
pub async fn export_table(
    core: &Core,
    order: ExportOrder,
    to: PathBuf,
    overwrite: bool,
) -> Result<ExportReport, Error> {
    let destination = destinations::get_destination(core, &order.destination.to_string()).await?;
    let table = table(core, &destination, &order.stream).await?;
    let search = order.search.trim().to_owned();
    let stop = core.exports().begin(&order.export);
    let _end = End { core: core.clone(), export: order.export.clone() };
    // Kept until the export has read it.
    let mut folder = None;
    let (from, rows) = match table {
        Table::Direct(found) => {
            let rows = found.rows.filter(|_| !found.estimated && found.source.format() != TableFormat::Csv);
            (export::From::Table(found.source), rows)
        }
        Table::Duckdb(database, table) => {
            let unwritten = |source| DataError::Write { path: core.home().duckdb_copies(), source };
            let place = tempfile::tempdir_in(core.home().root()).map_err(unwritten)?;
            let lists = place.path().join("rows");
            let order = json!({ "do": "save", "table": table, "search": search, "to": lists });
            reader(core)?.ask(&database, order, true).await?;
            folder = Some(place);
            (export::From::Lists(lists), None)
        }
    };
    let (core, export) = (core.clone(), order.export);
    let total = rows.filter(|_| search.is_empty());
    let order = export::Order { stream: order.stream, search, rows, format: order.format, path: to, overwrite };
    let report = blocking(move || {
        let watch = |rows: u64| {
            core.events().send(AppEvent::Export(ExportProgress { export: export.clone(), rows, total }));
            !stop.load(Ordering::Relaxed)
        };
        export::export(&from, &order, &watch)
    })
    .await;
    drop(folder);
    report
}

/// Forgets an export that has ended, however it ended; one that nobody waits for any more is stopped.
struct End {
    core: Core,
    export: String,
}

impl Drop for End {
    fn drop(&mut self) {
        cancel_export(&self.core, &self.export);
        self.core.exports().end(&self.export);
    }
}

/// Stops an export; what was written goes away.
pub fn cancel_export(core: &Core, export: &str) {
    if let Some(stop) = core.exports().0.lock().unwrap_or_else(PoisonError::into_inner).get(export) {
        stop.store(true, Ordering::Relaxed);
    }
}

/// The format that a file's name tells.
pub fn export_format(path: &std::path::Path) -> Result<ExportFormat, Error> {
    Ok(export::format_of(path)?)
}

/// Asks a question in SQL about the tables of a destination that keeps them in an SQLite database.
pub async fn ask_sql(core: &Core, destination: &str, question: &str) -> Result<SqlAnswer, Error> {
    let destination = destination_of(core, destination).await?;
    if question.len() > QUESTION {
        return Err(DataError::Sql { detail: format!("it is longer than {QUESTION} bytes") }.into());
    }
    let Place::Sqlite(file) = place_of(&destination, &core.home().project())? else {
        let reason = "only SQLite databases answer questions in SQL here".to_owned();
        return Err(DataError::NotShown { name: destination.name, reason }.into());
    };
    let question = question.to_owned();
    blocking(move || data::sql::ask(&file, &question)).await
}

/// The file or folder of a table, for showing it in another program.
pub async fn table_path(core: &Core, destination: &str, stream: &str) -> Result<PathBuf, Error> {
    let destination = destinations::get_destination(core, destination).await?;
    Ok(match table(core, &destination, stream).await? {
        Table::Direct(found) => found.path,
        Table::Duckdb(database, _) => database.file,
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, DataError> + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Error::Store(store::StoreError::Stopped)),
    }
}
