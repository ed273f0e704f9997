//! One keychain entry per integration, destination or draft: a JSON object of its secret settings.
//!
//! Large objects are split into numbered parts (Windows keeps at most 2,560 bytes an entry). A part carries the
//! generation it belongs to; the entry itself is written last and names the generation, so that a crash leaves the old
//! value or the new one, never a mixture.

use super::{SecretError, SecretStore};
use crate::events::EventSink;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, mpsc},
    time::Duration,
};
use tokio::sync::oneshot;
use tributary_contract::{AppEvent, CredentialId, DestinationId, DraftId, IntegrationId, KeychainState};
use tributary_plugin_host::protocol::SecretText;

/// Bytes an entry may hold: Windows allows 2,560 (CRED_MAX_CREDENTIAL_BLOB_SIZE).
const ENTRY_LIMIT: usize = 2_400;
/// After this long without an answer the keychain is taken to wait for the person.
const WAITING_AFTER: Duration = Duration::from_secs(1);

/// Secret settings by name.
pub type Secrets = BTreeMap<String, SecretText>;

/// Whose secrets an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultOwner {
    /// An integration's.
    Integration(IntegrationId),
    /// A destination's.
    Destination(DestinationId),
    /// A draft's own: those that were entered in it.
    Draft(DraftId),
    /// A sign-in's newest token, shared by everything that uses it.
    SignIn(CredentialId),
    /// The token of a sign-in that is still to be taken back at the source.
    SignOut(CredentialId),
}

impl fmt::Display for VaultOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integration(id) => write!(f, "integration:{id}"),
            Self::Destination(id) => write!(f, "destination:{id}"),
            Self::Draft(id) => write!(f, "draft:{id}"),
            Self::SignIn(id) => write!(f, "sign-in:{id}"),
            Self::SignOut(id) => write!(f, "sign-out:{id}"),
        }
    }
}

/// What the entry itself holds: small objects whole, large ones as the number of their parts.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Head {
    Whole { secrets: Secrets },
    Split { generation: u8, parts: usize },
}

type Work = Box<dyn FnOnce(&dyn SecretStore) + Send>;

/// The keychain behind a thread of its own: calls are made one at a time (some keychains are unreliable otherwise) and
/// a locked keychain, which blocks until the person unlocks it, blocks nothing else.
#[derive(Clone)]
pub struct Vault {
    work: mpsc::Sender<Work>,
    events: Arc<dyn EventSink>,
    patience: Duration,
}

impl Vault {
    /// Starts the thread; it ends with the last clone. `patience` is how long a call may wait for the keychain to be
    /// unlocked.
    pub fn new(store: Arc<dyn SecretStore>, events: Arc<dyn EventSink>, patience: Duration) -> Self {
        let (work, queue) = mpsc::channel::<Work>();
        std::thread::spawn(move || {
            for job in queue {
                job(store.as_ref());
            }
        });
        Self { work, events, patience }
    }

    /// The secrets of this owner; empty when there are none.
    pub async fn load(&self, owner: VaultOwner) -> Result<Secrets, SecretError> {
        self.call(move |store| load(store, &owner.to_string())).await
    }

    /// Replaces the secrets of this owner.
    pub async fn save(&self, owner: VaultOwner, secrets: Secrets) -> Result<(), SecretError> {
        self.call(move |store| save(store, &owner.to_string(), &secrets)).await
    }

    /// Replaces some of them, in one step with reading the others.
    pub async fn merge(&self, owner: VaultOwner, changed: Secrets) -> Result<(), SecretError> {
        self.call(move |store| {
            let account = owner.to_string();
            let mut secrets = load(store, &account)?;
            secrets.extend(changed);
            save(store, &account, &secrets)
        })
        .await
    }

    /// Removes them all.
    pub async fn remove(&self, owner: VaultOwner) -> Result<(), SecretError> {
        self.call(move |store| remove(store, &owner.to_string())).await
    }

    async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&dyn SecretStore) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let (reply, mut answer) = oneshot::channel();
        let work: Work = Box::new(move |store| {
            // Whoever asked may have given up while another call was blocked: then nothing may change any more.
            if !reply.is_closed() {
                let _ = reply.send(job(store));
            }
        });
        self.work.send(work).map_err(|_| SecretError::Missing { detail: "the keychain thread ended".to_owned() })?;
        let answered = match tokio::time::timeout(WAITING_AFTER, &mut answer).await {
            Ok(answered) => answered,
            Err(_) => {
                self.events.send(AppEvent::Keychain(KeychainState::Waiting));
                let late = tokio::time::timeout(self.patience, answer).await;
                if late.is_ok() {
                    self.events.send(AppEvent::Keychain(KeychainState::Available));
                }
                late.map_err(|_| SecretError::Locked)?
            }
        };
        answered.map_err(|_| SecretError::Missing { detail: "the keychain thread ended".to_owned() })?
    }
}

fn part_account(account: &str, generation: u8, part: usize) -> String {
    format!("{account}:{generation}.{part}")
}

fn read_head(store: &dyn SecretStore, account: &str) -> Result<Option<Head>, SecretError> {
    store
        .read(account)?
        .map(|bytes| serde_json::from_slice(&bytes).map_err(|_| SecretError::Damaged { account: account.to_owned() }))
        .transpose()
}

