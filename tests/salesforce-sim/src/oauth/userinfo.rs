//! Who signed in.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    api::{gate::bearer, limits, reply},
    data::record_id,
    shared::Shared,
};

/// The id of the user who signs in: the first one of the org.
pub fn user_id() -> String {
    let mut id = String::new();
    record_id::write(*b"005", 0, &mut id);
    id
}

/// The id of another user, which follows from the name.
fn user_id_of(username: &str) -> String {
    let number = username.bytes().fold(1_000_u64, |number, byte| (number * 31 + u64::from(byte)) % 1_000_000);
    let mut id = String::new();
    record_id::write(*b"005", 1_000 + number, &mut id);
    id
}

/// `GET /services/data/vNN.0/sobjects/Organization/ID`
pub async fn organization(
    State(shared): State<Arc<Shared>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let person = bearer(&headers).and_then(|token| shared.grants().person(token));
    let org = person.map_or_else(|| shared.config.org_id.clone(), |person| person.org_id);
    if limits::version(&version).is_none() || id != org {
        return reply::not_found();
    }
    let body = json!({
        "attributes": {"type": "Organization", "url": format!("/services/data/{version}/sobjects/Organization/{id}")},
        "Id": id,
        "Name": if org == shared.config.org_id { "Tributary Sample".to_owned() } else { format!("Org {org}") },
        "OrganizationType": "Enterprise Edition",
        "InstanceName": "SIM1",
        "IsSandbox": false,
    });
    reply::json_reply(StatusCode::OK, body.to_string())
}

/// `GET /services/oauth2/userinfo` and the identity address of a token reply.
pub async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    shared.count(|stats| stats.userinfo_requests += 1);
    shared.delay().await;
    if !bearer(&headers).is_some_and(|token| shared.grants().accepts(token)) {
        return (StatusCode::FORBIDDEN, "Bad_OAuth_Token").into_response();
    }
    let person = bearer(&headers).and_then(|token| shared.grants().person(token));
    let (instance, config) = (shared.instance_url(), &shared.config);
    let (username, org, user) = match &person {
        Some(person) => (&person.username, &person.org_id, user_id_of(&person.username)),
        None => (&config.username, &config.org_id, user_id()),
    };
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
