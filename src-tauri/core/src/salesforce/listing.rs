//! Listing a big org quickly: the connector asks for one object after the other, so this process asks for several at once and
//! has the answers ready; what was not wanted is not asked at all. It counts, so that people see how far it is.

use super::{
    SignInError,
    broker::Access,
    http::{self, Environment},
};
use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Questions that are under way at once. Salesforce limits only those that take longer than 20 seconds.
const AT_ONCE: usize = 6;
/// Answers that may wait for the connector; each has some 100 kB.
const READY: usize = 150;

/// An answer of Salesforce, as it is passed on.
type Answer = (StatusCode, Bytes, Option<HeaderValue>);
type Expected = watch::Receiver<Option<Answer>>;

/// What a listing asks for, and how far it is.
pub struct Listing {
    client: reqwest::Client,
    /// Objects that are wanted; `None`: all.
    wanted: Option<BTreeSet<String>>,
    state: Mutex<State>,
    /// Told (objects done, objects in all).
    progress: Box<dyn Fn(u64, u64) + Send + Sync>,
}

#[derive(Default)]
struct State {
    /// Paths that nobody has asked for yet.
    todo: VecDeque<String>,
    /// Answers that are there or on their way.
    expected: HashMap<String, Expected>,
    at_work: usize,
    total: u64,
    done: u64,
}

impl Listing {
    /// A listing of these objects, or of all.
    pub fn new(
        environment: &Environment,
        wanted: Option<BTreeSet<String>>,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<Arc<Self>, SignInError> {
        Ok(Arc::new(Self {
            client: http::client(environment)?,
            wanted,
            state: Mutex::default(),
            progress: Box::new(progress),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a question of the connector.
    pub async fn answer(self: &Arc<Self>, access: &Access, path: &str) -> Response {
        let (status, mut body, limits) = if path.ends_with("/sobjects") {
            self.list(access, path).await
        } else if path.ends_with("/describe") {
            self.describe(access, path).await
        } else {
            self.fetch(access, path).await
        };
        if body.is_empty() {
            body = Bytes::from_static(b"[]");
        }
        let mut response = (status, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response();
        if let Some(limits) = limits {
            response.headers_mut().insert("Sforce-Limit-Info", limits);
        }
        response
    }

    async fn list(self: &Arc<Self>, access: &Access, path: &str) -> Answer {
        let (status, body, limits) = self.fetch(access, path).await;
        let Ok(mut list) = serde_json::from_slice::<Value>(&body) else { return (status, body, limits) };
        let Some(objects) = list.get_mut("sobjects").and_then(Value::as_array_mut) else {
            return (status, body, limits);
        };
        let name = |object: &Value| object.get("name").and_then(Value::as_str).map(str::to_owned);
        if let Some(wanted) = &self.wanted {
            objects.retain(|object| name(object).is_some_and(|name| wanted.contains(&name)));
        }
        let names: Vec<String> = objects.iter().filter_map(name).collect();
        {
            let mut state = self.state();
            state.total = names.len() as u64;
            // The connector passes over these.
            let asked = names.iter().filter(|name| !name.ends_with("ChangeEvent"));
            state.todo = asked.map(|name| format!("{path}/{name}/describe")).collect();
        }
        (self.progress)(0, names.len() as u64);
        self.go_on(access);
        (status, Bytes::from(list.to_string()), limits)
    }

    async fn describe(self: &Arc<Self>, access: &Access, path: &str) -> Answer {
        let expected = {
            let mut state = self.state();
            let expected = state.expected.remove(path);
            if expected.is_none() {
                state.todo.retain(|waiting| waiting != path);
            }
            expected
        };
        let answer = match expected {
            Some(mut expected) => expected.wait_for(Option::is_some).await.ok().and_then(|answer| answer.clone()),
            None => None,
        };
        // What could not be asked ahead is asked again, so that its error is the connector's own.
        let answer = match answer {
            Some(answer) if answer.0.is_success() => answer,
            _ => self.fetch(access, path).await,
        };
        let (done, total) = {
            let mut state = self.state();
            state.done += 1;
            (state.done.min(state.total), state.total)
        };
        (self.progress)(done, total);
        self.go_on(access);
        answer
    }

    /// Nobody wants it any more: nothing else is asked.
    pub fn stop(&self) {
        let mut state = self.state();
        state.todo.clear();
        state.expected.clear();
    }

    /// Asks ahead, as far as there is room. What is asked ends with the listing's last use.
    fn go_on(self: &Arc<Self>, access: &Access) {
        let mut state = self.state();
        while state.at_work < AT_ONCE && state.expected.len() < READY {
            let Some(path) = state.todo.pop_front() else { return };
            let (answer, expected) = watch::channel(None);
            state.expected.insert(path.clone(), expected);
            state.at_work += 1;
            let (listing, access) = (Arc::downgrade(self), access.clone());
            tokio::spawn(async move {
                let Some(working) = listing.upgrade() else { return };
                let found = working.fetch(&access, &path).await;
                answer.send_replace(Some(found));
                working.state().at_work -= 1;
                working.go_on(&access);
            });
        }
    }

    async fn fetch(&self, access: &Access, path: &str) -> Answer {
        let asked =
            self.client.get(format!("{}{path}", access.instance_url)).bearer_auth(access.token.expose()).send().await;
        let failed = |error: &reqwest::Error| {
            let text = http::failure(error).to_string();
            (StatusCode::BAD_GATEWAY, Bytes::from(text), None)
        };
        let reply = match asked {
            Ok(reply) => reply,
            Err(error) => return failed(&error),
        };
        let status = StatusCode::from_u16(reply.status().as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
        let limits = reply.headers().get("Sforce-Limit-Info").cloned();
        match reply.bytes().await {
            Ok(body) => (status, body, limits),
            Err(error) => failed(&error),
        }
    }
}
