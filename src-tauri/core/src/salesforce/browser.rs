//! Waiting for the browser: one listener, on this computer alone, for one sign-in.

use super::{SignInError, ports};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};
use tributary_plugin_host::protocol::SecretText;
use url::form_urlencoded;

/// The ports of the call-back addresses, tried in this order. They are registered in Salesforce, so they never change.
pub const PORTS: [u16; 3] = [1717, 7171, 8717];
/// The path of the call-back addresses.
pub const CALLBACK_PATH: &str = "/OauthRedirect";
/// How long one connection may take to ask its question.
const QUESTION_LIMIT: Duration = Duration::from_secs(10);
/// Connections at once; a browser opens a few.
const CONNECTIONS: usize = 32;

/// The three addresses to register.
pub fn callbacks() -> Vec<String> {
    PORTS.iter().map(|port| callback(*port)).collect()
}

fn callback(port: u16) -> String {
    format!("http://localhost:{port}{CALLBACK_PATH}")
}

/// A port that waits for the browser.
pub struct Waiting {
    listener: TcpListener,
    port: u16,
}

/// What the browser brought.
pub enum Brought {
    /// A code.
    Code(SecretText),
    /// Salesforce's refusal.
    Refused {
        /// Its error word.
        error: String,
        /// Its explanation.
        description: String,
    },
}

impl Waiting {
    /// Takes the first of the ports that is free.
    pub async fn open() -> Result<Self, SignInError> {
        for port in PORTS {
            if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
                return Ok(Self { listener, port });
            }
        }
        let named = tokio::task::spawn_blocking(|| PORTS.iter().filter_map(|port| ports::holder(*port)).collect());
        let mut by: Vec<String> = named.await.unwrap_or_default();
        by.dedup();
        let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(", ")) };
        let ports = PORTS.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        Err(SignInError::PortsTaken { ports, by })
    }

    /// Where the browser comes back to.
    pub fn callback(&self) -> String {
        callback(self.port)
    }

    /// Waits until the browser brings what belongs to this state. What does not is answered, and waiting goes on: another
    /// program or page must not be able to end a sign-in.
    pub async fn brought(self, state: &SecretText) -> Brought {
        let (sender, mut brought) = mpsc::channel(1);
        let question = Arc::new(Expected {
            hosts: [format!("localhost:{}", self.port), format!("127.0.0.1:{}", self.port)],
            state: state.clone(),
            // Taken by the first that is right: no second one counts.
            sender: Mutex::new(Some(sender)),
        });
        let mut connections = JoinSet::new();
        let found = loop {
            tokio::select! {
                Some(found) = brought.recv() => break found,
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS => {
                    if let Ok((stream, _)) = accepted {
                        connections.spawn(converse(stream, Arc::clone(&question)));
                    }
                }
                Some(_) = connections.join_next() => {}
            }
        };
        // The page is still on its way to the browser.
        let _ =
            tokio::time::timeout(Duration::from_secs(2), async { while connections.join_next().await.is_some() {} })
                .await;
        found
    }
}

struct Expected {
    hosts: [String; 2],
    state: SecretText,
    sender: Mutex<Option<mpsc::Sender<Brought>>>,
}

async fn converse(stream: TcpStream, expected: Arc<Expected>) {
    let service = service_fn(move |request| {
        let expected = Arc::clone(&expected);
        async move { Ok::<_, Infallible>(expected.answer(&request)) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(QUESTION_LIMIT)
        .keep_alive(false)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    // A browser that goes away in the middle is its own business.
    let _ = tokio::time::timeout(QUESTION_LIMIT, connection).await;
}

impl Expected {
    fn answer(&self, request: &Request<Incoming>) -> Response<String> {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        // A page of another name that leads to this computer must not reach us.
        if !self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
            return page(StatusCode::MISDIRECTED_REQUEST, Page::NotOurs);
        }
        if request.uri().path() != CALLBACK_PATH {
            return page(StatusCode::NOT_FOUND, Page::NotOurs);
        }
        if request.method() != Method::GET {
            return page(StatusCode::METHOD_NOT_ALLOWED, Page::NotOurs);
        }
        self.take(request.uri().query().unwrap_or_default())
    }

    fn take(&self, query: &str) -> Response<String> {
        let find = |name: &str| {
            let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
            let value = values.next().map(|(_, value)| value.into_owned());
            // Twice is a trick.
            if values.next().is_some() { None } else { value }
        };
        if !find("state").is_some_and(|state| same(&state, self.state.expose())) {
            return page(StatusCode::BAD_REQUEST, Page::OtherSignIn);
        }
        let brought = match (find("error"), find("code")) {
            (Some(error), _) => Brought::Refused { error, description: find("error_description").unwrap_or_default() },
            (None, Some(code)) if !code.is_empty() => Brought::Code(SecretText::new(code)),
            _ => return page(StatusCode::BAD_REQUEST, Page::NothingBrought),
        };
        let refused = matches!(brought, Brought::Refused { .. });
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        if sender.is_none_or(|sender| sender.try_send(brought).is_err()) {
            return page(StatusCode::GONE, Page::UsedBefore);
        }
        page(StatusCode::OK, if refused { Page::Refused } else { Page::Done })
    }
}

/// Compares without telling by its time where two texts differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

#[derive(Clone, Copy)]
enum Page {
    Done,
    Refused,
    OtherSignIn,
    UsedBefore,
    NothingBrought,
    NotOurs,
}

impl Page {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("You can go back to Tributary", "Salesforce has answered. You can close this page."),
            Self::Refused => ("Salesforce said no", "Go back to Tributary: it says what happened and what helps."),
            Self::OtherSignIn => (
                "This is not the sign-in Tributary waits for",
                "It belongs to an older sign-in or another program. Go back to Tributary and sign in from there.",
            ),
            Self::UsedBefore => ("This sign-in was used already", "Go back to Tributary. You can close this page."),
            Self::NothingBrought => {
                ("Something is missing", "Salesforce sent nothing to sign in with. Go back and try again.")
            }
            Self::NotOurs => ("There is nothing here", "Tributary waits for Salesforce at another address."),
        }
    }
}

