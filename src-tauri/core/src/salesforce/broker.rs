//! The one owner of every credential: who wants access asks here.
//!
//! A refresh token that rotates works once; sent a second time it takes the whole sign-in back. So a use of it is one critical
//! section, in this process (a lock) and across processes (a locked file), that goes on when its caller went away:
//!
//! 1. the database notes which token is about to be used (`pending`);
//! 2. Salesforce is asked;
//! 3. a new token is put into the keychain, under the sign-in itself;
//! 4. the database notes that the use has ended, and by which token the sign-in goes on;
//! 5. the asker's own entry gets the new token too. It is a reference: an old token leads to its sign-in as well.
//!
//! Who finds `pending` naming the very token it wants to use knows that step 3 was not reached: the successor may be lost.
//! Then Salesforce is asked whether the token still counts (which does not use it), and without an answer one that rotates is
//! never sent again.

use super::{
    Credential, SignInError,
    credential::fingerprint,
    http::Environment,
    lender::Lender,
    oauth::{self, App},
};
use crate::{
    Core,
    engine::process::private_folder,
    secrets::{SecretError, Secrets, VaultOwner},
    store::{self, StoreError},
};
use std::{
    collections::HashMap,
    fs::File,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as AsyncMutex, OnceCell, OwnedMutexGuard},
    time::Instant,
};
use tributary_contract::{AppEvent, CredentialId, SignedInAs, Tag};
use tributary_plugin_host::protocol::SecretText;

/// Name of the token in its keychain entry.
const TOKEN: &str = "refresh_token";
/// How old an access token may be that is handed on. Salesforce lets the shortest sessions end after 15 minutes.
pub const YOUNG: Duration = Duration::from_mins(10);
/// How long another process may hold a credential: a request takes 30 seconds at most.
const OTHERS_LIMIT: Duration = Duration::from_mins(2);
/// How often it is looked whether another process is done.
const OTHERS_CHECK: Duration = Duration::from_millis(25);
/// How often a token that the locked keychain did not take is offered again.
const KEEP_AGAIN: Duration = Duration::from_secs(3);
/// How long an ending program waits for uses that are under way. Salesforce answers within a second as a rule; one that takes
/// longer may keep nobody from ending: what is lost then is found out by asking ([`oauth::introspect`]).
const SETTLE_LIMIT: Duration = Duration::from_secs(4);

/// All credentials that were used in this process.
#[derive(Default)]
pub struct Broker {
    held: Mutex<HashMap<CredentialId, Arc<AsyncMutex<Held>>>>,
    pub(super) lender: OnceCell<Lender>,
}

/// What is held of one credential. Whoever has it locked is the only one who uses it.
#[derive(Default)]
pub struct Held {
    access: Option<Access>,
    /// A new token that is not in the keychain yet.
    unsaved: Option<SecretText>,
}

/// Access to the API for a while.
#[derive(Clone)]
pub struct Access {
    /// The access token.
    pub token: SecretText,
    /// The org's address.
    pub instance_url: String,
    /// The address that says who signed in.
    pub identity_url: Option<String>,
    since: Instant,
}

impl Access {
    /// What a token request gave.
    pub fn of(tokens: &oauth::Tokens) -> Self {
        Self {
            token: tokens.access_token.clone(),
            instance_url: tokens.instance_url.clone(),
            identity_url: tokens.identity_url.clone(),
            since: Instant::now(),
        }
    }
}

impl Broker {
    fn of(&self, id: CredentialId) -> Arc<AsyncMutex<Held>> {
        Arc::clone(self.held.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default())
    }

    /// Whether a renewed token waits in memory for the keychain; `None`: the credential is being used right now.
    pub fn holds_unsaved(&self, id: CredentialId) -> Option<bool> {
        self.of(id).try_lock().ok().map(|held| held.unsaved.is_some())
    }

    /// Waits until every use that is under way has ended.
    pub async fn settle(&self) {
        let all: Vec<_> = self.held.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        let settled = async {
            for held in all {
                if held.lock().await.unsaved.is_some() {
                    tracing::error!("a renewed sign-in could not be put into the locked keychain and is lost");
                }
            }
        };
        let _ = tokio::time::timeout(SETTLE_LIMIT, settled).await;
    }
}

