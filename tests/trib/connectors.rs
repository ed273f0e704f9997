//! `trib connectors` with a stand-in for the public catalogue.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../core/hub_support/server.rs"]
mod hub_support;
mod support;

use hub_support::{Answer, Server, source};
use serde_json::json;
use support::World;

#[test]
fn the_marketplace_is_searched_and_installed_from() {
    let mut world = World::new();
    let server = world.runtime.block_on(Server::start());
    let marker = world.folder().join("ran");
    server.catalogue(
        &[json!({
            "name": "tap-parcel", "label": "Parcels", "variant": "own", "description": "Parcels and their ways",
            "pip_url": format!("git+{}/o/r.git@v1", server.root), "settings": [{"name": "token", "sensitive": true}],
        })],
        &[json!({"name": "target-other", "label": "Other", "pip_url": "-r list.txt"})],
    );
    let archive = "/o/r/archive/refs/tags/v1.zip";
    server.put(archive, Answer::ok(source("tap-parcel", &marker, Some("demo-dep==1.0"), "one")));
    server.put_wheel("demo_dep", "1.0");
    world.environment.insert("TRIBUTARY_HUB_URL".to_owned(), server.root.clone());
    world.environment.insert("UV_DEFAULT_INDEX".to_owned(), format!("{}/simple", server.root));

    let hub = world.trib(&["connectors", "refresh"]).ok()["hub"].clone();
    assert_eq!((hub["known"].as_u64(), hub["failure"].as_str()), (Some(2), None), "{hub}");
    let page = world.trib(&["connectors", "search", "parcels", "ways"]).ok();
    assert_eq!(
        (page["total"].as_u64(), page["connectors"][0]["plugin"].as_str()),
        (Some(1), Some("tap-parcel")),
        "{page}"
    );
    let shown = world.trib(&["connectors", "show", "parcel"]).ok()["connector"].clone();
    assert_eq!(
        (shown["card"]["verified"].as_bool(), shown["settings"][0]["secret"].as_bool()),
        (Some(false), Some(true))
    );
    let other = world.trib(&["connectors", "show", "other"]).ok()["connector"].clone();
    assert!(other["obstacle"].as_str().unwrap().contains("option"), "{other}");
    assert_eq!(world.trib(&["connectors", "install", "other", "--yes"]).refused(), "not_installable");
    assert_eq!(world.trib(&["connectors", "show", "nothing"]).refused(), "unknown_connector");

    let answer = world.trib(&["connectors", "install", "parcel"]);
    assert_eq!(answer.refused(), "not_installable");
    assert!(answer.stdout.contains("\"plan\""), "what would be installed is shown: {answer:?}");
    assert!(!marker.exists(), "nothing runs without agreement");
    let installed = world.trib(&["connectors", "install", "parcel", "--yes"]).ok()["connector"].clone();
    assert_eq!(installed["card"]["installed"].as_bool(), Some(true), "{installed}");

    // Without the catalogue, what is installed and what is known stays.
    drop(server);
    let answer = world.trib(&["connectors", "refresh"]);
    assert_eq!(answer.refused(), "network_unavailable");
    let list = world.trib(&["connectors", "list"]).ok();
    assert!(list["connectors"].as_array().unwrap().iter().any(|one| one["plugin"] == "tap-parcel"), "{list}");
    let page = world.trib(&["connectors", "search", "target-other"]).ok();
    assert_eq!(page["connectors"][0]["plugin"].as_str(), Some("target-other"), "{page}");
}
