//! The gate every API request passes: delay, failure modes, session, usage header.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};

use crate::{
    mode::{Asked, Effect, Refusal},
    shared::Shared,
};

/// Where REST reports how many calls are used.
const USAGE: HeaderName = HeaderName::from_static("sforce-limit-info");
/// Where the Bulk API expects the access token.
const SESSION: HeaderName = HeaderName::from_static("x-sfdc-session");

/// Marks a request whose answer shall break off in its middle.
#[derive(Clone, Copy, Debug)]
pub struct CutShort;

/// Lets a request through, or answers it in the name of the mode.
pub async fn pass(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    shared.count(|stats| stats.api_requests += 1);
    shared.delay().await;
    let bulk = request.uri().path().starts_with("/services/async/");
    let asked = asked(request.method(), request.uri().path());
    let refusal = loop {
        let watch = shared.mode_watch();
        match shared.effect(asked) {
            Effect::None => break None,
            Effect::Refuse(refusal) => break Some(refusal),
            Effect::ExpireTokens => shared.grants().expire_access_tokens(),
            Effect::Cut => {
                request.extensions_mut().insert(CutShort);
                break None;
            }
            Effect::Hang => {
                Shared::mode_change(watch).await;
                continue;
            }
        }
        break None;
    };
    let session_ok = access_token(request.headers(), bulk).is_some_and(|token| shared.grants().accepts(token));
    let refusal = refusal.or((!session_ok).then_some(Refusal::InvalidSession));
    let mut response = match refusal {
        Some(refusal) => {
            shared.count(|stats| stats.api_refusals += 1);
            if bulk { refusal.bulk(speaks_json(request.headers())) } else { refusal.rest() }
        }
        None => next.run(request).await,
    };
    let (used, allowed) = shared.usage();
    if !bulk
        && refusal != Some(Refusal::Unavailable)
        && let Ok(usage) = HeaderValue::from_str(&format!("api-usage={used}/{allowed}"))
    {
        response.headers_mut().insert(USAGE, usage);
    }
    response
}

/// Whether a request wants a page of records.
fn asked(method: &Method, path: &str) -> Asked {
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    let page = matches!(
        parts.as_slice(),
        ["services", "data", _, "query" | "queryAll", ..] | ["services", "async", _, "job", _, "batch", _, "result", _]
    );
    if page && method == Method::GET { Asked::Page } else { Asked::Other }
}

fn access_token(headers: &HeaderMap, bulk: bool) -> Option<&str> {
    if bulk {
        return headers.get(SESSION)?.to_str().ok();
    }
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let bearer = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
    bearer.then_some(token.trim())
}

/// The access token of a request to one of the sign-in endpoints.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    access_token(headers, false)
}

/// Whether the client sends JSON, and so gets JSON from the Bulk API.
pub fn speaks_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_other_requests() {
        for (path, expected) in [
            ("/services/data/v61.0/queryAll", Asked::Page),
            ("/services/data/v61.0/query/0r8-2000", Asked::Page),
            ("/services/data/v61.0/sobjects/Account/describe", Asked::Other),
            ("/services/async/61.0/job/750/batch/751/result/752", Asked::Page),
            ("/services/async/61.0/job/750/batch/751/result", Asked::Other),
        ] {
            assert_eq!(asked(&Method::GET, path), expected, "{path}");
        }
    }
}
