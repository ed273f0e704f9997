use tributary_salesforce_sim::{Simulator, SimulatorConfig, SimulatorError};

use crate::client::{SignedIn, config};

#[tokio::test]
async fn edits_and_rotated_tokens_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let overlay = Some(folder.path().join("edits.json"));
    let config = SimulatorConfig { overlay, rotate_refresh_tokens: true, ..config(&[("Account", 200)]) };
    let soql = "SELECT Id,Phone,SystemModstamp,IsDeleted FROM Account ORDER BY SystemModstamp ASC";

    let first = SignedIn::start(config.clone()).await;
    first.simulator.change_records("Account", 20).expect("editable");
    first.simulator.add_records("Account", 5).expect("editable");
    first.simulator.delete_records("Account", 3).expect("editable");
    first.simulator.save_overlay().expect("saved");
    let records = first.records(soql).await.0;
    let token = first.simulator.current_refresh_token();
    first.simulator.stop().await;

    let text = std::fs::read_to_string(folder.path().join("edits.json")).expect("the file");
    assert!(!text.contains(&token) && !text.contains(&config.client_secret), "no token is written");

    let second = SignedIn::start(config.clone()).await;
    assert_eq!(second.records(soql).await.0, records);
    assert_ne!(second.simulator.current_refresh_token(), token, "signing in went on from the kept token");
    second.simulator.change_records("Account", 1).expect("editable");
    let newest = second.records(soql).await.0.pop().expect("some");
    let before = records.last().expect("some");
    assert!(newest["SystemModstamp"].as_str() > before["SystemModstamp"].as_str(), "the clock goes on");
    drop(second);

    let mut other = config;
    other.rows.insert("Account".into(), 201);
    let refused = Simulator::start(other).await.expect_err("edits of other data");
    assert!(matches!(refused, SimulatorError::OverlayMismatch { .. }));
}
