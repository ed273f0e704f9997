//! The replies of the Bulk API: XML or JSON, as the client speaks.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::jobs::{Batch, Job, Outcome};
use crate::data::{record_id, text};

const NAMESPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

/// The body of a reply, with JSON for those who speak it.
fn reply(status: StatusCode, speaks_json: bool, body: String) -> Response {
    let kind = if speaks_json { "application/json" } else { "application/xml" };
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
}

/// An error.
pub fn error(status: StatusCode, code: &str, message: &str, speaks_json: bool) -> Response {
    let parts = [("exceptionCode", code.to_owned()), ("exceptionMessage", message.to_owned())];
    reply(status, speaks_json, document("error", &parts, speaks_json))
}

/// A job.
pub fn job(status: StatusCode, job: &Job, speaks_json: bool) -> Response {
    let done = job.batches.iter().filter(|batch| matches!(batch.outcome, Outcome::Done { .. })).count();
    let records: u64 = job.batches.iter().map(records).sum();
    let batches = job.batches.len();
    if speaks_json {
        let body = json!({
            "apexProcessingTime": 0,
            "apiActiveProcessingTime": 0,
            "apiVersion": 61.0,
            "assignmentRuleId": null,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "createdById": user(),
            "createdDate": moment(job.created),
            "externalIdFieldName": null,
            "fastPathEnabled": false,
            "id": job.id,
            "numberBatchesCompleted": done,
            "numberBatchesFailed": batches - done,
            "numberBatchesInProgress": 0,
            "numberBatchesQueued": 0,
            "numberBatchesTotal": batches,
            "numberRecordsFailed": 0,
            "numberRecordsProcessed": records,
            "numberRetries": 0,
            "object": job.object,
            "operation": job.operation,
            "state": job.state,
            "systemModstamp": moment(job.created),
            "totalProcessingTime": 0,
        });
        return reply(status, true, body.to_string());
    }
    let parts = [
        ("id", job.id.clone()),
        ("operation", job.operation.clone()),
        ("object", job.object.clone()),
        ("createdById", user()),
        ("createdDate", moment(job.created)),
        ("systemModstamp", moment(job.created)),
        ("state", job.state.clone()),
        ("concurrencyMode", "Parallel".to_owned()),
        ("contentType", "CSV".to_owned()),
        ("numberBatchesQueued", "0".to_owned()),
        ("numberBatchesInProgress", "0".to_owned()),
        ("numberBatchesCompleted", done.to_string()),
        ("numberBatchesFailed", (batches - done).to_string()),
        ("numberBatchesTotal", batches.to_string()),
        ("numberRecordsProcessed", records.to_string()),
        ("numberRetries", "0".to_owned()),
        ("apiVersion", "61.0".to_owned()),
    ];
    reply(status, false, document("jobInfo", &parts, false))
}

/// A batch. CSV jobs answer in XML whatever the client speaks.
pub fn batch(status: StatusCode, job: &str, batch: &Batch) -> Response {
    let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    element("batchInfo", &batch_parts(job, batch), &mut body);
    reply(status, false, body)
}

/// All batches of a job.
pub fn batches(job: &Job) -> Response {
    let mut body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><batchInfoList xmlns=\"{NAMESPACE}\">");
    for batch in &job.batches {
        body.push_str("<batchInfo>");
        inner(&batch_parts(&job.id, batch), &mut body);
        body.push_str("</batchInfo>");
    }
    body.push_str("</batchInfoList>");
    reply(StatusCode::OK, false, body)
}

/// The results of a batch.
pub fn results(results: &[(String, crate::org::scan::Position, u64)]) -> Response {
    let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let parts: Vec<_> = results.iter().map(|(id, ..)| ("result", id.clone())).collect();
    element("result-list", &parts, &mut body);
    reply(StatusCode::OK, false, body)
}

fn batch_parts(job: &str, batch: &Batch) -> Vec<(&'static str, String)> {
    let (state, message) = match &batch.outcome {
        Outcome::Failed(message) => ("Failed", Some(message.clone())),
        Outcome::Done { .. } => ("Completed", None),
    };
    let mut parts = vec![("id", batch.id.clone()), ("jobId", job.to_owned()), ("state", state.to_owned())];
    parts.extend(message.map(|message| ("stateMessage", message)));
    parts.extend([
        ("createdDate", moment(batch.created)),
        ("systemModstamp", moment(batch.created)),
        ("numberRecordsProcessed", records(batch).to_string()),
        ("numberRecordsFailed", "0".to_owned()),
        ("totalProcessingTime", "0".to_owned()),
        ("apiActiveProcessingTime", "0".to_owned()),
        ("apexProcessingTime", "0".to_owned()),
    ]);
    parts
}

fn records(batch: &Batch) -> u64 {
    match batch.outcome {
        Outcome::Done { records, .. } => records,
        Outcome::Failed(_) => 0,
    }
}

fn document(name: &str, parts: &[(&str, String)], as_json: bool) -> String {
    if as_json {
        let object: serde_json::Map<_, _> =
            parts.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        return serde_json::Value::Object(object).to_string();
    }
    let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    element(name, parts, &mut body);
    body
}

fn element(name: &str, parts: &[(&str, String)], out: &mut String) {
    open(name, &format!(" xmlns=\"{NAMESPACE}\""), out);
    inner(parts, out);
    close(name, out);
}

fn open(name: &str, attributes: &str, out: &mut String) {
    out.extend(["<", name, attributes, ">"]);
}

fn close(name: &str, out: &mut String) {
    out.extend(["</", name, ">"]);
}

fn inner(parts: &[(&str, String)], out: &mut String) {
    for (name, value) in parts {
        let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        open(name, "", out);
        out.push_str(&value);
        close(name, out);
    }
}

fn moment(seconds: i64) -> String {
    let mut out = String::new();
    text::moment(seconds, &mut out);
    out.push('Z');
    out
}

fn user() -> String {
    let mut id = String::new();
    record_id::write(*b"005", 0, &mut id);
    id
}
