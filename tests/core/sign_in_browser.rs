//! Signing in with the browser: what comes back, what other programs and other people bring, and what is kept.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sign_in_support;

use sign_in_support::{World, browse, credential, visit};
use std::time::Duration;
use tributary_contract::{FixAction, ProblemCode, SignInProgress, SignInStage, SignInState};
use tributary_core::{ops, salesforce::broker};
use tributary_salesforce_sim::{Mode, Person, SignInError as Refusal};

const NOW: Duration = Duration::ZERO;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_with_the_browser() {
    let world = World::new().await;
    let _alone = sign_in_support::ports().await;
    let core = world.open();
    let subject = world.integration_with(&core, "CRM", "not-the-right-token").await;
    let started = ops::begin_sign_in(&core, subject).await.unwrap();
    assert!(started.callback.starts_with("http://localhost:"), "{}", started.callback);
    assert!(!started.address.contains(&world.simulator.config().client_secret), "the address holds no secret");
    for word in ["code_challenge_method=S256", "code_challenge=", "state=", "response_type=code", "refresh_token"] {
        assert!(started.address.contains(word), "{word}: {}", started.address);
    }
    // What another program says at the port changes nothing.
    let other = visit(&format!("{}?code=x&state=guessed", started.callback)).await;
    assert_eq!(other.0, 400);
    let page = browse(&world.simulator, &started.address).await;
    assert!(page.contains("go back to Tributary"), "{page}");
    let done = ops::wait_for_sign_in(&core, started.id).await.unwrap();
    assert_eq!((done.stage, done.problem.clone()), (SignInStage::Done, None), "{done:?}");
    let who = done.identity.unwrap();
    assert_eq!(who.username, world.simulator.config().username);
    assert_eq!(
        (who.org_name.as_deref(), who.org_type.as_deref()),
        (Some("Tributary Sample"), Some("Enterprise Edition"))
    );

    let status = ops::sign_in_status(&core, subject).await.unwrap();
    assert_eq!(status.state, SignInState::SignedIn);
    assert!(status.quota.is_some_and(|quota| quota.max == 100_000 && quota.remaining < quota.max));
    assert!(status.idle_until.unwrap() > status.used_at.unwrap());
    for _ in 0..3 {
        broker::access(&core, &credential(&core, subject).await, NOW).await.unwrap();
    }
    assert_eq!(world.simulator.stats().replays, 0);
    // Nobody listens any more, so a late call-back reaches nobody.
    assert_eq!(visit(&format!("{}?code=x&state=late", started.callback)).await.0, 0);
}

