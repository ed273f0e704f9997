//! Who signed in.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{api::gate::bearer, data::record_id, shared::Shared};

/// The id of the user who signs in: the first one of the org.
pub fn user_id() -> String {
    let mut id = String::new();
    record_id::write(*b"005", 0, &mut id);
    id
}

/// `GET /services/oauth2/userinfo` and the identity address of a token reply.
pub async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    shared.count(|stats| stats.userinfo_requests += 1);
    shared.delay().await;
    if !bearer(&headers).is_some_and(|token| shared.grants().accepts(token)) {
        return (StatusCode::FORBIDDEN, "Bad_OAuth_Token").into_response();
    }
    let (instance, org, user) = (shared.instance_url(), &shared.config.org_id, user_id());
    let username = &shared.config.username;
    let api = |kind: &str| format!("{instance}/services/{kind}");
    Json(json!({
        "sub": format!("{instance}/id/{org}/{user}"),
        "user_id": user,
        "organization_id": org,
        "preferred_username": username,
        "username": username,
        "nickname": "admin",
        "name": "Robin Sample",
        "display_name": "Robin Sample",
        "given_name": "Robin",
        "family_name": "Sample",
        "email": username,
        "email_verified": true,
        "zoneinfo": "Europe/Berlin",
        "locale": "en_US",
        "language": "en_US",
        "user_type": "STANDARD",
        "active": true,
        "urls": {
            "enterprise": api("Soap/c/{version}/00D5g000004Xk2m"),
            "rest": api("data/v{version}/"),
            "query": api("data/v{version}/query/"),
            "sobjects": api("data/v{version}/sobjects/"),
        },
    }))
    .into_response()
}