/// Access that is no older than `young`; asks Salesforce, once, where there is none. It is asked to the end even when the
/// caller goes away.
pub async fn access(core: &Core, credential: &Credential, young: Duration) -> Result<Access, SignInError> {
    let mut held = core.broker().of(credential.id).lock_owned().await;
    if let Some(access) = held.access.as_ref().filter(|access| access.since.elapsed() < young) {
        return Ok(access.clone());
    }
    let (core, credential) = (core.clone(), credential.clone());
    let asking = tokio::spawn(async move {
        let renewed = renew(&core, &credential, &mut held).await;
        held.access = renewed.as_ref().ok().cloned();
        keep_later(&core, &credential, &held);
        core.events().send(AppEvent::Invalidate(vec![Tag::SignIns]));
        renewed
    });
    asking.await.unwrap_or_else(|error| Err(SignInError::Store(error.to_string())))
}

/// Forgets an access token that was refused or may be: the next one who wants access asks anew.
pub async fn forget_access(core: &Core, id: CredentialId) {
    core.broker().of(id).lock().await.access = None;
}

async fn renew(core: &Core, credential: &Credential, held: &mut Held) -> Result<Access, SignInError> {
    let id = credential.id;
    let _alone = lock_file(core, id).await?;
    let row = core.database().read(move |connection| store::sign_ins::find(connection, id)).await?;
    let row = row.ok_or(SignInError::NotSignedIn)?;
    if row.signed_out {
        return Err(SignInError::SignedOut);
    }
    let token = current(core, credential, held).await?;
    let app = App {
        client_id: credential.client_id.clone(),
        client_secret: credential.client_secret.clone(),
        host: row.host.clone().unwrap_or_else(|| credential.host.clone()),
    };
    let print = fingerprint(&token);
    if row.pending.as_ref() == Some(&print) {
        let counts = oauth::introspect(&app, &token, &credential.environment).await;
        if counts == Some(false) || (counts.is_none() && row.rotates == Some(true)) {
            return Err(SignInError::Unsure);
        }
    }
    core.database().transact(move |connection| store::sign_ins::begin_use(connection, id, &print)).await?;
    let asked = oauth::refresh(&app, &token, &credential.environment, core.now()).await;
    match &asked {
        Ok(tokens) => {
            let now = core.now();
            match tokens.refresh_token.clone() {
                Some(new) => {
                    held.unsaved = Some(new);
                    if let Err(error) = keep(core, credential, held).await {
                        tracing::warn!(%error, "a renewed sign-in is held in memory until the keychain takes it");
                    }
                }
                None => end_use(core, id, Some(false), Some(now)).await?,
            }
        }
        // Whether it was used nobody knows.
        Err(SignInError::Lost { .. }) => {}
        // It did not arrive, or Salesforce said that it gives nothing for it.
        Err(_) => end_use(core, id, None, None).await?,
    }
    asked.map(|tokens| Access::of(&tokens))
}

async fn end_use(
    core: &Core,
    id: CredentialId,
    rotated: Option<bool>,
    used_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<(), StoreError> {
    core.database().transact(move |connection| store::sign_ins::end_use(connection, id, rotated, used_at)).await
}

/// The newest token of a sign-in.
async fn current(core: &Core, credential: &Credential, held: &Held) -> Result<SecretText, SecretError> {
    if let Some(token) = &held.unsaved {
        return Ok(token.clone());
    }
    let mut kept = core.vault().load(VaultOwner::SignIn(credential.id)).await?;
    Ok(kept.remove(TOKEN).unwrap_or_else(|| credential.known.clone()))
}

/// Puts a new token where it is safe: first under the sign-in, which counts, then where the asker keeps it.
async fn keep(core: &Core, credential: &Credential, held: &mut Held) -> Result<(), SignInError> {
    let Some(token) = held.unsaved.clone() else { return Ok(()) };
    let id = credential.id;
    core.vault().save(VaultOwner::SignIn(id), only(&token)).await?;
    // From here on a crash loses nothing: `pending` names another token than the one that is kept.
    held.unsaved = None;
    let (print, now) = (fingerprint(&token), core.now());
    core.database()
        .transact(move |connection| {
            store::sign_ins::add_token(connection, id, &print, now)?;
            store::sign_ins::end_use(connection, id, Some(true), Some(now))
        })
        .await?;
    if let Err(error) = credential.holder.merge(core.vault(), only(&token)).await {
        // An old token there leads to the sign-in as well.
        tracing::info!(%error, "a renewed sign-in could not be copied to where it is used");
    }
    Ok(())
}

fn only(token: &SecretText) -> Secrets {
    Secrets::from([(TOKEN.to_owned(), token.clone())])
}

/// Offers a token that is held in memory to the keychain until it takes it.
fn keep_later(core: &Core, credential: &Credential, held: &OwnedMutexGuard<Held>) {
    if held.unsaved.is_none() {
        return;
    }
    let (core, credential) = (core.clone(), credential.clone());
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(KEEP_AGAIN).await;
            let mut held = core.broker().of(credential.id).lock_owned().await;
            if keep(&core, &credential, &mut held).await.is_ok() {
                core.events().send(AppEvent::Invalidate(vec![Tag::SignIns]));
                break;
            }
        }
    });
}

