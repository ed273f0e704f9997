//! The copy of the public catalogue, fetched from a server of the test's own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine_support;
mod hub_support;

use chrono::TimeDelta;
use hub_support::core::{Place, plugins, search};
use hub_support::{Answer, Body, Server};
use serde_json::{Value, json};
use tributary_contract::{ConnectorKind, InstallNeed};
use tributary_core::ops;

const EXTRACTORS: &str = "/plugins/extractors/index";
const LOADERS: &str = "/plugins/loaders/index";

fn definition(name: &str, label: &str) -> Value {
    json!({
        "name": name, "namespace": name.replace('-', "_"), "variant": "own", "label": label,
        "description": format!("Brings what {label} has"), "pip_url": name, "keywords": ["api", "crm"],
        "quality": "silver", "maintenance_status": "active",
        "settings": [{"name": "token", "kind": "string", "sensitive": true}],
    })
}

fn usual(server: &Server) {
    server.catalogue(
        &[definition("tap-orchard", "Orchard"), definition("tap-meadow", "Meadow")],
        &[definition("target-cellar", "Cellar")],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fetch_is_enough_for_ever() {
    let (server, place) = (Server::start().await, Place::new());
    usual(&server);
    let core = place.open(&server);
    let first = search(&core, "").await;
    assert!(first.connectors.iter().all(|card| card.verified), "nothing waits for the network");
    ops::refresh_hub(&core).await.unwrap();
    assert_eq!(plugins(&core, "orchard").await, ["tap-orchard"]);
    let page = search(&core, "").await;
    assert_eq!((page.hub.known, page.hub.listed, page.hub.refreshing), (3, 3, false));
    assert_eq!(page.hub.failure, None);
    assert!(page.hub.refreshed_at.is_some());
    let card = page.connectors.iter().find(|card| card.plugin == "tap-meadow").unwrap();
    assert_eq!((card.id.as_str(), card.category.as_str(), card.needs), ("meadow", "crm", InstallNeed::Nothing));
    assert_eq!(server.asked().len(), 5);

    // An hour later everything is confirmed and nothing sent again.
    place.clock.advance(TimeDelta::hours(1));
    ops::refresh_hub(&core).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 5);
    assert!(asked.iter().all(|(_, validator)| validator.is_some()), "{asked:?}");
    assert_eq!(plugins(&core, "meadow").await, ["tap-meadow"]);

    // What changed comes anew, what is gone goes.
    place.clock.advance(TimeDelta::hours(1));
    let index = json!({"tap-orchard": server.listed("/plugins/extractors/tap-orchard--own")});
    server.put(EXTRACTORS, Answer::ok(index.to_string()).with("etag", "\"j\""));
    let changed = definition("tap-orchard", "Orchards of the world").to_string();
    server.put("/plugins/extractors/tap-orchard--own", Answer::ok(changed).with("etag", "\"2\""));
    ops::refresh_hub(&core).await.unwrap();
    assert_eq!(search(&core, "orchard").await.connectors[0].label, "Orchards of the world");
    assert_eq!(plugins(&core, "meadow").await, Vec::<String>::new());

    // Without the server, in another process, a month later.
    drop((core, server));
    place.clock.advance(TimeDelta::days(30));
    let core = place.open_with("http://127.0.0.1:9", "http://127.0.0.1:9/simple");
    assert_eq!(plugins(&core, "orchard").await, ["tap-orchard"]);
    let error = ops::refresh_hub(&core).await.unwrap_err();
    assert!(error.to_string().contains("could not be fetched"), "{error}");
    assert_eq!(plugins(&core, "orchard").await, ["tap-orchard"]);
    let detail = ops::get_connector(&core, ConnectorKind::Extractor, "orchard").await.unwrap();
    assert_eq!((detail.settings[0].name.as_str(), detail.settings[0].secret), ("token", true));
    assert_eq!(detail.variant.as_deref(), Some("own"));
}

#[tokio::test(flavor = "multi_thread")]
async fn searching_begins_to_fetch_and_an_interrupted_fetch_goes_on() {
    let (server, place) = (Server::start().await, Place::new());
    usual(&server);
    server.put("/plugins/extractors/tap-meadow--own", Answer::status(503));
    let core = place.open(&server);
    search(&core, "").await;
    // Joins what the search began.
    let error = ops::refresh_hub(&core).await.unwrap_err().to_string();
    assert!(error.contains("tap-meadow") && error.contains("503"), "{error}");
    let page = search(&core, "").await;
    assert_eq!((page.hub.known, page.hub.listed), (2, 3));
    assert!(page.hub.failure.is_some_and(|text| text.contains("tap-meadow")));
    server.asked();
    usual(&server);
    drop(core);
    let core = place.open(&server);
    ops::refresh_hub(&core).await.unwrap();
    let asked: Vec<String> = server.asked().into_iter().map(|(path, _)| path).collect();
    assert_eq!(asked, [EXTRACTORS, "/plugins/extractors/tap-meadow--own", LOADERS]);
    assert_eq!(plugins(&core, "meadow").await, ["tap-meadow"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lying_catalogue_changes_nothing() {
    let (server, place) = (Server::start().await, Place::new());
    usual(&server);
    let core = place.open(&server);
    ops::refresh_hub(&core).await.unwrap();
    let other = Server::start().await;
    other.put("/index", Answer::ok(json!({"tap-evil": {}}).to_string()));
    let redirect = Answer::status(302).with("location", &format!("{}/index", other.root));
    let lies = [
        ("status 500", Answer::status(500)),
        ("no JSON", Answer::ok("<html><body>Sign in to this network</body></html>")),
        ("no JSON", Answer::ok("{\"tap-orchard\": ")),
        ("no JSON", Answer::ok("[1, 2, 3]")),
        ("0 connectors", Answer::ok("{}")),
        ("no connector", Answer::ok("{\"tap-orchard\": {\"variants\": \"none\"}}")),
        ("not text", Answer::ok(vec![0xff, 0xfe, 0x00])),
        ("larger", Answer::of(Body::Endless)),
        ("larger", Answer::ok("x").with("content-length", "209715200")),
        ("too long", Answer::of(Body::Silent)),
        ("another server", redirect),
    ];
    for (said, lie) in lies {
        place.clock.advance(TimeDelta::hours(1));
        server.put(EXTRACTORS, lie);
        let error = ops::refresh_hub(&core).await.unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("list of sources"), "{said}: {error}");
        let page = search(&core, "orchard").await;
        assert_eq!(page.connectors.len(), 1, "{said}");
        assert!(page.hub.failure.is_some_and(|text| text.contains(said)), "{said}");
    }
    assert_eq!(other.asked(), [], "nothing leads to another server");
    place.clock.advance(TimeDelta::hours(1));
    usual(&server);
    ops::refresh_hub(&core).await.unwrap();
    assert_eq!(search(&core, "").await.hub.failure, None, "what is over is not shown any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn lying_definitions_are_left_alone_one_by_one() {
    let (server, place) = (Server::start().await, Place::new());
    let mut scripts = definition("tap-orchard", "<script>alert(1)</script>Orchard<img src=x onerror=alert(1)>");
    scripts["description"] = "<b onclick=x>Apples</b> and [pears](javascript:alert(1))".into();
    scripts["usage"] = "# Use\n\n<script>alert(1)</script>\n\n[a](javascript:x) [b](https://b.example/)".into();
    scripts["docs"] = "javascript:alert(1)".into();
    scripts["repo"] = "https://example.org/repo".into();
    scripts["metadata"] = json!({"tributary": {"type": "salesforce", "check": "login"}});
    server.catalogue(&[scripts], &[definition("target-cellar", "Cellar")]);
    let mut index = serde_json::Map::new();
    index.insert("tap-orchard".to_owned(), server.listed("/plugins/extractors/tap-orchard--own"));
    let lies = [
        ("../../etc/tap", Answer::ok(definition("../../etc/tap", "Path").to_string())),
        ("tap-c:\\evil", Answer::ok(definition("tap-c:\\evil", "Path").to_string())),
        ("meltano", Answer::ok(definition("meltano", "Meltano").to_string())),
        ("tap-other", Answer::ok(definition("tap-else", "Else").to_string())),
        ("tap-html", Answer::ok("<html></html>")),
        ("tap-list", Answer::ok("[]")),
        ("tap-endless", Answer::of(Body::Endless)),
        ("tap-silent", Answer::of(Body::Silent)),
    ];
    for (number, (name, lie)) in lies.into_iter().enumerate() {
        let path = format!("/lie/{number}");
        index.insert(name.to_owned(), server.listed(&path));
        server.put(&path, lie);
    }
    index.insert(
        "tap-far".to_owned(),
        json!({"default_variant": "x", "variants": {"x": {"ref": "https://far.example/x"}}}),
    );
    index.insert(
        "tap-file".to_owned(),
        json!({"default_variant": "x", "variants": {"x": {"ref": "file:///etc/passwd"}}}),
    );
    server.index("extractors", &index.into());
    let core = place.open(&server);
    let error = ops::refresh_hub(&core).await.unwrap_err().to_string();
    assert!(error.contains("10 connectors could not be read"), "{error}");
    let page = search(&core, "").await;
    let hub: Vec<&str> =
        page.connectors.iter().filter(|card| !card.verified).map(|card| card.plugin.as_str()).collect();
    assert_eq!(hub, ["target-cellar", "tap-orchard"]);
    let detail = ops::get_connector(&core, ConnectorKind::Extractor, "tap-orchard").await.unwrap();
    assert_eq!((detail.card.label.as_str(), detail.card.id.as_str()), ("Orchard", "orchard"));
    assert_eq!(detail.card.description, "Apples and pears");
    assert_eq!((detail.docs, detail.repo.as_deref()), (None, Some("https://example.org/repo")));
    let guide = detail.guide.unwrap();
    assert!(guide.contains("# Use") && guide.contains("https://b.example/"), "{guide}");
    assert!(!guide.contains("script"), "{guide}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_with_the_app_hides_the_same_in_the_catalogue() {
    let (server, place) = (Server::start().await, Place::new());
    let mut same_id = definition("jsonl", "Another");
    same_id["pip_url"] = "another".into();
    server.catalogue(
        &[definition("tap-jsonl", "JSON Lines reader")],
        &[definition("target-jsonl", "A stranger's JSON Lines"), same_id],
    );
    let core = place.open(&server);
    ops::refresh_hub(&core).await.unwrap();
    let found = search(&core, "json lines").await.connectors;
    let shown: Vec<_> = found.iter().map(|card| (card.plugin.as_str(), card.verified)).collect();
    assert_eq!(shown, [("target-jsonl", true), ("tap-jsonl", false)]);
    assert_eq!(found[0].label, "JSON Lines files");
    let detail = ops::get_connector(&core, ConnectorKind::Loader, "jsonl").await.unwrap();
    assert_eq!(detail.card.plugin, "target-jsonl");
    assert!(detail.guide.is_some(), "our own guide");
    let error = ops::plan_install(&core, ConnectorKind::Loader, "jsonl").await.unwrap_err();
    assert!(error.to_string().contains("comes with the app"), "{error}");
}

/// Real definitions, where `TRIBUTARY_HUB_SAMPLE` names a folder with some (`KIND/NAME/VARIANT.yml`).
#[tokio::test(flavor = "multi_thread")]
async fn real_definitions_are_all_read() {
    let Some(folder) = std::env::var_os("TRIBUTARY_HUB_SAMPLE").map(std::path::PathBuf::from) else {
        eprintln!("skipped: TRIBUTARY_HUB_SAMPLE names no folder");
        return;
    };
    let (server, place) = (Server::start().await, Place::new());
    let mut all = [Vec::new(), Vec::new()];
    for (kind, word) in ["extractors", "loaders"].into_iter().enumerate() {
        for plugin in std::fs::read_dir(folder.join(word)).unwrap().flatten() {
            let variant = std::fs::read_dir(plugin.path()).unwrap().flatten().next().unwrap();
            let text = std::fs::read_to_string(variant.path()).unwrap();
            all[kind].push(serde_saphyr::from_str::<Value>(&text).unwrap());
        }
    }
    server.catalogue(&all[0], &all[1]);
    let core = place.open(&server);
    ops::refresh_hub(&core).await.unwrap();
    let page = search(&core, "").await;
    assert_eq!(page.hub.known as usize, all[0].len() + all[1].len());
    for one in &page.categories {
        eprintln!("{:20} {}", one.category, one.count);
    }
    let ready = |need| async move {
        let query = tributary_contract::ConnectorQuery { limit: 5000, ..Default::default() };
        let page = ops::search_connectors(&place.open(&server), query).await.unwrap();
        page.connectors.iter().filter(|card| card.needs == need).count()
    };
    assert!(ready(InstallNeed::Nothing).await > 150);
}
