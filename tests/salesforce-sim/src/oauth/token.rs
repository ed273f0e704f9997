//! The token endpoint, and taking tokens back.

use std::sync::Arc;

use axum::{
    Form, Json,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    grants::{GrantError, Issued},
    userinfo::user_id,
};
use crate::{
    api::cut::cut_short,
    clock,
    mode::{Mode, SignInError},
    shared::Shared,
};

/// What a client sends to the token endpoint.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenRequest {
    grant_type: String,
    client_id: String,
    client_secret: Option<String>,
    refresh_token: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

/// What a client sends to take a token back.
#[derive(Debug, Deserialize)]
pub struct RevokeRequest {
    token: String,
}

/// `POST /services/oauth2/token`
pub async fn token(State(shared): State<Arc<Shared>>, Form(request): Form<TokenRequest>) -> Response {
    shared.count(|stats| stats.token_requests += 1);
    let refreshing = (request.grant_type == "refresh_token").then(|| shared.refreshing(&request.refresh_token));
    shared.delay().await;
    let watch = shared.mode_watch();
    let refused = match shared.mode() {
        Mode::SignInRefused { error } => Some(error),
        Mode::SignInHangs => {
            Shared::mode_change(watch).await;
            None
        }
        _ => None,
    };
    let result = match refused {
        Some(error) => Err(error.reply()),
        None => grant(&shared, &request),
    };
    if shared.config.overlay.is_some() {
        // A rotated token must not be lost when the simulator ends right after it was handed out.
        let worker = Arc::clone(&shared);
        let saved = tokio::task::spawn_blocking(move || worker.save()).await;
        if !matches!(saved, Ok(Ok(()))) {
            return refuse(&shared, StatusCode::INTERNAL_SERVER_ERROR, ("server_error", "the grant could not be kept"));
        }
    }
    drop(refreshing);
    let mode = shared.mode();
    match result {
        Ok(issued) if mode == Mode::SignInLost => {
            let reply = welcome(&shared, issued);
            cut_short(reply, "{\"access_token\": \"of which half arrives\"}".to_owned())
        }
        Ok(issued) if mode == Mode::NoRefreshToken => welcome(&shared, Issued { refresh_token: None, ..issued }),
        Ok(issued) => welcome(&shared, issued),
        Err(error) => refuse(&shared, StatusCode::BAD_REQUEST, error),
    }
}

/// The error code and its description.
type OauthError = (&'static str, &'static str);

fn grant(shared: &Shared, request: &TokenRequest) -> Result<Issued, OauthError> {
    if request.client_id != shared.config.client_id {
        return Err(SignInError::InvalidClientId.reply());
    }
    if request.client_secret.as_ref().is_some_and(|secret| *secret != shared.config.client_secret) {
        return Err(SignInError::InvalidClient.reply());
    }
    let result = match request.grant_type.as_str() {
        "refresh_token" => {
            shared.count(|stats| stats.refreshes += 1);
            shared.grants().refresh(&request.refresh_token)
        }
        "authorization_code" => {
            shared.count(|stats| stats.code_exchanges += 1);
            let time = clock::now().timestamp();
            shared.grants().exchange(&request.code, &request.redirect_uri, &request.code_verifier, time)
        }
        _ => return Err(("unsupported_grant_type", "grant type not supported")),
    };
    result.map_err(|error| match error {
        GrantError::Invalid => SignInError::InvalidGrant.reply(),
        GrantError::Replayed => {
            shared.count(|stats| stats.replays += 1);
            SignInError::InvalidGrant.reply()
        }
        GrantError::Code => ("invalid_grant", "expired authorization code"),
        GrantError::RedirectUri => ("redirect_uri_mismatch", "redirect_uri must match configuration"),
        GrantError::Verifier => ("invalid_grant", "invalid code verifier"),
    })
}

fn welcome(shared: &Shared, issued: Issued) -> Response {
    let issued_at = clock::now().timestamp_millis().to_string();
    let instance = shared.instance_url();
    let id = format!("{instance}/id/{}/{}", shared.config.org_id, user_id());
    let signature = Sha256::digest(format!("{}{id}{issued_at}", shared.config.client_secret).as_bytes());
    let mut body = json!({
        "access_token": issued.access_token,
        "signature": STANDARD.encode(signature),
        "scope": "refresh_token id api",
        "instance_url": instance,
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued_at,
    });
    if let Some(token) = issued.refresh_token {
        body["refresh_token"] = json!(token);
    }
    (StatusCode::OK, [(header::CACHE_CONTROL, "no-cache, no-store")], Json(body)).into_response()
}

fn refuse(shared: &Shared, status: StatusCode, (error, description): OauthError) -> Response {
    shared.count(|stats| stats.token_refusals += 1);
    let body = Json(json!({"error": error, "error_description": description}));
    (status, [(header::CACHE_CONTROL, "no-cache, no-store")], body).into_response()
}

/// `POST /services/oauth2/introspect`: whether a refresh token still counts. Asking does not use it.
pub async fn introspect(State(shared): State<Arc<Shared>>, Form(request): Form<RevokeRequest>) -> Response {
    shared.count(|stats| stats.introspections += 1);
    shared.delay().await;
    let active = shared.grants().is_current(&request.token);
    Json(json!({ "active": active })).into_response()
}

/// `GET /services/oauth2/revoke?token=...`
pub async fn revoke_get(state: State<Arc<Shared>>, Query(request): Query<RevokeRequest>) -> Response {
    revoke(state.0, request).await
}

/// `POST /services/oauth2/revoke`
pub async fn revoke_post(state: State<Arc<Shared>>, Form(request): Form<RevokeRequest>) -> Response {
    revoke(state.0, request).await
}

async fn revoke(shared: Arc<Shared>, request: RevokeRequest) -> Response {
    shared.delay().await;
    let revoked = shared.grants().revoke(&request.token);
    if !revoked {
        let body = json!({"error": "invalid_token", "error_description": "invalid token"});
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    }
    shared.count(|stats| stats.revocations += 1);
    let worker = Arc::clone(&shared);
    match tokio::task::spawn_blocking(move || worker.save()).await {
        Ok(Ok(())) => StatusCode::OK.into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
