//! Signing in with the browser, from the address that is opened to the token that is kept.

use super::{
    CONNECTOR, Credential, SignInError, api,
    attempts::Attempt,
    broker::{self, Access},
    browser::{Brought, Waiting},
    credential::{fingerprint, host, same_instance},
    http::Environment,
    oauth::{self, App, Begun, Tokens},
    person::{change, is_general, same_person},
};
use crate::{
    Core, Error,
    connectors::settings::SettingError,
    ops::{self, setup::Setup},
    runs::problems::Evidence,
    secrets::{Secrets, VaultOwner},
    store,
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use tokio::sync::watch;
use tributary_contract::{
    AppEvent, CredentialId, DraftPatch, IntegrationPatch, SecretInput, SignInChange, SignInId, SignInProgress,
    SignInStage, SignInStarted, Subject, Tag,
};
use tributary_plugin_host::protocol::SecretText;

/// How long the browser has to come back.
const BROWSER_LIMIT: Duration = Duration::from_mins(5);
/// How long the person may think about a sign-in as somebody else.
const CONFIRM_LIMIT: Duration = Duration::from_mins(10);
/// How often Salesforce is asked again while it cannot be reached at all; the code lives for some minutes.
const REACH_TRIES: u32 = 20;
/// The time between.
const REACH_AGAIN: Duration = Duration::from_secs(2);
/// How often the locked keychain is offered a new sign-in.
const KEEP_AGAIN: Duration = Duration::from_secs(2);

/// Begins a sign-in: opens a port and gives the address for the browser. It goes on by itself from there.
pub async fn begin(core: &Core, setup: Setup) -> Result<SignInStarted, Error> {
    if setup.connector != CONNECTOR {
        let detail = format!("“{}” does not sign in with a browser", setup.name);
        return Err(Error::Input { detail });
    }
    let secrets = setup.holder.load(core.vault()).await?;
    let Some(client_id) = secrets.get("client_id").filter(|id| !id.expose().trim().is_empty()) else {
        let (name, label) = ("client_id".to_owned(), "Consumer key".to_owned());
        return Err(SettingError::Missing { name, label }.into());
    };
    let client_secret = secrets.get("client_secret").filter(|secret| !secret.expose().trim().is_empty()).cloned();
    let mut environment = broker::environment(core);
    if setup.sample {
        environment.extend(core.sample_org().environment(core.home(), &secrets).await?);
    }
    core.sign_ins().end(Some(setup.subject)).await;
    let app = App { client_id: client_id.clone(), client_secret, host: host(&setup.config) };
    let waiting = Waiting::open().await?;
    let begun = oauth::begin(&app, &waiting.callback())?;
    let id = SignInId::new();
    let limit = chrono::TimeDelta::from_std(BROWSER_LIMIT).unwrap_or_default();
    let started = SignInStarted {
        id,
        subject: setup.subject,
        address: begun.address.to_string(),
        callback: begun.callback.clone(),
        until: core.now() + limit,
    };
    let progress = SignInProgress {
        id,
        subject: setup.subject,
        stage: SignInStage::Browser,
        identity: None,
        change: None,
        problem: None,
        held: false,
    };
    let attempt = Attempt {
        progress: watch::Sender::new(progress),
        cancel: watch::Sender::new(false),
        confirm: watch::Sender::new(false),
    };
    core.sign_ins().add(id, attempt.clone());
    let flow = Flow { core: core.clone(), setup, secrets, app, environment, attempt };
    flow.tell(|_| {});
    tokio::spawn(flow.run(waiting, begun));
    Ok(started)
}

/// How a sign-in ends when it does not succeed.
enum End {
    Cancelled,
    Failed(SignInError),
    Refused(Error),
}

impl From<SignInError> for End {
    fn from(error: SignInError) -> Self {
        Self::Failed(error)
    }
}

impl From<store::StoreError> for End {
    fn from(error: store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

struct Flow {
    core: Core,
    setup: Setup,
    secrets: Secrets,
    app: App,
    environment: Environment,
    attempt: Attempt,
}

impl Flow {
    fn tell(&self, change: impl FnOnce(&mut SignInProgress)) {
        self.attempt.progress.send_modify(change);
        let progress = self.attempt.progress.borrow().clone();
        self.core.events().send(AppEvent::SignIn(Box::new(progress)));
        self.core.events().send(AppEvent::Invalidate(vec![Tag::SignIns]));
    }

    async fn cancelled(&self) {
        let mut cancel = self.attempt.cancel.subscribe();
        // The sender lives as long as this.
        let _ = cancel.wait_for(|cancelled| *cancelled).await;
    }

    async fn run(self, waiting: Waiting, begun: Begun) {
        let end = self.go(waiting, begun).await;
        match end {
            Ok(()) => self.tell(|progress| (progress.stage, progress.change) = (SignInStage::Done, None)),
            Err(End::Cancelled) => self.tell(|progress| progress.stage = SignInStage::Cancelled),
            Err(End::Failed(error)) => {
                tracing::info!(%error, "a sign-in did not succeed");
                let evidence = Evidence { source: "Salesforce".to_owned(), testing: true, ..Evidence::default() };
                let problem = error.problem(&evidence, self.setup.subject);
                self.tell(|progress| {
                    (progress.stage, progress.problem, progress.change) = (SignInStage::Failed, Some(problem), None);
                });
            }
            Err(End::Refused(error)) => {
                let evidence = Evidence { source: "Salesforce".to_owned(), testing: true, ..Evidence::default() };
                let problem = ops::prepare_error::PrepareError::from(error).into_problem(&evidence, self.setup.subject);
                self.tell(|progress| {
                    (progress.stage, progress.problem, progress.change) = (SignInStage::Failed, Some(problem), None);
                });
            }
        }
    }

    async fn go(&self, waiting: Waiting, begun: Begun) -> Result<(), End> {
        let state = begun.state.clone();
        let brought = tokio::select! {
            brought = waiting.brought(&state) => brought,
            () = self.cancelled() => return Err(End::Cancelled),
            () = tokio::time::sleep(BROWSER_LIMIT) => {
                return Err(SignInError::NeverReturned { minutes: BROWSER_LIMIT.as_secs() / 60 }.into());
            }
        };
        self.tell(|progress| progress.stage = SignInStage::Exchanging);
        let code = match brought {
            Brought::Code(code) => code,
            Brought::Refused { error, description } => return Err(SignInError::Refused { error, description }.into()),
        };
        // Asked to the end: given up in the middle, nobody could take the new sign-in back.
        let tokens = self.exchange(&begun, &code).await?;
        let kept = self.keep(&tokens).await;
        if kept.is_err()
            && let Some(token) = &tokens.refresh_token
        {
            // Nobody will use it; at Salesforce it would take the place of an older one.
            let revoked = oauth::revoke(&self.app.host, token, &self.environment).await;
            if let Err(error) = revoked {
                tracing::info!(%error, "a sign-in that is not wanted could not be taken back");
            }
        }
        kept
    }

    /// Exchanges the code; while Salesforce cannot be reached at all, again.
    async fn exchange(&self, begun: &Begun, code: &SecretText) -> Result<Tokens, End> {
        let (verifier, callback) = (begun.verifier.secret().clone(), begun.callback.clone());
        let mut tries = 0;
        loop {
            let again = Begun {
                address: begun.address.clone(),
                state: begun.state.clone(),
                verifier: oauth2::PkceCodeVerifier::new(verifier.clone()),
                callback: callback.clone(),
            };
            match oauth::exchange(&self.app, again, code, &self.environment, self.core.now()).await {
                Err(SignInError::Unreachable { .. }) if tries < REACH_TRIES => {
                    tries += 1;
                    tokio::select! {
                        () = tokio::time::sleep(REACH_AGAIN) => {}
                        () = self.cancelled() => return Err(End::Cancelled),
                    }
                }
                Ok(tokens) if tokens.refresh_token.is_none() => return Err(SignInError::NoRefreshToken.into()),
                other => return Ok(other?),
            }
        }
    }

    async fn keep(&self, tokens: &Tokens) -> Result<(), End> {
        self.tell(|progress| progress.stage = SignInStage::Identifying);
        let named = self.setup.config.get("instance_url").and_then(Value::as_str).map(str::trim);
        if let Some(named) = named.filter(|named| !named.is_empty() && !is_general(named))
            && !same_instance(named, &tokens.instance_url)
        {
            let (named, found) = (named.to_owned(), tokens.instance_url.clone());
            return Err(SignInError::WrongInstance { named, found }.into());
        }
        let identity = api::identity(&Access::of(tokens), &self.environment).await?;
        self.tell(|progress| progress.identity = Some(identity.clone()));
        let before = self.before().await?;
        let previous = before.as_ref().and_then(|row| row.identity.clone());
        let change = previous.filter(|before| !same_person(before, &identity)).map(|before| change(before, &identity));
        if let Some(change) = &change {
            self.ask(change.clone()).await?;
        }
        let same = change.is_none().then_some(before).flatten().filter(|row| row.identity.is_some());
        let id = self.credential(same.map(|row| row.id), tokens).await?;
        let Some(token) = tokens.refresh_token.clone() else { return Err(SignInError::NoRefreshToken.into()) };
        let credential = Credential {
            id,
            client_id: self.app.client_id.clone(),
            client_secret: self.app.client_secret.clone(),
            known: token.clone(),
            holder: self.setup.holder,
            host: self.app.host.clone(),
            environment: self.environment.clone(),
        };
        // The keychain may be locked at this very moment: the sign-in stays in memory until it is not.
        while let Err(error) = broker::replace(&self.core, &credential, tokens, &identity).await {
            self.hold(error).await?;
        }
        loop {
            match self.put(&token, change.is_some()).await {
                Ok(()) => break,
                Err(Error::Secret(error)) => self.hold(error.into()).await?,
                Err(error) => return Err(End::Refused(error)),
            }
        }
        self.tell(|progress| progress.held = false);
        let owner = self.setup.holder.owner.to_string();
        self.core.database().transact(move |connection| store::sign_ins::set_use(connection, &owner, id)).await?;
        if let Ok(quota) = api::quota(&Access::of(tokens), &self.environment, self.core.now()).await {
            self.core.database().transact(move |connection| store::sign_ins::set_quota(connection, id, quota)).await?;
        }
        Ok(())
    }

    /// Waits a moment for the keychain, and says so.
    async fn hold(&self, error: SignInError) -> Result<(), End> {
        if !matches!(error, SignInError::Keychain(..)) {
            return Err(error.into());
        }
        if !self.attempt.progress.borrow().held {
            tracing::warn!(%error, "a sign-in is held in memory until the keychain takes it");
            self.tell(|progress| progress.held = true);
        }
        tokio::select! {
            () = tokio::time::sleep(KEEP_AGAIN) => Ok(()),
            () = self.cancelled() => Err(End::Cancelled),
        }
    }

    /// The sign-in that was there before.
    async fn before(&self) -> Result<Option<store::sign_ins::SignInRow>, End> {
        let print = self.secrets.get("refresh_token").map(fingerprint);
        let owners: Vec<String> = [Some(self.setup.holder.owner), self.setup.holder.beneath]
            .iter()
            .flatten()
            .map(VaultOwner::to_string)
            .collect();
        let found = self.core.database().read(move |connection| {
            let by_token = print.map_or(Ok(None), |print| store::sign_ins::of_token(connection, &print))?;
            if let Some(id) = by_token {
                return store::sign_ins::find(connection, id);
            }
            for owner in owners {
                if let Some(row) = store::sign_ins::of_owner(connection, &owner)? {
                    return Ok(Some(row));
                }
            }
            Ok(None)
        });
        Ok(found.await?)
    }

    /// The same user again goes on with the same sign-in, so that everything that shares it works again.
    async fn credential(&self, same: Option<CredentialId>, tokens: &Tokens) -> Result<CredentialId, End> {
        if let Some(id) = same {
            return Ok(id);
        }
        let Some(token) = &tokens.refresh_token else { return Err(SignInError::NoRefreshToken.into()) };
        let (print, host, now) = (fingerprint(token), self.app.host.clone(), self.core.now());
        let adopted = self
            .core
            .database()
            .transact(move |connection| store::sign_ins::adopt(connection, &print, Some(&host), now));
        Ok(adopted.await?)
    }

    /// Asks whether a sign-in that leads elsewhere is wanted.
    async fn ask(&self, change: SignInChange) -> Result<(), End> {
        self.tell(|progress| (progress.stage, progress.change) = (SignInStage::Confirming, Some(change)));
        let mut confirm = self.attempt.confirm.subscribe();
        tokio::select! {
            _ = confirm.wait_for(|confirmed| *confirmed) => {}
            () = self.cancelled() => return Err(End::Cancelled),
            () = tokio::time::sleep(CONFIRM_LIMIT) => return Err(End::Cancelled),
        }
        self.tell(|progress| progress.stage = SignInStage::Identifying);
        Ok(())
    }

    /// Puts the token where the integration or draft keeps its secrets.
    async fn put(&self, token: &SecretText, elsewhere: bool) -> Result<(), Error> {
        let input = || Some(SecretInput::new(token.expose().to_owned()));
        let secrets = || Some(BTreeMap::from([("refresh_token".to_owned(), input())]));
        match self.setup.subject {
            Subject::Draft(id) => {
                ops::update_draft(&self.core, id, DraftPatch { secrets: secrets(), ..DraftPatch::default() }).await?;
            }
            // What was found out about another source no longer counts.
            Subject::Integration(id) if elsewhere => {
                let patch = IntegrationPatch { secrets: secrets(), ..IntegrationPatch::default() };
                ops::update_integration(&self.core, &id.to_string(), patch).await?;
            }
            Subject::Integration(id) => {
                let changed = Secrets::from([("refresh_token".to_owned(), token.clone())]);
                self.core.vault().merge(VaultOwner::Integration(id), changed).await?;
                let name = "refresh_token".to_owned();
                self.core
                    .database()
                    .transact(move |connection| store::integrations::add_secret(connection, id, &name))
                    .await?;
                let tags = vec![Tag::Integrations, Tag::Integration(id)];
                self.core.events().send(AppEvent::Invalidate(tags));
            }
            Subject::Destination(_) => {}
        }
        Ok(())
    }
}
