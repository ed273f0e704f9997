//! The Bulk API 1.0, for queries: a job, a batch with a query, its status, its results as CSV.

pub mod jobs;
pub mod write;

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;

use self::jobs::{Batch, Outcome};
use super::{
    cut::{Pieces, cut_short},
    gate::{CutShort, speaks_json},
    limits::version,
    reply,
};
use crate::{
    clock,
    data::text,
    mode::Refusal,
    org::{
        scan::{Position, Scan},
        soql,
    },
    shared::Shared,
};

/// Records in one result; a larger answer comes in several.
const RESULT_RECORDS: u64 = 250_000;
/// Records in one piece of a result.
const PIECE_RECORDS: u64 = 500;

/// The routes of the Bulk API.
pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/services/async/{version}/job", post(create_job))
        .route("/services/async/{version}/job/{job}", get(job).post(update_job))
        .route("/services/async/{version}/job/{job}/batch", get(list_batches).post(add_batch))
        .route("/services/async/{version}/job/{job}/batch/{batch}", get(batch))
        .route("/services/async/{version}/job/{job}/batch/{batch}/result", get(list_results))
        .route("/services/async/{version}/job/{job}/batch/{batch}/result/{result}", get(result))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewJob {
    operation: String,
    object: String,
    content_type: String,
}

#[derive(Debug, Deserialize)]
struct JobUpdate {
    state: String,
}

fn invalid_job(json: bool) -> Response {
    write::error(StatusCode::BAD_REQUEST, "InvalidJob", "Unable to find job", json)
}

fn invalid_batch() -> Response {
    write::error(StatusCode::BAD_REQUEST, "InvalidBatch", "Unable to find batch", false)
}

async fn create_job(
    State(shared): State<Arc<Shared>>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let json = speaks_json(&headers);
    if version(&path).is_none() {
        return write::error(StatusCode::BAD_REQUEST, "InvalidVersion", "Invalid version", json);
    }
    let Ok(new) = serde_json::from_str::<NewJob>(&body) else {
        let message = "the simulator reads jobs as JSON with operation, object and contentType";
        return write::error(StatusCode::BAD_REQUEST, "InvalidJob", message, json);
    };
    if !matches!(new.operation.as_str(), "query" | "queryAll") || new.content_type != "CSV" {
        let message = "the simulator runs operations query and queryAll with contentType CSV";
        return write::error(StatusCode::BAD_REQUEST, "InvalidJob", message, json);
    }
    if shared.forbids(&new.object) {
        return Refusal::InsufficientAccess.bulk(json);
    }
    let Ok(object) = shared.org().table(&new.object).map(|table| table.spec.name.to_string()) else {
        let message = format!("InvalidEntity : Entity '{}' is not supported by the Bulk API.", new.object);
        return write::error(StatusCode::BAD_REQUEST, "InvalidEntity", &message, json);
    };
    shared.count(|stats| stats.bulk_jobs += 1);
    let job = shared.jobs().open(object, new.operation, clock::now().timestamp());
    write::job(StatusCode::CREATED, &job, json)
}

