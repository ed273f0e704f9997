//! What Salesforce's own error words mean, and what helps.
//!
//! Source: Salesforce Help, "OAuth 2.0 Authorization Errors", and what the simulated org was made after.

use super::error::Told;
use tributary_contract::{FixAction, ProblemCode};

/// One refusal.
pub(super) struct Refusal {
    /// Its error word; a text it begins with.
    error: &'static str,
    /// What its description holds, in lower case; empty: whatever it says.
    says: &'static str,
    pub(super) code: ProblemCode,
    title: &'static str,
    explanation: &'static str,
    hint: &'static str,
    action: FixAction,
    setting: Option<&'static str>,
}

impl Refusal {
    pub(super) fn told(&self) -> Told {
        Told {
            title: Some(self.title.to_owned()),
            explanation: Some(self.explanation.to_owned()),
            hint: Some(self.hint.to_owned()),
            action: Some(self.action),
            setting: self.setting,
        }
    }
}

/// The first that fits; what is exact stands before what is general.
pub(super) fn of(error: &str, description: &str) -> Option<&'static Refusal> {
    let (error, description) = (error.to_lowercase(), description.to_lowercase());
    REFUSALS.iter().find(|refusal| error.starts_with(refusal.error) && description.contains(refusal.says))
}

const REFUSALS: &[Refusal] = &[
    Refusal {
        error: "oauth_app_blocked",
        says: "",
        code: ProblemCode::AppBlocked,
        title: "Salesforce does not let this app in",
        explanation: "An administrator of your Salesforce org has blocked this app.",
        hint: "Ask your administrator to unblock it (Setup, Connected Apps OAuth Usage), then sign in again.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "oauth_app_access_denied",
        says: "",
        code: ProblemCode::AppBlocked,
        title: "Salesforce does not let this app in",
        explanation: "The app is open to users an administrator has approved, and the one who signed in is not among them.",
        hint: "Ask your administrator to approve you: in the policies of the app, with a profile or permission set of yours.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "oauth_ec_app_not_found",
        says: "",
        code: ProblemCode::WrongClient,
        title: "Salesforce does not know this app",
        explanation: "The app with this consumer key is not registered in the org you sign in to: it belongs to another org, \
                      or was deleted.",
        hint: "Check that you sign in to the org the app was registered in (a sandbox is another one), and the consumer key.",
        action: FixAction::SignIn,
        setting: Some("client_id"),
    },
    Refusal {
        error: "oauth_",
        says: "",
        code: ProblemCode::AppBlocked,
        title: "Salesforce does not let this app in",
        explanation: "A rule of your Salesforce org stands against this app or user.",
        hint: "Show your administrator what Salesforce said (under Details), and ask to be let in.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "invalid_grant",
        says: "ip restricted",
        code: ProblemCode::AppBlocked,
        title: "Salesforce does not let this app in",
        explanation: "An administrator allows this sign-in from certain networks only, and not from here.",
        hint: "Sign in from your company's network (or its VPN), or ask your administrator to allow this one.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "invalid_grant",
        says: "inactive",
        code: ProblemCode::SignInRevoked,
        title: "The user of this sign-in is no longer active",
        explanation: "Salesforce says that the user who signed in was switched off.",
        hint: "Sign in as a user who is active, or ask your administrator to activate this one.",
        action: FixAction::SignIn,
        setting: Some("refresh_token"),
    },
    Refusal {
        error: "invalid_grant",
        says: "authorization code",
        code: ProblemCode::SignInExpired,
        title: "The sign-in took too long",
        explanation: "What the browser brought back was too old for Salesforce, or was used before.",
        hint: "Sign in again, and stay at it until the browser says that you can go back.",
        action: FixAction::SignIn,
        setting: None,
    },
    Refusal {
        error: "invalid_grant",
        says: "verifier",
        code: ProblemCode::SignInExpired,
        title: "The sign-in was not the app's own",
        explanation: "What the browser brought back belongs to a sign-in that another program began.",
        hint: "Sign in again from here.",
        action: FixAction::SignIn,
        setting: None,
    },
    Refusal {
        error: "invalid_grant",
        says: "",
        code: ProblemCode::SignInExpired,
        title: "Salesforce no longer accepts the sign-in",
        explanation: "It has expired, was taken back at Salesforce, or six newer sign-ins of this user took its place.",
        hint: "Sign in again; the next sync goes on where the last one ended.",
        action: FixAction::SignIn,
        setting: Some("refresh_token"),
    },
    Refusal {
        error: "inactive_user",
        says: "",
        code: ProblemCode::SignInRevoked,
        title: "The user of this sign-in is no longer active",
        explanation: "Salesforce says that the user who signed in was switched off.",
        hint: "Sign in as a user who is active, or ask your administrator to activate this one.",
        action: FixAction::SignIn,
        setting: Some("refresh_token"),
    },
    Refusal {
        error: "inactive_org",
        says: "",
        code: ProblemCode::SignInRevoked,
        title: "The Salesforce org is no longer active",
        explanation: "Salesforce says that the org was locked, has expired, or is being moved.",
        hint: "Ask your administrator what became of the org.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "redirect_uri_mismatch",
        says: "",
        code: ProblemCode::WrongClient,
        title: "The call-back addresses are not registered",
        explanation: "The registration of the app in Salesforce does not have the three call-back addresses of Tributary, \
                      letter by letter.",
        hint: "Copy the three addresses from the guide into the app's settings (Callback URL, one a line), wait ten minutes, \
               then sign in again.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "invalid_request",
        says: "code challenge",
        code: ProblemCode::WrongClient,
        title: "Salesforce asks for another way of signing in",
        explanation: "Salesforce missed the proof key (PKCE) of this sign-in. Tributary always sends it, so a proxy took it \
                      out on the way, or the address was opened without its last part.",
        hint: "Sign in again from here. If it happens again, ask your IT department about the proxy.",
        action: FixAction::SignIn,
        setting: None,
    },
    Refusal {
        error: "invalid_client_id",
        says: "",
        code: ProblemCode::WrongClient,
        title: "Salesforce does not know this app",
        explanation: "No app has this consumer key. One that was registered a moment ago needs up to ten minutes.",
        hint: "Copy the consumer key once more from Salesforce, or wait ten minutes; then sign in again.",
        action: FixAction::SignIn,
        setting: Some("client_id"),
    },
    Refusal {
        error: "invalid_client",
        says: "",
        code: ProblemCode::WrongClient,
        title: "Salesforce does not know this app",
        explanation: "The consumer secret is not the one of the app with this consumer key.",
        hint: "Copy the consumer secret once more from the same page in Salesforce, then sign in again.",
        action: FixAction::SignIn,
        // Key and secret are copied from one page: the form begins with the key.
        setting: Some("client_id"),
    },
    Refusal {
        error: "access_denied",
        says: "",
        code: ProblemCode::SignInExpired,
        title: "Access was not allowed",
        explanation: "In the browser “Deny” was chosen, or Salesforce did so.",
        hint: "Sign in again and choose “Allow”.",
        action: FixAction::SignIn,
        setting: None,
    },
    Refusal {
        error: "invalid_scope",
        says: "",
        code: ProblemCode::MissingPermission,
        title: "The app lacks rights in Salesforce",
        explanation: "The registration of the app lacks one of the scopes “Manage user data via APIs (api)” and “Perform \
                      requests at any time (refresh_token, offline_access)”.",
        hint: "Ask your administrator to add both scopes to the app, then sign in again.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "unauthorized_client",
        says: "",
        code: ProblemCode::WrongClient,
        title: "The app may not sign in this way",
        explanation: "The registration of the app has the way of signing in with a browser switched off.",
        hint: "Ask your administrator to enable the authorization code flow in the app's settings.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "unsupported_",
        says: "",
        code: ProblemCode::WrongClient,
        title: "The app may not sign in this way",
        explanation: "Salesforce does not offer this way of signing in to this app.",
        hint: "Ask your administrator to enable the authorization code flow in the app's settings.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "server_error",
        says: "",
        code: ProblemCode::ServerError,
        title: "Salesforce answered with an error",
        explanation: "The fault is on the other side.",
        hint: "Wait a few minutes, then try again.",
        action: FixAction::Wait,
        setting: None,
    },
    Refusal {
        error: "temporarily_unavailable",
        says: "",
        code: ProblemCode::ServerError,
        title: "Salesforce is not available",
        explanation: "Salesforce is being worked on, or has too much to do.",
        hint: "Wait a few minutes, then try again.",
        action: FixAction::Wait,
        setting: None,
    },
    Refusal {
        error: "request_limit_exceeded",
        says: "",
        code: ProblemCode::QuotaUsedUp,
        title: "The API quota of Salesforce is used up",
        explanation: "Salesforce allows a number of API calls within 24 hours, for all programs together, and they are used.",
        hint: "Wait: each call counts for 24 hours, so some become free all the time.",
        action: FixAction::Wait,
        setting: None,
    },
    Refusal {
        error: "invalid_session_id",
        says: "",
        code: ProblemCode::SignInExpired,
        title: "Salesforce ended the session",
        explanation: "Salesforce gave access a moment ago and does not accept it any more.",
        hint: "Sign in again.",
        action: FixAction::SignIn,
        setting: Some("refresh_token"),
    },
    Refusal {
        error: "insufficient_access",
        says: "",
        code: ProblemCode::MissingPermission,
        title: "Salesforce does not allow this",
        explanation: "The sign-in works, but its user may not read what was asked for.",
        hint: "Ask your administrator to let this user read it.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "api_disabled_for_org",
        says: "",
        code: ProblemCode::MissingPermission,
        title: "Salesforce does not allow this",
        explanation: "The API of Salesforce is switched off for this org or user, or its edition has none.",
        hint: "Ask your administrator to switch the API on (the permission “API Enabled”), then sign in again.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
    Refusal {
        error: "api_currently_disabled",
        says: "",
        code: ProblemCode::MissingPermission,
        title: "Salesforce does not allow this",
        explanation: "The API of Salesforce is switched off for this user.",
        hint: "Ask your administrator for the permission “API Enabled”, then sign in again.",
        action: FixAction::AskAdministrator,
        setting: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_known_error_has_words_and_a_fix_of_its_own() {
        for (error, description, code) in [
            ("OAUTH_APP_BLOCKED", "this app is blocked by admin", ProblemCode::AppBlocked),
            ("OAUTH_APP_ACCESS_DENIED", "user is not admin approved", ProblemCode::AppBlocked),
            ("OAUTH_EC_APP_NOT_FOUND", "not installed", ProblemCode::WrongClient),
            ("OAUTH_SOMETHING_NEW", "", ProblemCode::AppBlocked),
            ("invalid_grant", "ip restricted", ProblemCode::AppBlocked),
            ("invalid_grant", "inactive user", ProblemCode::SignInRevoked),
            ("invalid_grant", "expired authorization code", ProblemCode::SignInExpired),
            ("invalid_grant", "invalid code verifier", ProblemCode::SignInExpired),
            ("invalid_grant", "expired access/refresh token", ProblemCode::SignInExpired),
            ("inactive_user", "user is inactive", ProblemCode::SignInRevoked),
            ("redirect_uri_mismatch", "", ProblemCode::WrongClient),
            ("invalid_request", "missing required code challenge", ProblemCode::WrongClient),
            ("invalid_client_id", "client identifier invalid", ProblemCode::WrongClient),
            ("invalid_client", "invalid client credentials", ProblemCode::WrongClient),
            ("access_denied", "end-user denied authorization", ProblemCode::SignInExpired),
            ("REQUEST_LIMIT_EXCEEDED", "", ProblemCode::QuotaUsedUp),
            ("INVALID_SESSION_ID", "", ProblemCode::SignInExpired),
            ("INSUFFICIENT_ACCESS", "", ProblemCode::MissingPermission),
            ("API_DISABLED_FOR_ORG", "", ProblemCode::MissingPermission),
        ] {
            let found = of(error, description).unwrap_or_else(|| panic!("{error} has no words"));
            assert_eq!(found.code, code, "{error} ({description})");
        }
        assert!(of("nobody_knows_this", "").is_none());
    }
}
