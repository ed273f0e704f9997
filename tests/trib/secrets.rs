//! No secret anywhere it does not belong: during and after good, failing and killed runs.

mod support;

use support::{
    World,
    secrets::{Watch, find},
    small_org,
};
use tributary_salesforce_sim::{Mode, SignInError, SimulatorConfig};

#[test]
fn no_secret_is_on_disk_or_in_the_process_list_during_and_after_runs() {
    let mut world = World::new();
    // Values of their own: the simulator's usual ones stand in its program, and in this one.
    let config = SimulatorConfig {
        client_id: "client-6f1d20c5e1b94b0a".to_owned(),
        client_secret: "c0ffee+geheim/82b7d1f3=".to_owned(),
        refresh_token: "5Aep861.refresh \"quoted\" 93b1a7".to_owned(),
        rotate_refresh_tokens: true,
        ..small_org(1_200, 50)
    };
    let simulator = world.simulate(config.clone());
    let mut secrets = vec![config.client_secret.clone(), config.refresh_token.clone()];
    world.connect("CRM", &config, serde_json::json!({"streams": ["Account", "Contact"]}));
    let check = |what: &str, secrets: &[String]| {
        assert_eq!(find(world.folder(), secrets), Vec::<String>::new(), "a secret is left behind after {what}");
    };
    check("creating", &secrets);

    simulator.set_delay(std::time::Duration::from_millis(100));
    let watch = Watch::start(world.folder(), secrets.clone());
    world.trib(&["test", "CRM"]).ok();
    let run = world.sync("CRM");
    let (looks, places) = watch.finish();
    assert!(looks >= 3, "it was looked often enough ({looks})");
    assert_eq!(places, Vec::<String>::new(), "a secret was seen during a good run");
    secrets.push(simulator.current_refresh_token());
    check("a good run", &secrets);
    assert!(world.log(&run).contains("[hidden]"), "the tap printed secrets, which were hidden");

    for mode in [
        Mode::SignInRefused { error: SignInError::InvalidGrant },
        Mode::SignInRefused { error: SignInError::InvalidClient },
        Mode::ServerError { after_pages: 1 },
    ] {
        simulator.set_mode(mode.clone());
        let watch = Watch::start(world.folder(), secrets.clone());
        let answer = world.trib(&["sync", "CRM", "--full-refresh"]);
        assert_eq!(answer.code, Some(1), "{mode:?}");
        assert!(secrets.iter().all(|secret| !answer.stdout.contains(secret) && !answer.stderr.contains(secret)));
        let (_, places) = watch.finish();
        assert_eq!(places, Vec::<String>::new(), "a secret was seen during a failing run: {mode:?}");
        secrets.push(simulator.current_refresh_token());
        check("a failing run", &secrets);
    }

    simulator.set_mode(Mode::Hang { after_pages: 2 });
    let mut child = world.command(&["sync", "CRM", "--full-refresh"]).spawn().unwrap();
    support::until("the tap has read something", || {
        simulator.stats().query_pages >= 2 || child.try_wait().unwrap().is_some()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    secrets.push(simulator.current_refresh_token());
    check("a killed run", &secrets);
    world.trib(&["runs"]).ok();
    check("picking up after it", &secrets);
}
