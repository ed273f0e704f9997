//! The page on which a user allows the app to read the org.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use url::Url;

use super::grants::Authorization;
use crate::{
    clock,
    mode::{Mode, SignInError},
    shared::Shared,
};

/// What an app sends with the user.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AuthorizeRequest {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
}

/// What the user decided.
#[derive(Debug, Deserialize)]
pub struct Decision {
    page: String,
    decision: String,
}

/// `GET /services/oauth2/authorize`
///
/// A wrong app or redirect address shows an error to the user; everything else goes back to the app. Stricter than the
/// original in one point: the app has to send a `state`.
pub async fn page(State(shared): State<Arc<Shared>>, Query(request): Query<AuthorizeRequest>) -> Response {
    shared.count(|stats| stats.authorize_pages += 1);
    shared.delay().await;
    if request.client_id != shared.config.client_id {
        return problem("invalid_client_id", "client identifier invalid");
    }
    if !shared.config.redirect_uris.contains(&request.redirect_uri) {
        return problem("redirect_uri_mismatch", "redirect_uri must match configuration");
    }
    let back = |error: &str, description: &str| {
        redirect(
            &request.redirect_uri,
            &[("error", error), ("error_description", description), ("state", &request.state)],
        )
    };
    if let Mode::SignInRefused { error } = shared.mode() {
        let (code, description) = error.reply();
        return if matches!(error, SignInError::InvalidClientId | SignInError::RedirectUriMismatch) {
            problem(code, description)
        } else {
            back(code, description)
        };
    }
    if request.response_type != "code" {
        return back("unsupported_response_type", "response type not supported");
    }
    if request.state.is_empty() {
        return back("invalid_request", "missing required state");
    }
    if request.code_challenge.is_empty() {
        return back("invalid_request", "missing required code challenge");
    }
    if request.code_challenge_method != "S256" {
        return back("invalid_request", "code challenge method must be S256");
    }
    let authorization =
        Authorization { redirect_uri: request.redirect_uri, state: request.state, challenge: request.code_challenge };
    if shared.auto_approve() {
        return allow(&shared, authorization);
    }
    let key = shared.grants().open_page(authorization);
    let username = shared.person().map_or_else(|| shared.config.username.clone(), |person| person.username);
    Html(consent(&key, &username)).into_response()
}

/// `POST /services/oauth2/authorize`: a button of the page was pressed.
pub async fn decision(State(shared): State<Arc<Shared>>, Form(decision): Form<Decision>) -> Response {
    let Some(authorization) = shared.grants().close_page(&decision.page) else {
        return problem("invalid_request", "this page was used before or is too old");
    };
    if decision.decision == "allow" {
        return allow(&shared, authorization);
    }
    let denied = [("error", "access_denied"), ("error_description", "end-user denied authorization")];
    redirect(&authorization.redirect_uri, &[denied[0], denied[1], ("state", &authorization.state)])
}

fn allow(shared: &Shared, authorization: Authorization) -> Response {
    let (redirect_uri, state) = (authorization.redirect_uri.clone(), authorization.state.clone());
    let person = shared.person();
    let code = shared.grants().issue_code(authorization, person, clock::now().timestamp());
    redirect(&redirect_uri, &[("code", &code), ("state", &state)])
}

fn redirect(to: &str, parameters: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(to) else {
        return problem("redirect_uri_mismatch", "the registered redirect_uri is not an address");
    };
    url.query_pairs_mut().extend_pairs(parameters);
    (StatusCode::FOUND, [(header::LOCATION, url.to_string())]).into_response()
}

/// The look of both pages.
const STYLE: &str = "<style>body{font:16px/1.5 system-ui,sans-serif;background:#f3f3f3;color:#181818;display:grid;\
                     place-items:center;min-height:100vh;margin:0}main{background:#fff;border:1px solid #dcdcdc;\
                     border-radius:8px;padding:32px;max-width:420px}h1{font-size:20px;margin:0 0 12px}\
                     button{font:inherit;padding:8px 20px;border-radius:4px;border:1px solid #747474;background:#fff;\
                     margin-right:8px}button.main{background:#0b5cab;border-color:#0b5cab;color:#fff}\
                     code{word-break:break-all}</style>";

fn consent(page: &str, username: &str) -> String {
    let username = escaped(username);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Allow access?</title>{STYLE}</head><body>\
         <main><h1>Allow access?</h1><p>The app asks to read the data of the sample org and to stay signed in as \
         <strong>{username}</strong>.</p><form method=\"post\" action=\"/services/oauth2/authorize\">\
         <input type=\"hidden\" name=\"page\" value=\"{page}\">\
         <button class=\"main\" id=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\
         <button id=\"deny\" name=\"decision\" value=\"deny\">Deny</button></form></main></body></html>\n"
    )
}

fn problem(code: &str, description: &str) -> Response {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sign-in failed</title>{STYLE}</head><body>\
         <main><h1>Sign-in failed</h1><p id=\"problem\"><code>error={code}&amp;error_description={}</code></p></main>\
         </body></html>\n",
        escaped(description)
    );
    (StatusCode::BAD_REQUEST, Html(page)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