fn page(status: StatusCode, page: Page) -> Response<String> {
    let (title, text) = page.texts();
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>:root{{color-scheme:light dark}}\
         body{{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0;\
         background:light-dark(#f4f6f7,#14191b);color:light-dark(#12181a,#e9eef0)}}main{{max-width:26rem;padding:2rem;\
         border-radius:12px;background:light-dark(#fff,#1d2528)}}h1{{font-size:1.25rem;margin:0 0 .5rem}}p{{margin:0}}</style>\
         </head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
    );
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONNECTION, "close"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn waiting() -> (Waiting, u16) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (Waiting { listener, port }, port)
    }

    async fn ask(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        reply
    }

    async fn get(port: u16, path: &str) -> String {
        ask(port, &format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")).await
    }

    #[tokio::test]
    async fn nothing_but_the_right_state_at_the_right_place_ends_the_waiting() {
        let (waiting, port) = waiting().await;
        let state = SecretText::new("the-state".to_owned());
        let brought = tokio::spawn(async move { waiting.brought(&state).await });
        for (path, status) in [
            ("/OauthRedirect?code=x&state=wrong", "400"),
            ("/OauthRedirect?code=x", "400"),
            ("/OauthRedirect?code=x&state=the-state&state=the-state", "400"),
            ("/OauthRedirect?state=the-state", "400"),
            ("/OauthRedirect?code=&state=the-state", "400"),
            ("/other?code=x&state=the-state", "404"),
            ("/", "404"),
        ] {
            let reply = get(port, path).await;
            assert!(reply.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {reply}");
            assert!(!reply.contains("the-state"), "a page repeats nothing");
        }
        let foreign = "GET /OauthRedirect?code=x&state=the-state HTTP/1.1\r\nHost: evil.example\r\n\r\n";
        assert!(ask(port, foreign).await.starts_with("HTTP/1.1 421"), "a foreign name that leads here");
        let posted = format!(
            "POST /OauthRedirect?code=x&state=the-state HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 0\r\n\r\n"
        );
        assert!(ask(port, &posted).await.starts_with("HTTP/1.1 405"));
        assert!(!brought.is_finished());

        let reply = get(port, "/OauthRedirect?code=the%2Bcode&state=the-state").await;
        assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("go back to Tributary"), "{reply}");
        let Brought::Code(code) = brought.await.unwrap() else { panic!("a code was brought") };
        assert_eq!(code.expose(), "the+code");
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "nobody listens any more");
    }

    #[tokio::test]
    async fn a_refusal_is_brought_too() {
        let (waiting, port) = waiting().await;
        let state = SecretText::new("s".to_owned());
        let brought = tokio::spawn(async move { waiting.brought(&state).await });
        let reply = get(port, "/OauthRedirect?error=access_denied&error_description=end-user+denied&state=s").await;
        assert!(reply.contains("Salesforce said no"));
        let Brought::Refused { error, description } = brought.await.unwrap() else { panic!("it was refused") };
        assert_eq!((error.as_str(), description.as_str()), ("access_denied", "end-user denied"));
    }

    #[test]
    fn a_second_call_back_with_the_same_state_counts_for_nothing() {
        let (sender, mut brought) = mpsc::channel(1);
        let expected = Expected {
            hosts: [String::new(), String::new()],
            state: SecretText::new("s".to_owned()),
            sender: Mutex::new(Some(sender)),
        };
        assert_eq!(expected.take("code=first&state=s").status(), StatusCode::OK);
        assert_eq!(expected.take("code=second&state=s").status(), StatusCode::GONE);
        let Ok(Brought::Code(code)) = brought.try_recv() else { panic!("the first one counts") };
        assert_eq!(code.expose(), "first");
    }
}