/// What a sign-in with the browser brought takes the place of what a credential had before.
///
/// # Errors
/// When the keychain does not take it; then everything is as it was.
pub async fn replace(
    core: &Core,
    credential: &Credential,
    tokens: &oauth::Tokens,
    identity: &SignedInAs,
) -> Result<(), SignInError> {
    let mut held = core.broker().of(credential.id).lock_owned().await;
    let (core, credential, tokens, identity) = (core.clone(), credential.clone(), tokens.clone(), identity.clone());
    let replacing = tokio::spawn(async move {
        let id = credential.id;
        let _alone = lock_file(&core, id).await?;
        let token = tokens.refresh_token.clone().ok_or(SignInError::NoRefreshToken)?;
        core.vault().save(VaultOwner::SignIn(id), only(&token)).await?;
        let (print, host, now) = (fingerprint(&token), credential.host.clone(), core.now());
        core.database()
            .transact(move |connection| {
                store::sign_ins::add_token(connection, id, &print, now)?;
                store::sign_ins::renew(connection, id, &host, &identity, now)
            })
            .await?;
        (held.access, held.unsaved) = (Some(Access::of(&tokens)), None);
        Ok(())
    });
    replacing.await.unwrap_or_else(|error| Err(SignInError::Store(error.to_string())))
}

/// Takes a credential out of use: gives its newest token, to be taken back, after the database knows that nobody is signed in.
pub async fn retire(core: &Core, credential: &Credential) -> Result<SecretText, SignInError> {
    let mut held = core.broker().of(credential.id).lock_owned().await;
    let id = credential.id;
    let _alone = lock_file(core, id).await?;
    let token = current(core, credential, &held).await?;
    core.vault().save(VaultOwner::SignOut(id), only(&token)).await?;
    let (host, now) = (credential.host.clone(), core.now());
    core.database()
        .transact(move |connection| {
            let row = store::sign_ins::find(connection, id)?;
            let host = row.and_then(|row| row.host).unwrap_or(host);
            store::sign_ins::ask_sign_out(connection, id, &host, now)?;
            store::sign_ins::sign_out(connection, id)
        })
        .await?;
    (held.access, held.unsaved) = (None, None);
    core.vault().remove(VaultOwner::SignIn(id)).await?;
    Ok(token)
}

/// Waits until no other process uses the credential, and keeps them out until it is dropped.
async fn lock_file(core: &Core, id: CredentialId) -> Result<File, SignInError> {
    let folder = core.home().sign_ins();
    let failed = |error: io::Error| SignInError::Store(format!("{}: {error}", folder.display()));
    private_folder(&folder).map_err(failed)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(format!("{id}.lock")));
    let file = file.map_err(failed)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::WouldBlock) if begun.elapsed() < OTHERS_LIMIT => {
                tokio::time::sleep(OTHERS_CHECK).await;
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(SignInError::Store("another program has been using it for two minutes".to_owned()));
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}

/// How the network is reached for a connector of the app itself.
pub fn environment(core: &Core) -> Environment {
    core.engine().plugin_environment()
}
