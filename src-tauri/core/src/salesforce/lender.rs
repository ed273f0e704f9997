//! Lending access to connectors: each gets a ticket in place of the refresh token, and this process answers its sign-in.
//!
//! The unmodified connector asks `https://login.salesforce.com/services/oauth2/token` through the proxy its environment names.
//! That proxy is this listener: it ends TLS for Salesforce's two sign-in hosts with a certificate made for this process, takes
//! the ticket and answers with an access token of the [`broker`]. Every other connection is passed on unread ([`relay`]). So the
//! refresh token and the consumer secret stay in this process, a long run signs in as often as it likes, and any number of
//! runs, tests and questions share a sign-in without using a token twice.

use super::{Credential, SignInError, broker, certificate, http::Environment, listing::Listing, relay};
use crate::{Core, Error, network, secrets::Secrets};
use axum::{
    Form, Json, Router,
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use serde::Deserialize;
use serde_json::json;
use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;
use tributary_plugin_host::protocol::SecretText;
use uuid::Uuid;

/// The hosts connectors sign in at.
const SIGN_IN_HOSTS: [&str; 2] = ["login.salesforce.com", "test.salesforce.com"];
/// This computer, which no proxy leads to.
const THIS_COMPUTER: &str = "localhost,127.0.0.1,::1";

/// Who may ask, and for what.
struct Ticket {
    core: Core,
    credential: Credential,
    listing: Option<Arc<Listing>>,
}

/// What every connection needs.
struct Shared {
    address: SocketAddr,
    tickets: Mutex<HashMap<String, Ticket>>,
    /// How the network is reached, for connections that are passed on.
    outside: Mutex<Environment>,
}

impl Shared {
    fn tickets(&self) -> MutexGuard<'_, HashMap<String, Ticket>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ticket(&self, number: &str) -> Option<(Core, Credential, Option<Arc<Listing>>)> {
        let tickets = self.tickets();
        let ticket = tickets.get(number)?;
        Some((ticket.core.clone(), ticket.credential.clone(), ticket.listing.clone()))
    }
}

/// The listener of this process.
pub struct Lender {
    shared: Arc<Shared>,
    authority: String,
    /// Files of certificates to trust, by the one they extend.
    trusted: Mutex<HashMap<String, PathBuf>>,
    folder: TempDir,
    accepting: JoinHandle<()>,
}

impl Drop for Lender {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A ticket that is good until this is dropped.
pub struct Loan {
    number: String,
    shared: Arc<Shared>,
    /// What is lent.
    pub credential: Credential,
    /// What the connector is started with in place of the real ones.
    pub secrets: Secrets,
    /// Variables that lead the connector's sign-in here.
    pub environment: Environment,
}

impl std::fmt::Debug for Loan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loan").field("credential", &self.credential.id).finish_non_exhaustive()
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let ticket = self.shared.tickets().remove(&self.number);
        if let Some(listing) = ticket.and_then(|ticket| ticket.listing) {
            listing.stop();
        }
    }
}

/// Lends access to a connector. With a `listing`, what it asks of the list of objects goes through that.
pub async fn lend(
    core: &Core,
    credential: Credential,
    mut secrets: Secrets,
    listing: Option<Arc<Listing>>,
) -> Result<Loan, Error> {
    let lender = core.broker().lender.get_or_try_init(|| Lender::open(core)).await?;
    let number = Uuid::new_v4().simple().to_string();
    for (name, value) in [
        ("refresh_token", number.clone()),
        // The connector insists on both and nobody looks at them.
        ("client_id", format!("client-{}", Uuid::new_v4().simple())),
        ("client_secret", Uuid::new_v4().simple().to_string()),
    ] {
        secrets.insert(name.to_owned(), SecretText::new(value));
    }
    let environment = lender.environment(core, &credential.environment)?;
    // As the computer's settings say, not as this loan's: the sample org is reached without.
    *lender.shared.outside.lock().unwrap_or_else(PoisonError::into_inner) = broker::environment(core);
    let ticket = Ticket { core: core.clone(), credential: credential.clone(), listing };
    lender.shared.tickets().insert(number.clone(), ticket);
    Ok(Loan { number, shared: Arc::clone(&lender.shared), credential, secrets, environment })
}

