//! Errors in the shapes the API gives them.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    mode::Refusal,
    org::{scan::QueryError, soql::SoqlError},
};

/// What REST says its JSON is.
const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// JSON as REST sends it.
pub fn json_reply(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

/// One error as REST sends it: a list of one.
pub fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json_reply(status, json!([{"message": message, "errorCode": code}]).to_string())
}

/// What an unknown address gets.
pub fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")
}

/// The page that stands in for every page while the server is down.
fn maintenance_page() -> Response {
    let body = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Maintenance</title></head><body><h1>Down for \
                maintenance</h1><p>This instance will be back soon.</p></body></html>\n";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], body).into_response()
}

/// What a gateway says to a client that asks too often.
fn slow_down() -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "30")], "Too Many Requests\n").into_response()
}

impl Refusal {
    /// Status, code of the REST API, code of the Bulk API, message.
    const fn parts(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::InvalidSession => {
                (StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "InvalidSessionId", "Session expired or invalid")
            }
            Self::RequestLimit => {
                (StatusCode::FORBIDDEN, "REQUEST_LIMIT_EXCEEDED", "ExceededQuota", "TotalRequests Limit exceeded.")
            }
            Self::ConcurrentLimit => (
                StatusCode::FORBIDDEN,
                "REQUEST_LIMIT_EXCEEDED",
                "ExceededQuota",
                "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
            ),
            Self::InsufficientAccess => (
                StatusCode::FORBIDDEN,
                "INSUFFICIENT_ACCESS",
                "FeatureNotEnabled",
                "insufficient access rights on object",
            ),
            Self::ApiDisabled => (
                StatusCode::FORBIDDEN,
                "API_DISABLED_FOR_ORG",
                "FeatureNotEnabled",
                "API is not enabled for this Organization or Partner",
            ),
            Self::ServerError | Self::Unavailable | Self::TooManyRequests => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "UNKNOWN_EXCEPTION",
                "Unknown",
                "An unexpected error occurred in the simulated server.",
            ),
        }
    }

    /// The reply of the REST API.
    pub fn rest(self) -> Response {
        match self {
            Self::Unavailable => return maintenance_page(),
            Self::TooManyRequests => return slow_down(),
            _ => {}
        }
        let (status, code, _, message) = self.parts();
        error(status, code, message)
    }

    /// The reply of the Bulk API, which speaks JSON to those who send JSON and XML to all others.
    pub fn bulk(self, speaks_json: bool) -> Response {
        match self {
            Self::Unavailable => return maintenance_page(),
            Self::TooManyRequests => return slow_down(),
            _ => {}
        }
        let (status, _, code, message) = self.parts();
        super::bulk::write::error(status, code, message, speaks_json)
    }
}

/// The reply to a query that cannot be read.
pub fn malformed(problem: &SoqlError) -> Response {
    error(StatusCode::BAD_REQUEST, "MALFORMED_QUERY", &problem.to_string())
}

/// The error code of a query that cannot be answered.
pub const fn query_code(problem: &QueryError) -> &'static str {
    match problem {
        QueryError::UnknownObject { .. } => "INVALID_TYPE",
        QueryError::UnknownField { .. } | QueryError::FilterType { .. } | QueryError::NotFilterable { .. } => {
            "INVALID_FIELD"
        }
        QueryError::Order { .. } => "MALFORMED_QUERY",
    }
}
