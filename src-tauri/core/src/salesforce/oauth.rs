//! Talking to the authorise, token and revoke endpoints. What the protocol says is the library's; what Salesforce adds is ours.

use super::{
    SignInError,
    http::{self, Environment},
};
use chrono::{DateTime, Utc};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, ExtraTokenFields, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use tributary_plugin_host::protocol::SecretText;
use url::Url;

/// What Salesforce tells besides the tokens.
#[derive(Debug, Clone, Deserialize, Serialize)]
struct Extra {
    instance_url: String,
    #[serde(default)]
    id: Option<String>,
}

impl ExtraTokenFields for Extra {}

type Reply = StandardTokenResponse<Extra, BasicTokenType>;
type SalesforceClient = Client<
    BasicErrorResponse,
    Reply,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// Clocks that lie further apart than this are told about.
const SKEW_MINUTES: i64 = 5;

/// What a token request gave.
#[derive(Clone)]
pub struct Tokens {
    /// Opens the API for a while.
    pub access_token: SecretText,
    /// A new refresh token, where there is one.
    pub refresh_token: Option<SecretText>,
    /// The org's address.
    pub instance_url: String,
    /// The address that says who signed in.
    pub identity_url: Option<String>,
}

/// The app that signs in.
#[derive(Clone)]
pub struct App {
    /// Consumer key.
    pub client_id: SecretText,
    /// Consumer secret; `None` for an app without one.
    pub client_secret: Option<SecretText>,
    /// `https://` and the host.
    pub host: String,
}

/// A sign-in that was begun: where the browser goes, and what is needed when it comes back.
pub struct Begun {
    /// The page to open. It holds no secret.
    pub address: Url,
    /// What the browser has to bring back.
    pub state: SecretText,
    /// The proof that the code is ours.
    pub verifier: PkceCodeVerifier,
    /// Where it comes back to.
    pub callback: String,
}

/// Where the browser goes, for a call-back to `callback`.
pub fn begin(app: &App, callback: &str) -> Result<Begun, SignInError> {
    let authorize = format!("{}/services/oauth2/authorize", app.host);
    let authorize = AuthUrl::new(authorize).map_err(address)?;
    let redirect = RedirectUrl::new(callback.to_owned()).map_err(address)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let client = SalesforceClient::new(ClientId::new(app.client_id.expose().trim().to_owned()))
        .set_auth_uri(authorize)
        .set_redirect_uri(redirect);
    let (address, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(["api", "refresh_token"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    Ok(Begun { address, state: SecretText::new(state.secret().clone()), verifier, callback: callback.to_owned() })
}

/// Exchanges the code the browser brought back.
pub async fn exchange(
    app: &App,
    begun: Begun,
    code: &SecretText,
    environment: &Environment,
    now: DateTime<Utc>,
) -> Result<Tokens, SignInError> {
    let redirect = RedirectUrl::new(begun.callback).map_err(address)?;
    let client = token_client(app)?.set_redirect_uri(redirect);
    let caller = Caller::new(environment)?;
    let reply = client
        .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
        .set_pkce_verifier(begun.verifier)
        .request_async(&|request| caller.call(request))
        .await;
    caller.tokens(reply, now)
}

/// Asks for access with a refresh token.
pub async fn refresh(
    app: &App,
    token: &SecretText,
    environment: &Environment,
    now: DateTime<Utc>,
) -> Result<Tokens, SignInError> {
    let client = token_client(app)?;
    let caller = Caller::new(environment)?;
    let refresh_token = RefreshToken::new(token.expose().to_owned());
    let reply = client.exchange_refresh_token(&refresh_token).request_async(&|request| caller.call(request)).await;
    let mut tokens = caller.tokens(reply, now)?;
    // Some send the same one again.
    tokens.refresh_token = tokens.refresh_token.filter(|new| new != token);
    Ok(tokens)
}

/// Takes a token back. One that is not valid any more is fine.
pub async fn revoke(host: &str, token: &SecretText, environment: &Environment) -> Result<(), SignInError> {
    let client = http::client(environment)?;
    let reply = client
        .post(format!("{host}/services/oauth2/revoke"))
        .form(&[("token", token.expose())])
        .send()
        .await
        .map_err(|error| http::failure(&error))?;
    match reply.status().as_u16() {
        // 400: "invalid_token": it is gone already.
        200 | 400 => Ok(()),
        status => Err(SignInError::Unexpected { status }),
    }
}

type TokenClient = Client<
    BasicErrorResponse,
    Reply,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
>;

fn token_client(app: &App) -> Result<TokenClient, SignInError> {
    let token = format!("{}/services/oauth2/token", app.host);
    let client = SalesforceClient::new(ClientId::new(app.client_id.expose().trim().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::new(token).map_err(address)?);
    Ok(match &app.client_secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().trim().to_owned())),
        None => client,
    })
}

fn address(error: url::ParseError) -> SignInError {
    SignInError::Network { detail: format!("an address of the sign-in cannot be used: {error}") }
}

/// Makes the library's requests, and remembers what it throws away.
struct Caller {
    client: reqwest::Client,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default, Clone, Copy)]