fn load(store: &dyn SecretStore, account: &str) -> Result<Secrets, SecretError> {
    match read_head(store, account)? {
        None => Ok(Secrets::new()),
        Some(Head::Whole { secrets }) => Ok(secrets),
        Some(Head::Split { generation, parts }) => {
            let damaged = || SecretError::Damaged { account: account.to_owned() };
            let mut text = zeroize::Zeroizing::new(Vec::new());
            for part in 0..parts {
                text.extend(store.read(&part_account(account, generation, part))?.ok_or_else(damaged)?);
            }
            serde_json::from_slice(&text).map_err(|_| damaged())
        }
    }
}

fn save(store: &dyn SecretStore, account: &str, secrets: &Secrets) -> Result<(), SecretError> {
    let encode = |value: &Head| {
        serde_json::to_vec(value)
            .map(zeroize::Zeroizing::new)
            .map_err(|_| SecretError::Damaged { account: account.to_owned() })
    };
    // A damaged entry may be replaced; only its parts are then left behind.
    let before = read_head(store, account).ok().flatten();
    let whole = encode(&Head::Whole { secrets: secrets.clone() })?;
    if whole.len() <= ENTRY_LIMIT {
        store.write(account, &whole)?;
    } else {
        let generation = match before {
            Some(Head::Split { generation, .. }) => generation.wrapping_add(1),
            _ => 0,
        };
        let text = serde_json::to_vec(secrets)
            .map(zeroize::Zeroizing::new)
            .map_err(|_| SecretError::Damaged { account: account.to_owned() })?;
        let mut parts = 0;
        for piece in text.chunks(ENTRY_LIMIT) {
            store.write(&part_account(account, generation, parts), piece)?;
            parts += 1;
        }
        store.write(account, &encode(&Head::Split { generation, parts })?)?;
    }
    remove_parts(store, account, before.as_ref())
}

fn remove(store: &dyn SecretStore, account: &str) -> Result<(), SecretError> {
    let before = read_head(store, account).ok().flatten();
    store.remove(account)?;
    remove_parts(store, account, before.as_ref())
}

fn remove_parts(store: &dyn SecretStore, account: &str, head: Option<&Head>) -> Result<(), SecretError> {
    if let Some(Head::Split { generation, parts }) = head {
        for part in 0..*parts {
            store.remove(&part_account(account, *generation, part))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::InMemory;
    use super::*;

    fn secrets(length: usize) -> Secrets {
        Secrets::from([
            ("key".to_owned(), SecretText::new("k".repeat(length))),
            ("token".to_owned(), SecretText::new("ünïcode \"quoted\"\n".to_owned())),
        ])
    }

    #[test]
    fn what_is_saved_is_loaded_whatever_its_length() {
        let store = InMemory::default();
        for length in [0, 10, 2_300, 2_400, 2_401, 10_000, 5_000, 3] {
            save(&store, "a", &secrets(length)).unwrap();
            assert_eq!(load(&store, "a").unwrap(), secrets(length), "{length} characters");
        }
        assert_eq!(store.accounts(), ["a"], "parts of earlier values are removed");
        save(&store, "a", &secrets(9_000)).unwrap();
        remove(&store, "a").unwrap();
        assert!(store.accounts().is_empty());
    }

    /// A store that fails after a number of writes, as a crash would.
    struct Dying {
        inner: InMemory,
        writes_left: std::sync::Mutex<usize>,
    }

    impl SecretStore for Dying {
        fn read(&self, account: &str) -> Result<Option<Vec<u8>>, SecretError> {
            self.inner.read(account)
        }

        fn write(&self, account: &str, secret: &[u8]) -> Result<(), SecretError> {
            let mut left = self.writes_left.lock().unwrap();
            *left = left.checked_sub(1).ok_or(SecretError::Locked)?;
            self.inner.write(account, secret)
        }

        fn remove(&self, account: &str) -> Result<(), SecretError> {
            self.inner.remove(account)
        }
    }

    #[test]
    fn a_crash_at_any_write_leaves_the_old_value_or_the_new_one() {
        for (old, new) in [(10, 9_000), (9_000, 9_500), (9_000, 10)] {
            for crash_after in 0..8 {
                let store = Dying { inner: InMemory::default(), writes_left: std::sync::Mutex::new(usize::MAX) };
                save(&store, "a", &secrets(old)).unwrap();
                *store.writes_left.lock().unwrap() = crash_after;
                let saved = save(&store, "a", &secrets(new)).is_ok();
                let found = load(&store, "a").unwrap();
                assert_eq!(found, secrets(if saved { new } else { old }), "{old} -> {new}, {crash_after} writes");
            }
        }
    }

    #[tokio::test]
    async fn a_keychain_that_does_not_answer_is_reported_as_locked() {
        struct Stuck;
        impl SecretStore for Stuck {
            fn read(&self, _: &str) -> Result<Option<Vec<u8>>, SecretError> {
                loop {
                    std::thread::park();
                }
            }
            fn write(&self, _: &str, _: &[u8]) -> Result<(), SecretError> {
                Ok(())
            }
            fn remove(&self, _: &str) -> Result<(), SecretError> {
                Ok(())
            }
        }
        let (sender, events) = mpsc::channel();
        let sink = move |event| drop(sender.send(event));
        let vault = Vault::new(Arc::new(Stuck), Arc::new(sink), Duration::from_millis(10));
        let owner = VaultOwner::Integration(IntegrationId::new());
        assert!(matches!(vault.load(owner).await, Err(SecretError::Locked)));
        assert_eq!(events.recv().unwrap(), AppEvent::Keychain(KeychainState::Waiting));
    }
}
