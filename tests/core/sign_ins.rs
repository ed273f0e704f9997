//! Signing in at Salesforce and the tokens that come of it, against the simulated org with rotation and replay detection on:
//! the app dies at every point, the keychain is locked, networks break, and other people answer in the browser.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sign_in_support;

use sign_in_support::{World, browse, credential, visit};
use std::time::Duration;
use tributary_contract::{FixAction, ProblemCode, SignInProgress, SignInStage, SignInState, SignedOut};
use tributary_core::{
    ops,
    salesforce::{SignInError, broker, keep_alive, sign_out},
};
use tributary_salesforce_sim::{Mode, Person, SignInError as Refusal};

const NOW: Duration = Duration::ZERO;

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_in_two_programs_never_use_a_token_twice() {
    let world = World::new().await;
    let (one, other) = (world.open(), world.open());
    let first = world.integration(&one, "One").await;
    let second = world.integration(&one, "Two").await;
    let mut asking = Vec::new();
    for number in 0..40 {
        let core = if number % 2 == 0 { one.clone() } else { other.clone() };
        let subject = if number % 3 == 0 { first } else { second };
        asking.push(tokio::spawn(async move {
            let credential = credential(&core, subject).await;
            broker::access(&core, &credential, NOW).await.map(drop)
        }));
    }
    for asked in asking {
        asked.await.unwrap().unwrap();
    }
    let stats = world.simulator.stats();
    assert_eq!((stats.refreshes, stats.replays, stats.concurrent_refreshes), (40, 0, 0));
    // Both share one sign-in, whatever token each was given at first.
    assert_eq!(credential(&one, first).await.id, credential(&other, second).await.id);
    let status = ops::sign_in_status(&one, first).await.unwrap();
    assert_eq!(status.shared_with, ["Two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_is_young_is_handed_on() {
    let world = World::new().await;
    let core = world.open();
    let credential = credential(&core, world.integration(&core, "CRM").await).await;
    broker::access(&core, &credential, NOW).await.unwrap();
    for _ in 0..5 {
        broker::access(&core, &credential, broker::YOUNG).await.unwrap();
    }
    assert_eq!(world.simulator.stats().token_requests, 1);
    broker::forget_access(&core, credential.id).await;
    broker::access(&core, &credential, broker::YOUNG).await.unwrap();
    assert_eq!(world.simulator.stats().token_requests, 2, "what was refused is asked for anew");
}

/// Asks for access in a program of its own, which dies when `at` says so.
fn die(world: &World, until: impl Fn() -> bool) {
    let options = world.options();
    let environment = world.surroundings();
    let subject = world.subject();
    let program = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    program.spawn(async move {
        let core = tributary_core::Core::open_in(options, environment).unwrap();
        let credential = credential(&core, subject).await;
        let _ = broker::access(&core, &credential, NOW).await;
        std::future::pending::<()>().await;
    });
    while !until() {
        std::thread::sleep(Duration::from_millis(5));
    }
    // Nothing of it is polled any more: its files are let go of as at a kill.
    program.shutdown_background();
}

async fn die_in(world: &World, until: impl Fn() -> bool + Send) {
    tokio::task::block_in_place(|| die(world, until));
    // The dead program's lock goes with its tasks.
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_salesforce_answered_the_sign_in_goes_on() {
    let world = World::prepared().await;
    world.simulator.set_mode(Mode::SignInHangs);
    let before = world.simulator.stats().token_requests;
    die_in(&world, || world.simulator.stats().token_requests > before).await;
    world.simulator.set_mode(Mode::Normal);
    let core = world.open();
    let asked = broker::access(&core, &credential(&core, world.subject()).await, NOW).await;
    // The org may have answered the dead program after all; then it is known that the token is gone.
    assert!(matches!(asked, Ok(_) | Err(SignInError::Unsure)), "{:?}", asked.err());
    assert_eq!(world.simulator.stats().replays, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_new_token_was_saved_the_old_one_is_not_used_again() {
    let world = World::prepared().await;
    world.keychain.block_before_write();
    die_in(&world, || world.keychain.is_blocked()).await;
    world.keychain.unblock();
    let core = world.open();
    let credential = credential(&core, world.subject()).await;
    for _ in 0..3 {
        let asked = broker::access(&core, &credential, NOW).await;
        assert!(matches!(asked, Err(SignInError::Unsure)), "{:?}", asked.err());
    }
    assert_eq!(world.simulator.stats().replays, 0);
    assert_eq!(ops::sign_in_status(&core, world.subject()).await.unwrap().state, SignInState::Unsure);

    // Signing in again settles it.
    let _alone = sign_in_support::ports().await;
    let started = ops::begin_sign_in(&core, world.subject()).await.unwrap();
    browse(&world.simulator, &started.address).await;
    assert_eq!(ops::wait_for_sign_in(&core, started.id).await.unwrap().stage, SignInStage::Done);
    broker::access(&core, &sign_in_support::credential(&core, world.subject()).await, NOW).await.unwrap();
    assert_eq!(world.simulator.stats().replays, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_new_token_was_saved_it_goes_on_with_that() {
    let world = World::prepared().await;
    world.keychain.block_after_write();
    die_in(&world, || world.keychain.is_blocked()).await;
    world.keychain.unblock();
    let core = world.open();
    let credential = credential(&core, world.subject()).await;
    for _ in 0..3 {
        broker::access(&core, &credential, NOW).await.unwrap();
    }
    assert_eq!(world.simulator.stats().replays, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_on_the_way_is_not_guessed() {
    let world = World::prepared().await;
    let core = world.open();
    let credential = credential(&core, world.subject()).await;
    world.simulator.set_mode(Mode::SignInLost);
    let asked = broker::access(&core, &credential, NOW).await;
    assert!(matches!(asked, Err(SignInError::Lost { .. })), "{:?}", asked.err());
    world.simulator.set_mode(Mode::Normal);
    let asked = broker::access(&core, &credential, NOW).await;
    assert!(matches!(asked, Err(SignInError::Unsure)), "it was used, and its successor is lost");
    assert_eq!(world.simulator.stats().replays, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_no_loss_where_tokens_do_not_rotate() {
    let world = World::with(false).await;
    let core = world.open();
    let credential = credential(&core, world.integration(&core, "CRM").await).await;
    world.simulator.set_mode(Mode::SignInLost);
    assert!(broker::access(&core, &credential, NOW).await.is_err());
    world.simulator.set_mode(Mode::Normal);
    broker::access(&core, &credential, NOW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_locked_keychain_does_not_take_is_held_and_saved_later() {
    let world = World::prepared().await;
    let core = world.open();
    let credential = credential(&core, world.subject()).await;
    world.keychain.lock();
    broker::access(&core, &credential, NOW).await.unwrap();
    assert!(ops::sign_in_status(&core, world.subject()).await.unwrap().held);
    broker::access(&core, &credential, NOW).await.unwrap();
    world.keychain.unlock();
    sign_in_support::until("it is saved", || async {
        !ops::sign_in_status(&core, world.subject()).await.unwrap().held
    })
    .await;
    // Another program finds it.
    let other = world.open();
    broker::access(&other, &sign_in_support::credential(&other, world.subject()).await, NOW).await.unwrap();
    assert_eq!(world.simulator.stats().replays, 0);
}

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

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_takes_back_and_removes_also_what_shares_it() {
    let world = World::prepared().await;
    let core = world.open();
    let other = world.integration_with(&core, "Shares", &world.token).await;
    credential(&core, other).await;
    assert_eq!(ops::sign_out(&core, world.subject()).await.unwrap(), SignedOut::Revoked);
    assert_eq!(world.simulator.stats().revocations, 1);
    assert!(!world.keychain.holds(&world.simulator.current_refresh_token()) && !world.keychain.holds(&world.token));
    for subject in [world.subject(), other] {
        let status = ops::sign_in_status(&core, subject).await.unwrap();
        assert_eq!((status.state, status.sign_out_pending), (SignInState::SignedOut, false));
    }
    assert_eq!(ops::sign_out(&core, world.subject()).await.unwrap(), SignedOut::NotSignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_without_a_network_is_made_up_for() {
    let mut world = World::prepared().await;
    let core = world.open();
    world.stop_simulator().await;
    assert_eq!(ops::sign_out(&core, world.subject()).await.unwrap(), SignedOut::Queued);
    assert!(ops::sign_in_status(&core, world.subject()).await.unwrap().sign_out_pending);
    sign_out::go_on(&core).await;
    assert!(ops::sign_in_status(&core, world.subject()).await.unwrap().sign_out_pending, "still no network");
    drop(core);
    world.start_simulator().await;
    let core = world.open();
    sign_out::go_on(&core).await;
    assert!(!ops::sign_in_status(&core, world.subject()).await.unwrap().sign_out_pending);
    assert!(!world.keychain.holds(&world.token), "nothing of it is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_nothing_uses_is_used_before_it_expires() {
    let world = World::prepared().await;
    let core = world.open();
    assert_eq!(keep_alive::use_idle(&core).await.unwrap(), 0);
    world.clock.advance(chrono::TimeDelta::days(21));
    let before = world.simulator.stats().refreshes;
    assert_eq!(keep_alive::use_idle(&core).await.unwrap(), 1);
    assert_eq!(keep_alive::use_idle(&core).await.unwrap(), 0);
    assert_eq!(world.simulator.stats().refreshes, before + 1);
    assert_eq!(world.simulator.stats().replays, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_last_integration_leaves_nothing_in_the_keychain() {
    let world = World::prepared().await;
    let core = world.open();
    let other = world.integration_with(&core, "Shares", &world.token).await;
    ops::delete_integration(&core, "CRM").await.unwrap();
    broker::access(&core, &credential(&core, other).await, NOW).await.unwrap();
    ops::delete_integration(&core, "Shares").await.unwrap();
    assert_eq!(world.keychain.accounts(), Vec::<String>::new());
    assert_eq!(world.simulator.stats().replays, 0);
}
