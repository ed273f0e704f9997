//! Queries and their pages.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Query as Parameters, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{cursors::Cursor, cut::cut_short, gate::CutShort, limits::version, reply};
use crate::{
    clock,
    data::text,
    mode::Refusal,
    org::{
        Org,
        scan::{Position, QueryError, Scan},
        soql,
    },
    shared::Shared,
};

/// The smallest page a client may ask for.
const SMALLEST_PAGE: u64 = 200;

/// The parameters of a query.
#[derive(Debug, Deserialize)]
pub struct QueryParameters {
    q: Option<String>,
}

/// `GET /services/data/vNN.0/query?q=...`
pub async fn query(
    State(shared): State<Arc<Shared>>,
    Path(path): Path<String>,
    Parameters(parameters): Parameters<QueryParameters>,
    cut: Option<Extension<CutShort>>,
    headers: HeaderMap,
) -> Response {
    first_page(shared, path, parameters, cut.is_some(), &headers, false).await
}

/// `GET /services/data/vNN.0/queryAll?q=...`: the same with deleted records.
pub async fn query_all(
    State(shared): State<Arc<Shared>>,
    Path(path): Path<String>,
    Parameters(parameters): Parameters<QueryParameters>,
    cut: Option<Extension<CutShort>>,
    headers: HeaderMap,
) -> Response {
    first_page(shared, path, parameters, cut.is_some(), &headers, true).await
}

/// `GET /services/data/vNN.0/query/LOCATOR`
pub async fn next(
    State(shared): State<Arc<Shared>>,
    Path((path, locator)): Path<(String, String)>,
    cut: Option<Extension<CutShort>>,
) -> Response {
    if version(&path).is_none() {
        return reply::not_found();
    }
    let Some((cursor, key, sent, position)) = shared.cursors().find(&locator) else {
        return reply::error(StatusCode::BAD_REQUEST, "INVALID_QUERY_LOCATOR", "invalid query locator");
    };
    if shared.forbids(&cursor.scan.object) {
        return Refusal::InsufficientAccess.rest();
    }
    if shared.hides(&cursor.scan.object) {
        return unknown(&cursor.scan.object);
    }
    page(shared, path, cursor, Some(key), sent, position, cut.is_some()).await
}

async fn first_page(
    shared: Arc<Shared>,
    path: String,
    parameters: QueryParameters,
    cut: bool,
    headers: &HeaderMap,
    with_deleted: bool,
) -> Response {
    if version(&path).is_none() {
        return reply::not_found();
    }
    shared.count(|stats| stats.queries += 1);
    let query = match soql::parse(parameters.q.as_deref().unwrap_or_default()) {
        Ok(query) => query,
        Err(problem) => return reply::malformed(&problem),
    };
    if shared.forbids(&query.object) {
        return Refusal::InsufficientAccess.rest();
    }
    if shared.hides(&query.object) {
        return unknown(&query.object);
    }
    let (scan, total, position) = {
        let org = shared.org();
        let planned = Scan::plan(&org, &query, with_deleted);
        let scan = match planned {
            Ok(scan) => scan,
            Err(problem) => {
                return reply::error(StatusCode::BAD_REQUEST, reply::query_code(&problem), &problem.to_string());
            }
        };
        let Ok(table) = org.table(&scan.object) else { return reply::not_found() };
        let total = scan.count(table);
        if total == 0 {
            table.note_empty(clock::now().timestamp());
        }
        let position = scan.start(table);
        (scan, total, position)
    };
    if query.fields.is_none() {
        let body = format!("{{\"totalSize\":{total},\"done\":true,\"records\":[]}}");
        return reply::json_reply(StatusCode::OK, body);
    }
    let largest = u64::from(shared.config.page_size).max(1);
    let page_size = asked_page_size(headers).map_or(largest, |asked| asked.clamp(SMALLEST_PAGE.min(largest), largest));
    let cursor = Cursor { scan: Arc::new(scan), total, page: page_size };
    page(shared, path, cursor, None, 0, position, cut).await
}

