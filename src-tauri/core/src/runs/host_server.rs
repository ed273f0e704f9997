//! The app's side of the private socket that `plugin-host` connects to.

use crate::engine::process::private_folder;
use interprocess::local_socket::{
    GenericFilePath, ListenerOptions, ToFsName as _,
    tokio::{Listener, Stream, prelude::*},
};
use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    sync::mpsc,
    task::JoinHandle,
};
use tributary_contract::LogSource;
use tributary_plugin_host::protocol::{AppMessage, HostMessage, Launch};
use uuid::Uuid;

/// Messages that may wait for the supervisor before a host is made to wait.
const BACKLOG: usize = 256;

/// What a plugin reported.
#[derive(Debug)]
pub struct PluginEvent {
    /// Which plugin: [`LogSource::Extractor`] or [`LogSource::Loader`].
    pub role: LogSource,
    /// What happened.
    pub report: PluginReport,
}

/// What a plugin's host did.
#[derive(Debug)]
pub enum PluginReport {
    /// It connected and showed a valid token.
    Connected,
    /// It said something.
    Said(HostMessage),
    /// Its connection ended; nothing more will come.
    Gone,
}

struct Ticket {
    role: LogSource,
    launch: Launch,
    orders: mpsc::UnboundedReceiver<AppMessage>,
}

type Tickets = Arc<Mutex<HashMap<String, Ticket>>>;

/// Listens for the plugins of one run or check. Dropping it closes every connection, which ends the plugins.
pub struct HostServer {
    name: String,
    tickets: Tickets,
    accepting: JoinHandle<()>,
    _folder: TempDir,
}

/// Gives orders to one plugin.
#[derive(Debug, Clone)]
pub struct PluginHandle(mpsc::UnboundedSender<AppMessage>);

impl PluginHandle {
    /// Ends the plugin, politely at first.
    pub fn stop(&self, grace: std::time::Duration) {
        // A host that is gone has ended its plugin.
        let _ = self.0.send(AppMessage::Stop { grace_ms: u64::try_from(grace.as_millis()).unwrap_or(u64::MAX) });
    }
}

impl HostServer {
    /// Opens a socket in a new folder that only this user can enter.
    pub fn open() -> io::Result<(Self, mpsc::Receiver<PluginEvent>)> {
        // Unix sockets allow about 100 characters, which a data folder can exceed.
        let place = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, Into::into);
        private_folder(&place)?;
        let folder = tempfile::Builder::new().prefix("tributary-").tempdir_in(place)?;
        let name = if cfg!(windows) {
            format!(r"\\.\pipe\tributary-{}", Uuid::new_v4())
        } else {
            folder.path().join("host").to_string_lossy().into_owned()
        };
        let listener = ListenerOptions::new().name(name.as_str().to_fs_name::<GenericFilePath>()?).create_tokio()?;
        let (sender, events) = mpsc::channel(BACKLOG);
        let tickets = Tickets::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&tickets), sender));
        Ok((Self { name, tickets, accepting, _folder: folder }, events))
    }

    /// What plugins connect to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Allows one plugin to start, once: whoever shows the token first.
    pub fn admit(&self, role: LogSource, launch: Launch) -> (String, PluginHandle) {
        let token = Uuid::new_v4().simple().to_string();
        let (sender, orders) = mpsc::unbounded_channel();
        self.tickets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(token.clone(), Ticket { role, launch, orders });
        (token, PluginHandle(sender))
    }
}

impl Drop for HostServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: Listener, tickets: Tickets, events: mpsc::Sender<PluginEvent>) {
    let mut connections = tokio::task::JoinSet::new();
    // An error here is a connection that went away at once; those that stay are not hurt.
    loop {
        if let Ok(stream) = listener.accept().await {
            connections.spawn(converse(stream, Arc::clone(&tickets), events.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: Stream, tickets: Tickets, events: mpsc::Sender<PluginEvent>) -> io::Result<()> {
    let stream = Arc::new(stream);
    let mut lines = BufReader::new(&*stream).lines();
    let Some(first) = lines.next_line().await? else { return Ok(()) };
    let ticket = match serde_json::from_str(&first) {
        Ok(HostMessage::Hello { token, .. }) => tickets.lock().unwrap_or_else(PoisonError::into_inner).remove(&token),
        _ => None,
    };
    let Some(Ticket { role, launch, mut orders }) = ticket else {
        let reason = "its token is unknown or was used before".to_owned();
        return say(&stream, &AppMessage::Refuse { reason }).await;
    };
    let report = |report| PluginEvent { role, report };
    let _ = events.send(report(PluginReport::Connected)).await;
    let told = say(&stream, &AppMessage::Launch(launch)).await;
    let sender = Arc::clone(&stream);
    let _ordering = AbortOnDrop(tokio::spawn(async move {
        while let Some(order) = orders.recv().await {
            if say(&sender, &order).await.is_err() {
                break;
            }
        }
    }));
    while let Ok(Some(line)) = lines.next_line().await {
        // A message that cannot be read comes from another version of the host; the rest still counts.
        if let Ok(message) = serde_json::from_str(&line)
            && events.send(report(PluginReport::Said(message))).await.is_err()
        {
            break;
        }
    }
    let _ = events.send(report(PluginReport::Gone)).await;
    told
}

async fn say(mut sender: &Stream, message: &AppMessage) -> io::Result<()> {
    let mut line = zeroize::Zeroizing::new(serde_json::to_vec(message)?);
    line.push(b'\n');
    sender.write_all(&line).await?;
    sender.flush().await
}

struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
