//! The HTTP side: one router that answers for every host.

pub mod bulk;
pub mod control;
pub mod cursors;
pub mod cut;
pub mod describe;
pub mod gate;
pub mod limits;
pub mod query;
pub mod reply;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::{oauth, shared::Shared};

/// All routes.
pub fn router(shared: Arc<Shared>) -> Router {
    let gate = middleware::from_fn_with_state(Arc::clone(&shared), gate::pass);
    let data = Router::new()
        .route("/services/data/{version}/limits", get(limits::limits))
        .route("/services/data/{version}/limits/recordCount", get(limits::record_count))
        .route("/services/data/{version}/sobjects/Organization/{id}", get(oauth::userinfo::organization))
        .route("/services/data/{version}/sobjects", get(describe::list))
        .route("/services/data/{version}/sobjects/", get(describe::list))
        .route("/services/data/{version}/sobjects/{object}/describe", get(describe::describe))
        .route("/services/data/{version}/query", get(query::query))
        .route("/services/data/{version}/query/", get(query::query))
        .route("/services/data/{version}/queryAll", get(query::query_all))
        .route("/services/data/{version}/queryAll/", get(query::query_all))
        .route("/services/data/{version}/query/{locator}", get(query::next))
        .route("/services/data/{version}/queryAll/{locator}", get(query::next))
        .merge(bulk::routes())
        .route_layer(gate);
    Router::new()
        .route("/services/data", get(limits::versions))
        .route("/services/data/", get(limits::versions))
        .route("/services/oauth2/authorize", get(oauth::authorize::page).post(oauth::authorize::decision))
        .route("/services/oauth2/token", post(oauth::token::token))
        .route("/services/oauth2/revoke", get(oauth::token::revoke_get).post(oauth::token::revoke_post))
        .route("/services/oauth2/introspect", post(oauth::token::introspect))
        .route("/services/oauth2/userinfo", get(oauth::userinfo::userinfo).post(oauth::userinfo::userinfo))
        .route("/id/{org}/{user}", get(oauth::userinfo::userinfo))
        .merge(data)
        .merge(control::routes(&shared))
        .fallback(async || reply::not_found())
        .with_state(shared)
}