/// The reply to a query for an object that is not there.
fn unknown(object: &str) -> Response {
    let problem = QueryError::UnknownObject { object: object.to_owned() };
    reply::error(StatusCode::BAD_REQUEST, reply::query_code(&problem), &problem.to_string())
}

/// The page size of the header `Sforce-Query-Options: batchSize=N`.
fn asked_page_size(headers: &HeaderMap) -> Option<u64> {
    headers.get("sforce-query-options")?.to_str().ok()?.trim().strip_prefix("batchSize=")?.trim().parse().ok()
}

async fn page(
    shared: Arc<Shared>,
    path: String,
    cursor: Cursor,
    key: Option<String>,
    sent: u64,
    position: Position,
    cut: bool,
) -> Response {
    let worker = Arc::clone(&shared);
    // A page costs some milliseconds of computing, which would hold up what else runs on this thread.
    let built = tokio::task::spawn_blocking(move || build(&worker, &path, &cursor, key, sent, position)).await;
    let Ok((body, records)) = built else { return Refusal::ServerError.rest() };
    shared.count(|stats| {
        stats.query_pages += 1;
        stats.records += records;
    });
    if cut {
        let empty = reply::json_reply(StatusCode::OK, String::new());
        return cut_short(empty, body);
    }
    reply::json_reply(StatusCode::OK, body).into_response()
}

fn build(
    shared: &Shared,
    path: &str,
    cursor: &Cursor,
    key: Option<String>,
    sent: u64,
    position: Position,
) -> (String, u64) {
    let left = cursor.scan.limit().min(cursor.total).saturating_sub(sent);
    let wanted = cursor.page.min(left);
    let (records, count, next) = records(&shared.org(), path, &cursor.scan, position, wanted);
    let next = next.filter(|_| left > count).map(|position| {
        let mut cursors = shared.cursors();
        let key = key.unwrap_or_else(|| cursors.open(cursor.clone()));
        cursors.note(&key, sent + count, position)
    });
    let mut body = format!("{{\"totalSize\":{},\"done\":{},", cursor.total, next.is_none());
    if let Some(locator) = next {
        body.push_str("\"nextRecordsUrl\":\"/services/data/");
        body.push_str(path);
        body.push_str("/query/");
        body.push_str(&locator);
        body.push_str("\",");
    }
    body.push_str("\"records\":[");
    body.push_str(&records);
    body.push_str("]}");
    (body, count)
}

/// The records of a page as JSON without the brackets around them, how many there are, and where to go on.
fn records(org: &Org, path: &str, scan: &Scan, position: Position, most: u64) -> (String, u64, Option<Position>) {
    let Ok(table) = org.table(&scan.object) else { return (String::new(), 0, None) };
    let mut keys = Vec::with_capacity(scan.columns.len());
    for column in &scan.columns {
        let mut key = String::from(",");
        text::json_string(&column.field.name, &mut key);
        key.push(':');
        keys.push(key);
    }
    let object = &scan.object;
    let head = format!("{{\"attributes\":{{\"type\":\"{object}\",\"url\":\"/services/data/{path}/sobjects/{object}/");
    let (mut out, mut scratch, mut count) = (String::new(), String::new(), 0);
    let next = scan.visit(table, position, most, |row| {
        if count > 0 {
            out.push(',');
        } else {
            // The first record tells how much room the others will take.
            out.reserve(1_024);
        }
        out.push_str(&head);
        crate::data::record_id::write(scan.prefix, row.number, &mut out);
        out.push_str("\"}");
        for (column, key) in scan.columns.iter().zip(&keys) {
            out.push_str(key);
            column.value(row, scan.prefix, &mut scratch).write_json(&mut out);
        }
        out.push('}');
        if count == 0 {
            let size = out.len() * usize::try_from(most).unwrap_or(1);
            out.reserve(size.min(16 << 20));
        }
        count += 1;
    });
    (out, count, next)
}