struct Seen {
    status: Option<u16>,
    date: Option<DateTime<Utc>>,
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct CallFailed(#[from] reqwest::Error);

impl Caller {
    fn new(environment: &Environment) -> Result<Self, SignInError> {
        Ok(Self { client: http::client(environment)?, seen: Arc::default() })
    }

    fn call(
        &self,
        request: HttpRequest,
    ) -> impl Future<Output = Result<HttpResponse, CallFailed>> + Send + 'static + use<> {
        let (client, seen) = (self.client.clone(), Arc::clone(&self.seen));
        async move {
            let reply = client.execute(request.try_into()?).await?;
            let date = reply.headers().get("date").and_then(|date| date.to_str().ok());
            let date = date.and_then(|text| DateTime::parse_from_rfc2822(text).ok()).map(|date| date.to_utc());
            let (status, headers) = (reply.status(), reply.headers().clone());
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen { status: Some(status.as_u16()), date };
            let mut response = HttpResponse::new(reply.bytes().await?.to_vec());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        }
    }

    fn tokens(
        &self,
        reply: Result<Reply, RequestTokenError<CallFailed, BasicErrorResponse>>,
        now: DateTime<Utc>,
    ) -> Result<Tokens, SignInError> {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match reply {
            Ok(reply) => Ok(Tokens {
                access_token: SecretText::new(reply.access_token().secret().clone()),
                refresh_token: reply.refresh_token().map(|token| SecretText::new(token.secret().clone())),
                instance_url: reply.extra_fields().instance_url.trim_end_matches('/').to_owned(),
                identity_url: reply.extra_fields().id.clone(),
            }),
            Err(RequestTokenError::ServerResponse(refusal)) => {
                let error = refusal.error().as_ref().to_owned();
                let description = refusal.error_description().cloned().unwrap_or_default();
                let minutes = seen.date.map_or(0, |date| (date - now).num_minutes().abs());
                Err(if minutes > SKEW_MINUTES {
                    SignInError::ClockOff { error, description, minutes }
                } else {
                    SignInError::Refused { error, description }
                })
            }
            Err(RequestTokenError::Request(CallFailed(error))) => Err(http::failure(&error)),
            // What is no JSON, or not of the form asked for: a page of a gateway, as a rule.
            Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => {
                Err(SignInError::Unexpected { status: seen.status.unwrap_or_default() })
            }
        }
    }
}

/// Whether a token still counts, without using it (RFC 7662). `None`: Salesforce does not say.
pub async fn introspect(app: &App, token: &SecretText, environment: &Environment) -> Option<bool> {
    #[derive(Deserialize)]
    struct Answer {
        active: bool,
    }
    let client = http::client(environment).ok()?;
    let mut form = vec![
        ("token", token.expose()),
        ("token_type_hint", "refresh_token"),
        ("client_id", app.client_id.expose().trim()),
    ];
    if let Some(secret) = &app.client_secret {
        form.push(("client_secret", secret.expose().trim()));
    }
    let reply = client.post(format!("{}/services/oauth2/introspect", app.host)).form(&form).send().await.ok()?;
    if !reply.status().is_success() {
        return None;
    }
    reply.json::<Answer>().await.ok().map(|answer| answer.active)
}
