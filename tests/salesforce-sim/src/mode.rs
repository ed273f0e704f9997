//! The ways the simulator can be told to fail.

use serde::{Deserialize, Serialize};

/// How the simulator behaves. As JSON: `{"mode": "session_invalid", "after_pages": 2}`.
///
/// Modes with `after_pages` answer that many pages of records (pages of a query, or results of the Bulk API), counted from
/// the moment the mode is set, and then fail every request to the API; with 0 the first request fails. Signing in still
/// works in them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mode {
    /// Everything works.
    #[default]
    Normal,
    /// Each sign-in is refused.
    SignInRefused {
        /// Why.
        error: SignInError,
    },
    /// A sign-in gets no answer until the mode is changed.
    SignInHangs,
    /// A sign-in counts, and the connection breaks off before the answer arrives.
    SignInLost,
    /// A sign-in with a code brings no refresh token: the app lacks the scope.
    NoRefreshToken,
    /// The session is not accepted any more, and neither is a new one: 401 `INVALID_SESSION_ID`.
    SessionInvalid {
        /// Pages answered before.
        after_pages: u64,
    },
    /// The access tokens given out so far expire once after so many requests; a new sign-in goes on: 401
    /// `INVALID_SESSION_ID`.
    TokenExpires {
        /// Requests answered before.
        after_requests: u64,
    },
    /// The org used all its API calls of the day: 403 `REQUEST_LIMIT_EXCEEDED`.
    RequestLimit {
        /// Pages answered before.
        after_pages: u64,
    },
    /// Too many requests of the org are at work at once: 403 `REQUEST_LIMIT_EXCEEDED`, with another message than when the
    /// day's calls are used up.
    ConcurrentLimit {
        /// Pages answered before.
        after_pages: u64,
    },
    /// A gateway in front of the org asks for fewer requests: 429 with a line of text.
    TooManyRequests {
        /// Pages answered before.
        after_pages: u64,
    },
    /// The server failed: 500 `UNKNOWN_EXCEPTION`.
    ServerError {
        /// Pages answered before.
        after_pages: u64,
    },
    /// The server is down for maintenance: 503 with an HTML page.
    Unavailable {
        /// Pages answered before.
        after_pages: u64,
    },
    /// A page of records breaks off in its middle.
    CutConnection {
        /// Pages answered before.
        after_pages: u64,
    },
    /// The org reports that so many of its API calls are used. Every request still works.
    Quota {
        /// Calls used.
        used: u64,
        /// Calls allowed.
        allowed: u64,
    },
    /// The user may not read an object: 403 `INSUFFICIENT_ACCESS`.
    InsufficientAccess {
        /// The object.
        object: String,
    },
    /// An object is no longer there, or hidden from the user: the list leaves it out, and queries that name it get 400
    /// `INVALID_TYPE`.
    ObjectGone {
        /// The object.
        object: String,
    },
    /// The edition of the org has no API: 403 `API_DISABLED_FOR_ORG`.
    ApiDisabled,
    /// Requests get no answer until the mode is changed.
    Hang {
        /// Pages answered before.
        after_pages: u64,
    },
}

/// Why a sign-in is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInError {
    /// The refresh token is expired or was taken back: `invalid_grant`.
    InvalidGrant,
    /// The user may not sign in from this network: `invalid_grant`, "ip restricted".
    IpRestricted,
    /// The user was switched off: `inactive_user`.
    InactiveUser,
    /// There is no such app: `invalid_client_id`.
    InvalidClientId,
    /// The app's secret is wrong: `invalid_client`.
    InvalidClient,
    /// An admin blocked the app: `OAUTH_APP_BLOCKED`.
    AppBlocked,
    /// An admin has to allow the app for this user first: `OAUTH_APP_ACCESS_DENIED`.
    AppAccessDenied,
    /// The app is not installed in this org: `OAUTH_EC_APP_NOT_FOUND`.
    AppNotFound,
    /// The call-back address is not registered: `redirect_uri_mismatch`.
    RedirectUriMismatch,
    /// The proof key was lost on the way: `invalid_request`.
    CodeChallengeMissing,
    /// The app lacks a scope: `invalid_scope`.
    InvalidScope,
}

impl SignInError {
    /// The error code and its description as the sign-in endpoints send them.
    pub const fn reply(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidGrant => ("invalid_grant", "expired access/refresh token"),
            Self::IpRestricted => ("invalid_grant", "ip restricted"),
            Self::InactiveUser => ("inactive_user", "user is inactive"),
            Self::InvalidClientId => ("invalid_client_id", "client identifier invalid"),
            Self::InvalidClient => ("invalid_client", "invalid client credentials"),
            Self::AppBlocked => ("OAUTH_APP_BLOCKED", "this app is blocked by admin"),
            Self::AppAccessDenied => ("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"),
            Self::AppNotFound => ("OAUTH_EC_APP_NOT_FOUND", "external client app is not installed in this org"),
            Self::RedirectUriMismatch => ("redirect_uri_mismatch", "redirect_uri must match configuration"),
            Self::CodeChallengeMissing => ("invalid_request", "missing required code challenge"),
            Self::InvalidScope => ("invalid_scope", "the requested scope is not allowed"),
        }
    }
}