async fn failed(world: &World, core: &tributary_core::Core) -> SignInProgress {
    let started = ops::begin_sign_in(core, world.subject()).await.unwrap();
    browse(&world.simulator, &started.address).await;
    let ended = ops::wait_for_sign_in(core, started.id).await.unwrap();
    assert_eq!(ended.stage, SignInStage::Failed, "{ended:?}");
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn what_salesforce_refuses_is_told_with_its_own_fix() {
    let world = World::prepared().await;
    let _alone = sign_in_support::ports().await;
    let core = world.open();
    let mut told = std::collections::HashSet::new();
    for (mode, code, action) in [
        (refused(Refusal::AppBlocked), ProblemCode::AppBlocked, FixAction::AskAdministrator),
        (refused(Refusal::AppAccessDenied), ProblemCode::AppBlocked, FixAction::AskAdministrator),
        (refused(Refusal::AppNotFound), ProblemCode::WrongClient, FixAction::SignIn),
        (refused(Refusal::IpRestricted), ProblemCode::AppBlocked, FixAction::AskAdministrator),
        (refused(Refusal::InactiveUser), ProblemCode::SignInRevoked, FixAction::SignIn),
        (refused(Refusal::CodeChallengeMissing), ProblemCode::WrongClient, FixAction::SignIn),
        (refused(Refusal::InvalidScope), ProblemCode::MissingPermission, FixAction::AskAdministrator),
        (Mode::NoRefreshToken, ProblemCode::MissingPermission, FixAction::AskAdministrator),
        (Mode::SignInLost, ProblemCode::NetworkDown, FixAction::CheckNetwork),
    ] {
        world.simulator.set_mode(mode.clone());
        let problem = failed(&world, &core).await.problem.unwrap();
        assert_eq!((problem.code, problem.fix.action), (code, action), "{mode:?}: {problem:?}");
        assert!(told.insert(problem.explanation.clone()), "{mode:?} has words of its own: {}", problem.explanation);
    }
    world.simulator.set_mode(Mode::Normal);
    broker::access(&core, &credential(&core, world.subject()).await, NOW).await.unwrap();
    assert_eq!(world.simulator.stats().replays, 0, "what was there before is as it was");
}

fn refused(error: Refusal) -> Mode {
    Mode::SignInRefused { error }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_salesforce_shows_in_the_browser_alone_leaves_everything_as_it_is() {
    let world = World::prepared().await;
    let _alone = sign_in_support::ports().await;
    let core = world.open();
    for error in [Refusal::InvalidClientId, Refusal::RedirectUriMismatch] {
        world.simulator.set_mode(refused(error));
        let started = ops::begin_sign_in(&core, world.subject()).await.unwrap();
        let page = browse(&world.simulator, &started.address).await;
        assert!(page.contains(error.reply().0), "{page}");
        assert_eq!(ops::sign_in_progress(&core, started.id).unwrap().stage, SignInStage::Browser, "it waits");
        // Beginning again takes its place, and its port.
        world.simulator.set_mode(Mode::Normal);
        let again = ops::begin_sign_in(&core, world.subject()).await.unwrap();
        assert_eq!(ops::sign_in_progress(&core, started.id).unwrap().stage, SignInStage::Cancelled);
        assert_eq!(again.callback, started.callback);
        ops::cancel_sign_in(&core, again.id).unwrap();
        assert_eq!(ops::wait_for_sign_in(&core, again.id).await.unwrap().stage, SignInStage::Cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_every_port_is_taken_it_says_by_whom() {
    let world = World::prepared().await;
    let _alone = sign_in_support::ports().await;
    let core = world.open();
    let taken: Vec<_> = [1717, 7171, 8717].map(|port| std::net::TcpListener::bind(("127.0.0.1", port)).unwrap()).into();
    let error = ops::begin_sign_in(&core, world.subject()).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("1717, 7171, 8717"), "{text}");
    if cfg!(target_os = "linux") {
        assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
    }
    assert!(error.hint().contains("Close the program"), "{}", error.hint());
    drop(taken);
    let started = ops::begin_sign_in(&core, world.subject()).await.unwrap();
    ops::cancel_sign_in(&core, started.id).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_or_another_org_is_kept_only_when_the_person_agrees() {
    let world = World::prepared().await;
    let _alone = sign_in_support::ports().await;
    let core = world.open();
    // The first one is known from signing in.
    let started = ops::begin_sign_in(&core, world.subject()).await.unwrap();
    browse(&world.simulator, &started.address).await;
    assert_eq!(ops::wait_for_sign_in(&core, started.id).await.unwrap().stage, SignInStage::Done);
    let before = credential(&core, world.subject()).await.id;

    let org = world.simulator.config().org_id.clone();
    world.simulator.set_person(Some(Person { username: "other@example.com".into(), org_id: org }));
    let asked = confirming(&world, &core).await;
    let change = asked.change.clone().unwrap();
    assert!(!change.other_org && change.meaning.contains("other@example.com"), "{change:?}");
    let revocations = world.simulator.stats().revocations;
    ops::cancel_sign_in(&core, asked.id).unwrap();
    assert_eq!(ops::wait_for_sign_in(&core, asked.id).await.unwrap().stage, SignInStage::Cancelled);
    assert_eq!(world.simulator.stats().revocations, revocations + 1, "what is not wanted is taken back");
    assert_eq!(credential(&core, world.subject()).await.id, before);
    broker::access(&core, &credential(&core, world.subject()).await, NOW).await.unwrap();

    world
        .simulator
        .set_person(Some(Person { username: "far@example.org".into(), org_id: "00D000000000001EAA".into() }));
    let asked = confirming(&world, &core).await;
    assert!(asked.change.as_ref().unwrap().other_org);
    ops::confirm_sign_in(&core, asked.id).unwrap();
    assert_eq!(ops::wait_for_sign_in(&core, asked.id).await.unwrap().stage, SignInStage::Done);
    let status = ops::sign_in_status(&core, world.subject()).await.unwrap();
    assert_eq!(status.identity.unwrap().username, "far@example.org");
    assert_ne!(credential(&core, world.subject()).await.id, before);
}

async fn confirming(world: &World, core: &tributary_core::Core) -> SignInProgress {
    let started = ops::begin_sign_in(core, world.subject()).await.unwrap();
    browse(&world.simulator, &started.address).await;
    let asked = ops::wait_for_sign_in(core, started.id).await.unwrap();
    assert_eq!(asked.stage, SignInStage::Confirming, "{asked:?}");
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_is_locked_when_a_sign_in_is_saved_loses_nothing() {
    let world = World::prepared().await;
    let _alone = sign_in_support::ports().await;
    let core = world.open();
    let started = ops::begin_sign_in(&core, world.subject()).await.unwrap();
    world.keychain.lock();
    browse(&world.simulator, &started.address).await;
    sign_in_support::until("it is held", || async { ops::sign_in_progress(&core, started.id).unwrap().held }).await;
    world.keychain.unlock();
    let done = ops::wait_for_sign_in(&core, started.id).await.unwrap();
    assert_eq!((done.stage, done.held), (SignInStage::Done, false), "{done:?}");
    assert_eq!(world.simulator.stats().code_exchanges, 1, "nobody had to sign in twice");
    broker::access(&core, &credential(&core, world.subject()).await, NOW).await.unwrap();
}