async fn job(State(shared): State<Arc<Shared>>, Path((_, id)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let json = speaks_json(&headers);
    let found = shared.jobs().job(&id).cloned();
    found.map_or_else(|| invalid_job(json), |job| write::job(StatusCode::OK, &job, json))
}

async fn update_job(
    State(shared): State<Arc<Shared>>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let json = speaks_json(&headers);
    let updated = {
        let mut jobs = shared.jobs();
        let Some(job) = jobs.job(&id) else { return invalid_job(json) };
        match serde_json::from_str::<JobUpdate>(&body) {
            Ok(update) if matches!(update.state.as_str(), "Closed" | "Aborted") => job.state = update.state,
            _ => {
                let message = "the simulator closes (state Closed) and aborts (state Aborted) jobs";
                return write::error(StatusCode::BAD_REQUEST, "InvalidJobState", message, json);
            }
        }
        job.clone()
    };
    write::job(StatusCode::OK, &updated, json)
}

async fn add_batch(State(shared): State<Arc<Shared>>, Path((_, id)): Path<(String, String)>, body: String) -> Response {
    let Some(job) = shared.jobs().job(&id).cloned() else { return invalid_job(false) };
    if job.state != "Open" {
        let message = "Job is not in Open state, cannot add batch";
        return write::error(StatusCode::BAD_REQUEST, "InvalidJobState", message, false);
    }
    shared.count(|stats| stats.bulk_batches += 1);
    let worker = Arc::clone(&shared);
    let (object, with_deleted) = (job.object.clone(), job.operation == "queryAll");
    let ran = tokio::task::spawn_blocking(move || run(&worker, &object, &body, with_deleted)).await;
    let outcome = ran.unwrap_or_else(|_| Outcome::Failed("InternalServerError : the batch broke off".to_owned()));
    let added = {
        let mut jobs = shared.jobs();
        let batch = Batch { id: jobs.id("751"), created: clock::now().timestamp(), outcome };
        let Some(job) = jobs.job(&id) else { return invalid_job(false) };
        job.batches.push(batch.clone());
        batch
    };
    write::batch(StatusCode::CREATED, &job.id, &added)
}

/// Answers the query of a batch, as far as finding out where its results begin.
fn run(shared: &Shared, object: &str, query: &str, with_deleted: bool) -> Outcome {
    let failed = |code: &str, message: &str| {
        Outcome::Failed(format!("InvalidBatch : Failed to process query: {code}: {message}"))
    };
    let query = match soql::parse(query) {
        Ok(query) => query,
        Err(problem) => return failed("MALFORMED_QUERY", &problem.to_string()),
    };
    if !query.object.eq_ignore_ascii_case(object) {
        return failed("MALFORMED_QUERY", &format!("the job reads {object}, the query {}", query.object));
    }
    if query.fields.is_none() {
        return failed("FUNCTIONALITY_NOT_ENABLED", "COUNT() is not supported in Bulk Query");
    }
    let org = shared.org();
    let scan = match Scan::plan(&org, &query, with_deleted) {
        Ok(scan) => scan,
        Err(problem) => return failed(reply::query_code(&problem), &problem.to_string()),
    };
    if scan.columns.iter().any(|column| column.field.kind.is_compound()) {
        return failed("FUNCTIONALITY_NOT_ENABLED", "Selecting compound data not supported in Bulk Query");
    }
    let Ok(table) = org.table(&scan.object) else { return failed("INVALID_TYPE", object) };
    let records = scan.count(table);
    if records == 0 {
        table.note_empty(clock::now().timestamp());
    }
    let mut results = Vec::new();
    let (mut position, mut left) = (Some(scan.start(table)), records);
    while let Some(from) = position {
        let part = left.min(RESULT_RECORDS);
        results.push((shared.jobs().id("752"), from, part));
        left -= part;
        position = if left > 0 { scan.visit(table, from, part, |_| {}) } else { None };
    }
    Outcome::Done { scan: Arc::new(scan), records, results }
}

async fn list_batches(State(shared): State<Arc<Shared>>, Path((_, id)): Path<(String, String)>) -> Response {
    shared.count(|stats| stats.bulk_polls += 1);
    let found = shared.jobs().job(&id).cloned();
    found.map_or_else(|| invalid_job(false), |job| write::batches(&job))
}

async fn batch(State(shared): State<Arc<Shared>>, Path((_, job, id)): Path<(String, String, String)>) -> Response {
    shared.count(|stats| stats.bulk_polls += 1);
    let found = shared.jobs().batch(&job, &id).cloned();
    found.map_or_else(invalid_batch, |batch| write::batch(StatusCode::OK, &job, &batch))
}

async fn list_results(
    State(shared): State<Arc<Shared>>,
    Path((_, job, id)): Path<(String, String, String)>,
) -> Response {
    match shared.jobs().batch(&job, &id).map(|batch| &batch.outcome) {
        Some(Outcome::Done { results, .. }) => write::results(results),
        Some(Outcome::Failed(_)) | None => invalid_batch(),
    }
}

async fn result(
    State(shared): State<Arc<Shared>>,
    Path((_, job, batch, id)): Path<(String, String, String, String)>,
    cut: Option<Extension<CutShort>>,
) -> Response {
    let found = match shared.jobs().batch(&job, &batch).map(|batch| &batch.outcome) {
        Some(Outcome::Done { scan, results, .. }) => results
            .iter()
            .find(|(known, ..)| *known == id)
            .map(|(_, position, records)| (Arc::clone(scan), *position, *records)),
        Some(Outcome::Failed(_)) | None => None,
    };
    let Some((scan, position, records)) = found else { return invalid_batch() };
    shared.count(|stats| {
        stats.bulk_results += 1;
        stats.records += records;
    });
    let mut response = StatusCode::OK.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv;charset=UTF-8"));
    if records == 0 {
        *response.body_mut() = "Records not found for this query".into();
        return response;
    }
    let mut pieces = CsvPieces { shared, scan, position: Some(position), left: records, header: true };
    if cut.is_some() {
        return cut_short(response, pieces.next().unwrap_or_default());
    }
    *response.body_mut() = Pieces::body(move || pieces.next());
    response
}

/// The CSV of a result, some hundred records at a time, so that memory does not grow with its size.
struct CsvPieces {
    shared: Arc<Shared>,
    scan: Arc<Scan>,
    position: Option<Position>,
    left: u64,
    header: bool,
}

impl CsvPieces {
    fn next(&mut self) -> Option<String> {
        let position = self.position.filter(|_| self.left > 0)?;
        let (mut out, mut scratch) = (String::new(), String::new());
        let columns = &self.scan.columns;
        let separator = |at: usize| if at + 1 == columns.len() { '\n' } else { ',' };
        if std::mem::take(&mut self.header) {
            for (at, column) in columns.iter().enumerate() {
                text::csv_string(&column.field.name, &mut out);
                out.push(separator(at));
            }
        }
        let org = self.shared.org();
        let table = org.table(&self.scan.object).ok()?;
        let most = self.left.min(PIECE_RECORDS);
        self.position = self.scan.visit(table, position, most, |row| {
            for (at, column) in columns.iter().enumerate() {
                column.value(row, self.scan.prefix, &mut scratch).write_csv(&mut out);
                out.push(separator(at));
            }
        });
        self.left -= most;
        Some(out)
    }
}
