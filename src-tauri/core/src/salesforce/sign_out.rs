//! Signing out: at once on this computer, at Salesforce as soon as it can be reached.

use super::{CONNECTOR, Credential, broker, credential::fingerprint, oauth};
use crate::{Core, Error, ops::setup::Setup, secrets::VaultOwner, store};
use tributary_contract::{AppEvent, CredentialId, DraftPatch, SignedOut, Tag};

const TOKEN: &str = "refresh_token";

/// Signs out whatever uses the sign-in of this setup.
pub async fn sign_out(core: &Core, setup: &Setup) -> Result<SignedOut, Error> {
    let secrets = setup.holder.load(core.vault()).await?;
    let mut environment = broker::environment(core);
    if setup.sample {
        environment.extend(core.sample_org().environment(core.home(), &secrets).await?);
    }
    let Some(credential) = Credential::of(core, setup, &secrets, environment).await? else {
        return Ok(SignedOut::NotSignedIn);
    };
    let id = credential.id;
    let row = core.database().read(move |connection| store::sign_ins::find(connection, id)).await?;
    if row.is_some_and(|row| row.signed_out) {
        forget_copies(core, id).await?;
        return Ok(SignedOut::NotSignedIn);
    }
    let token = broker::retire(core, &credential).await?;
    forget_copies(core, id).await?;
    let host = core.database().read(store::sign_ins::sign_outs).await?;
    let host = host.into_iter().find(|row| row.id == id).map_or(credential.host, |row| row.host);
    let revoked = match oauth::revoke(&host, &token, &credential.environment).await {
        Ok(()) => {
            done(core, id).await?;
            SignedOut::Revoked
        }
        // The sample org is in this program: there is nothing to wait for.
        Err(_) if setup.sample => {
            done(core, id).await?;
            SignedOut::Revoked
        }
        Err(error) => {
            tracing::info!(%error, "a sign-in is taken back at Salesforce later");
            SignedOut::Queued
        }
    };
    core.events().send(AppEvent::Invalidate(vec![Tag::SignIns, Tag::Integrations, Tag::Drafts]));
    Ok(revoked)
}

/// Takes back at Salesforce what is still to be taken back. What cannot be yet stays.
pub async fn go_on(core: &Core) {
    let waiting = match core.database().read(store::sign_ins::sign_outs).await {
        Ok(waiting) => waiting,
        Err(error) => {
            tracing::warn!(%error, "sign-outs that wait could not be looked at");
            return;
        }
    };
    for row in waiting {
        let Ok(kept) = core.vault().load(VaultOwner::SignOut(row.id)).await else { continue };
        let revoked = match kept.get(TOKEN) {
            Some(token) => oauth::revoke(&row.host, token, &broker::environment(core)).await,
            None => Ok(()),
        };
        match revoked {
            Ok(()) => {
                if let Err(error) = done(core, row.id).await {
                    tracing::warn!(%error, "a sign-out could not be noted");
                }
                core.events().send(AppEvent::Invalidate(vec![Tag::SignIns]));
            }
            Err(error) => tracing::info!(%error, "a sign-in is still to be taken back at Salesforce"),
        }
    }
}

async fn done(core: &Core, id: CredentialId) -> Result<(), Error> {
    core.vault().remove(VaultOwner::SignOut(id)).await?;
    Ok(core.database().transact(move |connection| store::sign_ins::sign_out_done(connection, id)).await?)
}

/// Removes every copy of a sign-in's tokens from the keychain entries of integrations and drafts.
async fn forget_copies(core: &Core, id: CredentialId) -> Result<(), Error> {
    let (integrations, drafts) = core
        .database()
        .read(|connection| Ok((store::integrations::list(connection)?, store::drafts::list(connection)?)))
        .await?;
    for row in drafts.into_iter().filter(|row| row.draft.connector == CONNECTOR) {
        let owner = VaultOwner::Draft(row.draft.id);
        if is_copy(core, owner, id).await? {
            let secrets = Some([(TOKEN.to_owned(), None)].into());
            crate::ops::update_draft(core, row.draft.id, DraftPatch { secrets, ..DraftPatch::default() }).await?;
        }
    }
    for integration in integrations.into_iter().filter(|found| found.connector == CONNECTOR) {
        let owner = VaultOwner::Integration(integration.id);
        if is_copy(core, owner, id).await? {
            let mut secrets = core.vault().load(owner).await?;
            secrets.remove(TOKEN);
            core.vault().save(owner, secrets).await?;
            let integration = integration.id;
            core.database()
                .transact(move |connection| store::integrations::remove_secret(connection, integration, TOKEN))
                .await?;
            core.events().send(AppEvent::Invalidate(vec![Tag::Integration(integration)]));
        }
    }
    Ok(())
}

/// Whether an entry holds a token, new or old, of this sign-in.
async fn is_copy(core: &Core, owner: VaultOwner, id: CredentialId) -> Result<bool, Error> {
    let secrets = core.vault().load(owner).await?;
    let Some(print) = secrets.get(TOKEN).map(fingerprint) else { return Ok(false) };
    let found = core.database().read(move |connection| store::sign_ins::of_token(connection, &print)).await?;
    Ok(found == Some(id))
}

/// Removes a sign-in that nothing uses any more, after an integration was deleted. `token`: what that one held.
pub async fn forget_unused(
    core: &Core,
    token: Option<&tributary_plugin_host::protocol::SecretText>,
) -> Result<(), Error> {
    let Some(print) = token.map(fingerprint) else { return Ok(()) };
    let found = core.database().read(move |connection| store::sign_ins::of_token(connection, &print)).await?;
    let Some(id) = found else { return Ok(()) };
    let (integrations, drafts) = core
        .database()
        .read(|connection| Ok((store::integrations::list(connection)?, store::drafts::list(connection)?)))
        .await?;
    let owners = integrations
        .iter()
        .filter(|found| found.connector == CONNECTOR)
        .map(|found| VaultOwner::Integration(found.id))
        .chain(drafts.iter().filter(|row| row.draft.connector == CONNECTOR).map(|row| VaultOwner::Draft(row.draft.id)));
    for owner in owners {
        if is_copy(core, owner, id).await? {
            return Ok(());
        }
    }
    core.vault().remove(VaultOwner::SignIn(id)).await?;
    core.database().transact(move |connection| store::sign_ins::delete(connection, id)).await?;
    let _ = std::fs::remove_file(core.home().sign_ins().join(format!("{id}.lock")));
    Ok(())
}
