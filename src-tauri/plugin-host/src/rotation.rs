//! Notices when the plugin writes new secrets into its configuration, and tells the app at once.

use crate::{
    config::{Place, changed_secrets},
    outbox::Outbox,
    private_file::PrivateFile,
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};
use tributary_plugin_host::{
    protocol::{HostMessage, SecretText},
    redact::Redactor,
};

/// The time between two looks where the system does not tell of changes.
const LOOK_EVERY: Duration = Duration::from_millis(50);

pub(crate) struct Rotation {
    watched: Mutex<Option<Watched>>,
    outbox: Arc<Outbox>,
    redactor: Arc<Mutex<Redactor>>,
}

struct Watched {
    file: PrivateFile,
    places: Vec<Place>,
    /// What the file held when it was last looked at.
    seen: Vec<u8>,
}

impl Rotation {
    pub(crate) fn new(
        file: PrivateFile,
        places: Vec<Place>,
        outbox: Arc<Outbox>,
        redactor: Arc<Mutex<Redactor>>,
    ) -> Self {
        let watched = Watched { file, places, seen: Vec::new() };
        Self { watched: Mutex::new(Some(watched)), outbox, redactor }
    }

    /// Looks once. False when there is nothing to look at any more.
    fn look(&self) -> bool {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Watched { file, places, seen }) = watched.as_mut() else { return false };
        // A file that is just being replaced is looked at again later.
        let Ok(text) = file.read() else { return true };
        if text == *seen {
            return true;
        }
        let secrets = changed_secrets(places, &text);
        *seen = text;
        if !secrets.is_empty() {
            // First hidden, then told: the plugin may print the new value next.
            let mut redactor = self.redactor.lock().unwrap_or_else(PoisonError::into_inner);
            redactor.add(secrets.values().map(SecretText::expose));
            drop(redactor);
            self.outbox.send(HostMessage::SecretsChanged { secrets });
        }
        true
    }

    /// Looks a last time, after the plugin has ended, and removes the file.
    pub(crate) fn finish(&self) {
        self.look();
        *self.watched.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Looks after every change until [`Rotation::finish`].
    pub(crate) fn watch(&self) {
        #[cfg(target_os = "linux")]
        if let Some(changes) = self.changes() {
            let mut buffer = [std::mem::MaybeUninit::uninit(); 1024];
            let mut reader = rustix::fs::inotify::Reader::new(changes, &mut buffer);
            // The first look is for what was written before the watch began.
            while self.look() {
                match reader.next() {
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(_) => break,
                }
            }
        }
        while self.look() {
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Tells when the file in memory changes; there its path cannot come to mean another file.
    #[cfg(target_os = "linux")]
    fn changes(&self) -> Option<std::os::fd::OwnedFd> {
        use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let path = match &watched.as_ref()?.file {
            file @ PrivateFile::Memory(_) => file.path(),
            PrivateFile::InFolder { .. } => return None,
        };
        let changes = init(CreateFlags::CLOEXEC).ok()?;
        add_watch(&changes, path, WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE).ok()?;
        Some(changes)
    }
}
