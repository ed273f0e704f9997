//! `trib sign-in` and `trib sign-out`.

use super::{schedules::on_the_wall, test::in_words};
use crate::{
    arguments::SignInArguments,
    context::Context,
    output::{Output, number},
    signals::Signals,
};
use serde_json::json;
use tributary_contract::{SignInProgress, SignInStage, SignInState, SignInStatus, SignedInAs, SignedOut, Subject};
use tributary_core::{Error, ops};

/// Signs in with the browser. For programs the first line has the address, the last one how it ended.
pub async fn sign_in(context: &Context, output: Output, arguments: SignInArguments) -> Result<bool, Error> {
    let core = &context.core;
    let integration = ops::get_integration(core, &arguments.integration).await?;
    let subject = Subject::from(integration.id);
    if arguments.status {
        let status = ops::sign_in_status(core, subject).await?;
        output.object(&json!({ "sign_in": status }));
        say_status(output, &integration.name, &status);
        return Ok(true);
    }
    // Before the address is told: a signal that comes right after it is not lost.
    let mut signals = Signals::listen();
    let started = ops::begin_sign_in(core, subject).await?;
    output.object(&json!({ "sign_in": started }));
    output.say(&format!("Open this address in a browser of this computer and allow access:\n\n{}\n", started.address));
    if !arguments.no_browser && output.is_live() && open::that_detached(&started.address).is_err() {
        output.remark("No browser could be opened from here.");
    }
    let mut change = None;
    loop {
        let progress = tokio::select! {
            progress = ops::wait_for_sign_in(core, started.id) => progress?,
            () = signals.next() => {
                ops::cancel_sign_in(core, started.id)?;
                continue;
            }
        };
        if progress.stage != SignInStage::Confirming {
            // What would have changed is the reason.
            return Ok(report(output, &SignInProgress { change, ..progress }));
        }
        if arguments.accept_change {
            ops::confirm_sign_in(core, started.id)?;
        } else {
            change = progress.change;
            ops::cancel_sign_in(core, started.id)?;
        }
    }
}

fn report(output: Output, progress: &SignInProgress) -> bool {
    output.object(&json!({ "signed_in": progress }));
    if let Some(change) = &progress.change {
        output.say(&format!("{}\nNothing was changed. Add --accept-change to keep it.", change.meaning));
    }
    if let Some(problem) = &progress.problem {
        output.say(&in_words(problem));
    }
    if let (SignInStage::Done, Some(identity)) = (progress.stage, &progress.identity) {
        output.say(&format!("Signed in as {}.", who(identity)));
    }
    if progress.stage == SignInStage::Cancelled && progress.change.is_none() {
        output.say("Not signed in: it was stopped.");
    }
    progress.stage == SignInStage::Done
}

fn who(identity: &SignedInAs) -> String {
    let org = identity.org_name.as_deref().unwrap_or(&identity.instance_url);
    let kind = identity.org_type.as_deref().map(|kind| format!(", {kind}")).unwrap_or_default();
    format!("{} ({}) in {org}{kind}", identity.display_name, identity.username)
}

fn say_status(output: Output, name: &str, status: &SignInStatus) {
    let state = match (status.state, &status.identity) {
        (SignInState::SignedIn, Some(identity)) => format!("signed in as {}", who(identity)),
        (SignInState::SignedIn, None) => "signed in; as whom the next sync finds out".to_owned(),
        (SignInState::SignedOut, _) => "signed out".to_owned(),
        (SignInState::Unsure, _) => "to be signed in again: the last renewal did not arrive".to_owned(),
        (SignInState::None, _) => "not signed in".to_owned(),
    };
    output.say(&format!("“{name}”: {state}."));
    if let Some(quota) = status.quota {
        let (left, max) = (number(quota.remaining), number(quota.max));
        output.say(&format!(
            "{left} of {max} API calls are left ({}); a sync begins up to {} percent.",
            on_the_wall(quota.at),
            status.share
        ));
    }
    if let Some(until) = status.idle_until {
        output.say(&format!("Unused it would expire {}; Tributary uses it before that.", on_the_wall(until)));
    }
    if !status.shared_with.is_empty() {
        output.say(&format!("Also used by {}.", status.shared_with.join(", ")));
    }
}

/// Signs out.
pub async fn sign_out(context: &Context, output: Output, integration: &str) -> Result<bool, Error> {
    let core = &context.core;
    let integration = ops::get_integration(core, integration).await?;
    let done = ops::sign_out(core, integration.id.into()).await?;
    output.object(&json!({ "signed_out": done }));
    output.say(match done {
        SignedOut::Revoked => "Signed out, here and at Salesforce.",
        SignedOut::Queued => {
            "Signed out here. Salesforce cannot be reached: it is told as soon as it can, while Tributary or trib daemon runs."
        }
        SignedOut::NotSignedIn => "Nobody was signed in.",
    });
    Ok(true)
}