impl Lender {
    async fn open(core: &Core) -> Result<Self, Error> {
        let file = |source| Error::File { path: std::env::temp_dir(), source };
        let folder = tempfile::Builder::new().prefix("tributary-trust-").tempdir().map_err(file)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(file)?;
        let address = listener.local_addr().map_err(file)?;
        let (tls, authority) = certificate::make(&SIGN_IN_HOSTS, core.now()).map_err(Error::SignIn)?;
        let shared = Arc::new(Shared { address, tickets: Mutex::default(), outside: Mutex::default() });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared), TlsAcceptor::from(tls)));
        Ok(Self { shared, authority, trusted: Mutex::default(), folder, accepting })
    }

    fn environment(&self, core: &Core, outside: &Environment) -> Result<Environment, Error> {
        let here = format!("http://{}", self.shared.address);
        let trusted = self.trusted(core, outside)?.to_string_lossy().into_owned();
        let mut environment = Environment::new();
        for name in ["HTTPS_PROXY", "https_proxy"] {
            environment.insert(name.to_owned(), here.clone());
        }
        // Nothing that the outside reaches directly may miss the sign-in here; the relay looks at the outside's list.
        for name in ["NO_PROXY", "no_proxy"] {
            environment.insert(name.to_owned(), THIS_COMPUTER.to_owned());
        }
        for name in ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
            environment.insert(name.to_owned(), trusted.clone());
        }
        Ok(environment)
    }

    /// A file with what the connector would trust, and the authority of this process.
    fn trusted(&self, core: &Core, outside: &Environment) -> Result<PathBuf, Error> {
        let extended = outside.get("REQUESTS_CA_BUNDLE").cloned().unwrap_or_default();
        let mut known = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        let place = self.folder.path().join(format!("{}.pem", known.len()));
        // Written each time it is asked for: what it extends may have changed. It is small.
        let path = known.entry(extended.clone()).or_insert(place).clone();
        let mut all = if extended.is_empty() {
            network::usual(core.engine().root()).unwrap_or_default()
        } else {
            std::fs::read(&extended).map_err(|source| Error::File { path: extended.into(), source })?
        };
        all.push(b'\n');
        all.extend(self.authority.as_bytes());
        let beside = path.with_extension("new");
        let file = |source| Error::File { path: path.clone(), source };
        std::fs::write(&beside, all).map_err(file)?;
        std::fs::rename(&beside, &path).map_err(file)?;
        Ok(path)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, tls: TlsAcceptor) {
    let router = Router::new()
        .route("/services/oauth2/token", post(token))
        .route("/listing/{ticket}/{*path}", get(list))
        .with_state(Arc::clone(&shared));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (shared, tls, router) = (Arc::clone(&shared), tls.clone(), router.clone());
                    // A connector that goes away in the middle is its own business.
                    connections.spawn(async move { drop(serve(stream, &shared, tls, router).await) });
                }
                // Out of file descriptors, most likely: those of ending connections come back.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(mut stream: TcpStream, shared: &Shared, tls: TlsAcceptor, router: Router) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut first = [0];
    // CONNECT is the only method that begins with a C.
    if stream.peek(&mut first).await? != 1 || first[0] != b'C' {
        return answer(stream, router).await;
    }
    let head = relay::read_head(&mut stream).await?;
    match relay::connect_host(&head) {
        Some(host) if SIGN_IN_HOSTS.contains(&host.as_str()) => {
            use tokio::io::AsyncWriteExt as _;
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            answer(tls.accept(stream).await?, router).await
        }
        Some(host) if relay::leads_to(&host) => {
            let outside = shared.outside.lock().unwrap_or_else(PoisonError::into_inner).clone();
            relay::pass_on(stream, &host, &outside).await
        }
        _ => relay::refuse(&mut stream, "403 Forbidden", "this proxy leads to Salesforce only\n").await,
    }
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) -> io::Result<()> {
    let service = TowerToHyperService::new(router);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .await
        .map_err(io::Error::other)
}

#[derive(Deserialize)]
struct TokenRequest {
    #[serde(default)]
    refresh_token: String,
}

/// The sign-in of a connector.
async fn token(State(shared): State<Arc<Shared>>, Form(request): Form<TokenRequest>) -> Response {
    let Some((core, credential, listing)) = shared.ticket(&request.refresh_token) else {
        return refusal(StatusCode::BAD_REQUEST, "invalid_grant", "this ticket is not, or no longer, known");
    };
    match broker::access(&core, &credential, broker::YOUNG).await {
        Ok(access) => {
            let instance = match &listing {
                Some(_) => format!("http://{}/listing/{}", shared.address, request.refresh_token),
                None => access.instance_url.clone(),
            };
            let body = json!({
                "access_token": access.token.expose(),
                "instance_url": instance,
                "id": access.identity_url,
                "token_type": "Bearer",
                "issued_at": core.now().timestamp_millis().to_string(),
            });
            (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        Err(SignInError::Refused { error, description } | SignInError::ClockOff { error, description, .. }) => {
            refusal(StatusCode::BAD_REQUEST, &error, &description)
        }
        Err(SignInError::Unexpected { status }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            refusal(if status.is_success() { StatusCode::BAD_GATEWAY } else { status }, "server_error", "")
        }
        Err(error) if error.is_final() => refusal(StatusCode::BAD_REQUEST, "invalid_grant", &error.to_string()),
        Err(error) => refusal(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", &error.to_string()),
    }
}

fn refusal(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({ "error": error, "error_description": description }))).into_response()
}

/// What a connector asks while it lists what there is.
async fn list(
    State(shared): State<Arc<Shared>>,
    Path((ticket, _)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let Some((core, credential, Some(listing))) = shared.ticket(&ticket) else {
        return (StatusCode::NOT_FOUND, "this ticket is not, or no longer, known\n").into_response();
    };
    let rest = request.uri().path_and_query().map_or("", |path| path.as_str());
    let path = rest.strip_prefix(&format!("/listing/{ticket}")).unwrap_or_default().to_owned();
    match broker::access(&core, &credential, broker::YOUNG).await {
        Ok(access) => listing.answer(&access, &path).await,
        Err(error) => refusal(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", &error.to_string()),
    }
}
