//! The limits of the org, and which versions of the API there are.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::json;

use super::reply;
use crate::shared::Shared;

/// The oldest version that is not retired.
const OLDEST: u32 = 31;
/// The newest version.
const NEWEST: u32 = 66;
/// Batches of the Bulk API an org may make in a day.
const DAILY_BATCHES: u64 = 15_000;

/// The number of a version such as `v61.0`; none when there is no such version.
pub fn version(path_part: &str) -> Option<u32> {
    let number = path_part.strip_prefix('v').unwrap_or(path_part).strip_suffix(".0")?.parse().ok()?;
    (OLDEST..=NEWEST).contains(&number).then_some(number)
}

/// `GET /services/data`
pub async fn versions() -> Response {
    let versions: Vec<_> = (OLDEST..=NEWEST)
        .map(|number| {
            let label = format!("{} '{}", ["Spring", "Summer", "Winter"][number as usize % 3], 14 + (number - 30) / 3);
            json!({"label": label, "url": format!("/services/data/v{number}.0"), "version": format!("{number}.0")})
        })
        .collect();
    reply::json_reply(StatusCode::OK, json!(versions).to_string())
}

/// Which objects are counted.
#[derive(Debug, Deserialize)]
pub struct Counted {
    #[serde(rename = "sObjects", default)]
    objects: String,
}

/// `GET /services/data/vNN.0/limits/recordCount?sObjects=A,B`: objects that are not there are left out.
pub async fn record_count(
    State(shared): State<Arc<Shared>>,
    Path(path): Path<String>,
    Query(counted): Query<Counted>,
) -> Response {
    if version(&path).is_none() {
        return reply::not_found();
    }
    let org = shared.org();
    let names = counted.objects.split(',').map(str::trim);
    let counts: Vec<_> =
        names.filter_map(|name| Some(json!({"name": name, "count": org.table(name).ok()?.live()}))).collect();
    reply::json_reply(StatusCode::OK, json!({ "sObjects": counts }).to_string())
}

/// `GET /services/data/vNN.0/limits`
pub async fn limits(State(shared): State<Arc<Shared>>, Path(path): Path<String>) -> Response {
    shared.count(|stats| stats.limits_requests += 1);
    if version(&path).is_none() {
        return reply::not_found();
    }
    let (used, allowed) = shared.usage();
    let batches = shared.stats().bulk_batches;
    // The share of batches used follows the share of calls where a mode makes the org look used up.
    let batches_left = if used * 2 > allowed {
        DAILY_BATCHES - (DAILY_BATCHES * used.min(allowed)).checked_div(allowed).unwrap_or(DAILY_BATCHES)
    } else {
        DAILY_BATCHES.saturating_sub(batches)
    };
    let limit = |max: u64, remaining: u64| json!({"Max": max, "Remaining": remaining});
    let body = json!({
        "ConcurrentAsyncGetReportInstances": limit(200, 200),
        "DailyApiRequests": limit(allowed, allowed.saturating_sub(used)),
        "DailyAsyncApexExecutions": limit(250_000, 250_000),
        "DailyBulkApiBatches": limit(DAILY_BATCHES, batches_left),
        "DailyBulkV2QueryJobs": limit(10_000, 10_000),
        "DataStorageMB": limit(1_024, 871),
        "FileStorageMB": limit(1_024, 1_011),
        "SingleEmail": limit(5_000, 5_000),
    });
    reply::json_reply(StatusCode::OK, body.to_string())
}
