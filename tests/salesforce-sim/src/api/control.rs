//! The control endpoints, for tests whose simulator is another process. Each request carries the control token in
//! `X-Sim-Token`; without a control token in the configuration there are no such endpoints.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Query, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{error::SimulatorError, mode::Mode, oauth::grants::Person, shared::Shared, simulator::edits};

/// The routes, none without a control token.
pub fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    if shared.config.control_token.is_none() {
        return Router::new();
    }
    Router::new()
        .route("/_sim/stats", get(stats))
        .route("/_sim/count", get(count))
        .route("/_sim/refresh_token", get(refresh_token))
        .route("/_sim/mode", get(mode).post(set_mode))
        .route("/_sim/delay", post(set_delay))
        .route("/_sim/auto_approve", post(set_auto_approve))
        .route("/_sim/person", post(set_person))
        .route("/_sim/revoke", post(revoke))
        .route("/_sim/change", post(change))
        .route("/_sim/add", post(add))
        .route("/_sim/delete", post(delete))
        .route("/_sim/fields/add", post(add_field))
        .route("/_sim/fields/remove", post(remove_field))
        .route("/_sim/save", post(save))
        .route_layer(middleware::from_fn_with_state(Arc::clone(shared), check))
}

async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let given = request.headers().get("x-sim-token").and_then(|token| token.to_str().ok());
    if given.is_some() && given == shared.config.control_token.as_deref() {
        return next.run(request).await;
    }
    (StatusCode::UNAUTHORIZED, Json(json!({"error": "X-Sim-Token does not say the control token"}))).into_response()
}

#[derive(Debug, Deserialize)]
struct Records {
    object: String,
    count: u64,
}

#[derive(Debug, Deserialize)]
struct FieldOf {
    object: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Delay {
    milliseconds: u64,
}

#[derive(Debug, Deserialize)]
struct Switch {
    enabled: bool,
}

#[derive(Debug, Deserialize)]
struct Which {
    object: String,
    since: Option<DateTime<Utc>>,
}

fn reply(result: Result<Value, SimulatorError>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"error": error.to_string()}))).into_response(),
    }
}

async fn stats(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.stats()).into_response()
}

async fn count(State(shared): State<Arc<Shared>>, Query(which): Query<Which>) -> Response {
    let counted = match which.since {
        Some(since) => edits::count_since(&shared, &which.object, since),
        None => edits::count(&shared, &which.object),
    };
    reply(counted.map(|count| json!({"count": count})))
}

async fn refresh_token(State(shared): State<Arc<Shared>>) -> Response {
    Json(json!({"refresh_token": shared.grants().current_refresh_token()})).into_response()
}

async fn mode(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.mode()).into_response()
}

async fn set_mode(State(shared): State<Arc<Shared>>, Json(mode): Json<Mode>) -> Response {
    shared.set_mode(mode);
    Json(shared.mode()).into_response()
}

async fn set_delay(State(shared): State<Arc<Shared>>, Json(delay): Json<Delay>) -> Response {
    shared.set_delay(Duration::from_millis(delay.milliseconds));
    Json(json!({})).into_response()
}

async fn set_auto_approve(State(shared): State<Arc<Shared>>, Json(switch): Json<Switch>) -> Response {
    shared.set_auto_approve(switch.enabled);
    Json(json!({})).into_response()
}

async fn set_person(State(shared): State<Arc<Shared>>, Json(person): Json<Option<Person>>) -> Response {
    shared.set_person(person);
    Json(json!({})).into_response()
}

async fn revoke(State(shared): State<Arc<Shared>>) -> Response {
    shared.grants().revoke_all();
    reply(shared.save().map(|()| json!({})))
}

async fn change(State(shared): State<Arc<Shared>>, Json(Records { object, count }): Json<Records>) -> Response {
    reply(edits::change(&shared, &object, count).map(|count| json!({"count": count})))
}

async fn add(State(shared): State<Arc<Shared>>, Json(Records { object, count }): Json<Records>) -> Response {
    reply(edits::add(&shared, &object, count).map(|count| json!({"count": count})))
}

async fn delete(State(shared): State<Arc<Shared>>, Json(Records { object, count }): Json<Records>) -> Response {
    reply(edits::delete(&shared, &object, count).map(|count| json!({"count": count})))
}

async fn add_field(State(shared): State<Arc<Shared>>, Json(FieldOf { object, name }): Json<FieldOf>) -> Response {
    let added = shared.org_mut().add_field(&object, &name);
    reply(added.map(|()| json!({})))
}

async fn remove_field(State(shared): State<Arc<Shared>>, Json(FieldOf { object, name }): Json<FieldOf>) -> Response {
    let removed = shared.org_mut().remove_field(&object, &name);
    reply(removed.map(|()| json!({})))
}

async fn save(State(shared): State<Arc<Shared>>) -> Response {
    reply(shared.save().map(|()| json!({})))
}
