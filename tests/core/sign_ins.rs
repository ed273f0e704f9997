//! Signing in at Salesforce and the tokens that come of it, against the simulated org with rotation and replay detection on:
//! the app dies at every point, the keychain is locked, and networks break.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sign_in_support;

use sign_in_support::{World, browse, credential};
use std::time::Duration;
use tributary_contract::{SignInStage, SignInState, SignedOut};
use tributary_core::{
    ops,
    salesforce::{SignInError, broker, keep_alive, sign_out},
};
use tributary_salesforce_sim::Mode;

const NOW: Duration = Duration::ZERO;

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_in_two_programs_never_use_a_token_twice() {
    let world = World::new().await;
    let (one, other) = (world.open(), world.open());
    let first = world.integration(&one, "One").await;
    let second = world.integration(&one, "Two").await;
    let mut tasks = Vec::new();
    for number in 0..40 {
        let core = if number % 2 == 0 { one.clone() } else { other.clone() };
        let subject = if number % 3 == 0 { first } else { second };
        tasks.push(tokio::spawn(async move {
            let credential = credential(&core, subject).await;
            broker::access(&core, &credential, NOW).await.map(drop)
        }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let counted = world.simulator.stats();
    assert_eq!((counted.refreshes, counted.replays, counted.concurrent_refreshes), (40, 0, 0));
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
