//! Signing in with the browser, signing out, and who is signed in.

use super::{quota, setup::Setup};
use crate::{
    Core, Error,
    salesforce::{CONNECTOR, callbacks, keep_alive, sign_in, sign_out as out},
    secrets::VaultOwner,
    store,
};
use std::collections::BTreeMap;
use tributary_contract::{SignInId, SignInProgress, SignInStarted, SignInState, SignInStatus, SignedOut, Subject};

/// Begins to sign in an integration or draft. The address is to be opened in the browser; what happens then is told by events.
pub async fn begin_sign_in(core: &Core, subject: Subject) -> Result<SignInStarted, Error> {
    sign_in::begin(core, Setup::find(core, subject).await?).await
}

/// Gives a sign-in up; one that has ended is left as it is.
pub fn cancel_sign_in(core: &Core, id: SignInId) -> Result<(), Error> {
    found(core.sign_ins().cancel(id), id)
}

/// Keeps a sign-in that leads to another user or org than the one before.
pub fn confirm_sign_in(core: &Core, id: SignInId) -> Result<(), Error> {
    found(core.sign_ins().confirm(id), id)
}

/// Where a sign-in is.
pub fn sign_in_progress(core: &Core, id: SignInId) -> Result<SignInProgress, Error> {
    core.sign_ins().progress(id).ok_or_else(|| unknown(id))
}

/// Waits until a sign-in has ended, or asks whether it is wanted although it leads elsewhere.
pub async fn wait_for_sign_in(core: &Core, id: SignInId) -> Result<SignInProgress, Error> {
    core.sign_ins().wait(id).await.ok_or_else(|| unknown(id))
}

fn found(found: bool, id: SignInId) -> Result<(), Error> {
    if found { Ok(()) } else { Err(unknown(id)) }
}

fn unknown(id: SignInId) -> Error {
    Error::NotFound { kind: "sign-in", name: id.to_string() }
}

/// Signs out, at once here and at the source as soon as it can be reached. What shares the sign-in is signed out too.
pub async fn sign_out(core: &Core, subject: Subject) -> Result<SignedOut, Error> {
    let setup = Setup::find(core, subject).await?;
    if setup.connector != CONNECTOR {
        return Err(Error::Input { detail: format!("“{}” does not sign in with a browser", setup.name) });
    }
    core.memory().cancel_discovery(subject);
    out::sign_out(core, &setup).await
}

/// Who is signed in, and what the source allows today. Asks nobody: it is what was last found out.
pub async fn sign_in_status(core: &Core, subject: Subject) -> Result<SignInStatus, Error> {
    let setup = Setup::find(core, subject).await?;
    let own = setup.holder.owner.to_string();
    let beneath = setup.holder.beneath.as_ref().map(VaultOwner::to_string);
    let found = core.database().read(move |connection| {
        let mut row = store::sign_ins::of_owner(connection, &own)?;
        if let (None, Some(beneath)) = (&row, beneath) {
            row = store::sign_ins::of_owner(connection, &beneath)?;
        }
        let Some(row) = row else { return Ok(None) };
        let owners = store::sign_ins::owners(connection, row.id)?;
        let integrations = store::integrations::list(connection)?;
        let names: BTreeMap<String, String> = integrations
            .into_iter()
            .map(|integration| (VaultOwner::Integration(integration.id).to_string(), integration.name))
            .collect();
        let shared = names_of(&owners, &names, &own);
        let pending = store::sign_ins::sign_outs(connection)?.iter().any(|waiting| waiting.id == row.id);
        Ok(Some((row, shared, pending)))
    });
    let found = found.await?;
    let has_token = setup.secrets.iter().any(|name| name == "refresh_token");
    let mut status = SignInStatus {
        state: if has_token { SignInState::SignedIn } else { SignInState::None },
        identity: None,
        quota: None,
        share: quota::share(&setup.config),
        signed_in_at: None,
        used_at: None,
        idle_until: None,
        shared_with: Vec::new(),
        held: false,
        sign_out_pending: false,
        callbacks: callbacks(),
        under_way: core.sign_ins().under_way(subject),
    };
    if let Some((row, shared, pending)) = found {
        let held = core.broker().holds_unsaved(row.id);
        // A use that has begun and that nobody here is at was cut off.
        let cut_off = row.pending.is_some() && row.rotates == Some(true) && held == Some(false);
        status.state = match (row.signed_out, has_token) {
            (true, _) => SignInState::SignedOut,
            (false, false) => SignInState::None,
            (false, true) if cut_off => SignInState::Unsure,
            (false, true) => SignInState::SignedIn,
        };
        status.held = held == Some(true);
        status.sign_out_pending = pending;
        if has_token {
            status.idle_until = Some(row.used_at.unwrap_or(row.signed_in_at) + keep_alive::IDLE_LIMIT);
            (status.identity, status.quota, status.shared_with) = (row.identity, row.quota, shared);
            (status.signed_in_at, status.used_at) = (Some(row.signed_in_at), row.used_at);
        }
    }
    Ok(status)
}

/// By which names integrations that use the same sign-in go.
fn names_of(owners: &[String], names: &BTreeMap<String, String>, own: &str) -> Vec<String> {
    owners.iter().filter(|owner| *owner != own).filter_map(|owner| names.get(owner).cloned()).collect()
}