/// A request to the API, as far as a mode cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A page of records.
    Page,
    /// Anything else.
    Other,
}

/// What a mode does to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// An error of the API.
    Refuse(Refusal),
    /// The access tokens given out so far end now.
    ExpireTokens,
    /// The answer breaks off in its middle.
    Cut,
    /// No answer for now.
    Hang,
}

/// An error of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 401 `INVALID_SESSION_ID`
    InvalidSession,
    /// 403 `REQUEST_LIMIT_EXCEEDED`
    RequestLimit,
    /// 403 `REQUEST_LIMIT_EXCEEDED`, of requests at once
    ConcurrentLimit,
    /// 429 with a line of text
    TooManyRequests,
    /// 403 `INSUFFICIENT_ACCESS`
    InsufficientAccess,
    /// 403 `API_DISABLED_FOR_ORG`
    ApiDisabled,
    /// 500 `UNKNOWN_EXCEPTION`
    ServerError,
    /// 503 with an HTML page
    Unavailable,
}

/// A mode and what happened since it was set.
#[derive(Debug, Default)]
pub struct ModeState {
    mode: Mode,
    pages: u64,
    requests: u64,
}

impl ModeState {
    /// Sets the mode and starts counting anew.
    pub fn set(&mut self, mode: Mode) {
        *self = Self { mode, pages: 0, requests: 0 };
    }

    /// The mode.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// What the mode does to a request, which is counted by this.
    pub fn effect(&mut self, asked: Asked) -> Effect {
        let (pages, requests) = (self.pages, self.requests);
        let effect = match self.mode {
            Mode::SessionInvalid { after_pages } if pages >= after_pages => Effect::Refuse(Refusal::InvalidSession),
            Mode::RequestLimit { after_pages } if pages >= after_pages => Effect::Refuse(Refusal::RequestLimit),
            Mode::ConcurrentLimit { after_pages } if pages >= after_pages => Effect::Refuse(Refusal::ConcurrentLimit),
            Mode::TooManyRequests { after_pages } if pages >= after_pages => Effect::Refuse(Refusal::TooManyRequests),
            Mode::ServerError { after_pages } if pages >= after_pages => Effect::Refuse(Refusal::ServerError),
            Mode::Unavailable { after_pages } if pages >= after_pages => Effect::Refuse(Refusal::Unavailable),
            Mode::CutConnection { after_pages } if pages >= after_pages && asked == Asked::Page => Effect::Cut,
            Mode::Hang { after_pages } if pages >= after_pages => Effect::Hang,
            Mode::ApiDisabled => Effect::Refuse(Refusal::ApiDisabled),
            Mode::TokenExpires { after_requests } if requests == after_requests => Effect::ExpireTokens,
            _ => Effect::None,
        };
        self.requests += 1;
        self.pages += u64::from(asked == Asked::Page && effect == Effect::None);
        effect
    }

    /// Whether the mode forbids an object.
    pub fn forbids(&self, object: &str) -> bool {
        matches!(&self.mode, Mode::InsufficientAccess { object: forbidden } if forbidden.eq_ignore_ascii_case(object))
    }

    /// Whether the mode has taken an object away.
    pub fn hides(&self, object: &str) -> bool {
        matches!(&self.mode, Mode::ObjectGone { object: gone } if gone.eq_ignore_ascii_case(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_the_moment_the_mode_is_set() {
        let mut state = ModeState::default();
        assert_eq!(state.effect(Asked::Page), Effect::None);
        state.set(Mode::RequestLimit { after_pages: 1 });
        assert_eq!(state.effect(Asked::Other), Effect::None);
        assert_eq!(state.effect(Asked::Page), Effect::None);
        assert_eq!(state.effect(Asked::Other), Effect::Refuse(Refusal::RequestLimit));
        state.set(Mode::Normal);
        assert_eq!(state.effect(Asked::Page), Effect::None);
    }

    #[test]
    fn tokens_expire_once() {
        let mut state = ModeState::default();
        state.set(Mode::TokenExpires { after_requests: 1 });
        assert_eq!(state.effect(Asked::Page), Effect::None);
        assert_eq!(state.effect(Asked::Page), Effect::ExpireTokens);
        assert_eq!(state.effect(Asked::Page), Effect::None);
    }

    #[test]
    fn modes_are_written_as_json() {
        for (json, mode) in [
            (r#"{"mode":"normal"}"#, Mode::Normal),
            (r#"{"mode":"session_invalid","after_pages":2}"#, Mode::SessionInvalid { after_pages: 2 }),
            (
                r#"{"mode":"sign_in_refused","error":"app_blocked"}"#,
                Mode::SignInRefused { error: SignInError::AppBlocked },
            ),
        ] {
            assert_eq!(serde_json::from_str::<Mode>(json).expect("valid"), mode);
            assert_eq!(serde_json::to_string(&mode).expect("valid"), json);
        }
    }
}
