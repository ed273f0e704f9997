//! The connection to the app.

use crate::{
    error::StartError,
    outbox::write_line,
    supervise::{Event, Events},
};
use interprocess::local_socket::{GenericFilePath, Stream, ToFsName as _, traits::Stream as _};
use std::{
    env,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};
use tributary_plugin_host::protocol::{
    AppMessage, EXTRACTOR_TOKEN_VARIABLE, HostMessage, LOADER_TOKEN_VARIABLE, Launch, ROLE_VARIABLE, SOCKET_VARIABLE,
};
use zeroize::Zeroizing;

/// Longest message that is read, in bytes.
const LONGEST_MESSAGE: u64 = 64 * 1024 * 1024;
/// How long the app may take to answer the first message.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// What the environment says about the app.
pub(crate) struct Address {
    socket: String,
    token: Zeroizing<String>,
    /// Whether this plugin reads data from its standard input.
    pub(crate) role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Extractor,
    Loader,
}

impl Address {
    pub(crate) fn from_environment() -> Result<Self, StartError> {
        let variable = |name| env::var(name).map_err(|_| StartError::MissingVariable(name));
        let socket = variable(SOCKET_VARIABLE)?;
        let role = match variable(ROLE_VARIABLE)?.as_str() {
            "extractor" => Role::Extractor,
            "loader" => Role::Loader,
            other => return Err(StartError::UnknownRole(other.to_owned())),
        };
        let token = variable(match role {
            Role::Extractor => EXTRACTOR_TOKEN_VARIABLE,
            Role::Loader => LOADER_TOKEN_VARIABLE,
        })?;
        Ok(Self { socket, token: Zeroizing::new(token), role })
    }
}

/// Both directions of the connection; clones share it.
#[derive(Clone)]
pub(crate) struct Link(Arc<Stream>);

/// Reads messages.
pub(crate) struct Incoming(BufReader<Link>);

/// Connects, says hello and gets what to start.
pub(crate) fn connect(address: &Address) -> Result<(Link, Incoming, Launch), StartError> {
    let name = address.socket.as_str().to_fs_name::<GenericFilePath>().map_err(StartError::Connect)?;
    let mut link = Link(Arc::new(Stream::connect(name).map_err(StartError::Connect)?));
    let hello = HostMessage::Hello { token: address.token.as_str().to_owned(), pid: std::process::id() };
    write_line(&mut link, &hello).map_err(StartError::Handshake)?;
    let mut incoming = Incoming(BufReader::new(link.clone()));
    // On a thread of its own, because named pipes know no time limit.
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send((incoming.next_line(), incoming)));
    let waited = receiver.recv_timeout(ANSWER_WITHIN);
    let (answer, incoming) = waited.map_err(|_| StartError::Handshake(ErrorKind::TimedOut.into()))?;
    let answer = answer.map_err(StartError::Handshake)?;
    let answer = answer.ok_or_else(|| StartError::Handshake(ErrorKind::UnexpectedEof.into()))?;
    match serde_json::from_slice(&answer).map_err(StartError::Answer)? {
        AppMessage::Launch(launch) => Ok((link, incoming, launch)),
        AppMessage::Refuse { reason } => Err(StartError::Refused(reason)),
        AppMessage::Stop { .. } => Err(StartError::UnexpectedAnswer),
    }
}

impl Incoming {
    /// Hands on what the app says until it is gone.
    pub(crate) fn listen(mut self, events: &Events) {
        while let Ok(Some(line)) = self.next_line() {
            // A message of a newer app that is not known here is no reason to end a run.
            if let Ok(AppMessage::Stop { grace_ms }) = serde_json::from_slice(&line) {
                events.send(Event::Stop { grace: Duration::from_millis(grace_ms) });
            }
        }
        events.send(Event::AppGone);
    }

    /// The next message; `None` at the end. It may hold secrets.
    fn next_line(&mut self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let mut line = Zeroizing::new(Vec::new());
        loop {
            let left = LONGEST_MESSAGE.saturating_sub(line.len() as u64);
            match self.0.by_ref().take(left).read_until(b'\n', &mut line) {
                Ok(_) if line.last() == Some(&b'\n') => return Ok(Some(line)),
                // A message that breaks off (or is far too long) is none.
                Ok(_) => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Read for Link {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(buffer)
    }
}

impl Write for Link {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.0).flush()
    }
}
