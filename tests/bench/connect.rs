//! What testing a connection costs over the connector's own bare login, and how quick a large offer is.
//!
//!   cargo build -p tributary-plugin-host && cargo bench -p tributary-cli --bench connect
//!
//! The first figure needs the engine of the tests (`scripts/test rust` prepares it) and a loopback network only.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark prints what it measures and starts what it compares with"
)]

use serde_json::{Value, json};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tributary_contract::{NewIntegration, StreamChoice, Subject, SyncMode, TestId};
use tributary_core::{
    Core, CoreOptions, InMemory, NoEvents, Resources, SystemClock, ops,
    store::{CatalogOwner, Database, catalogs},
};
use tributary_salesforce_sim::{Simulator, SimulatorConfig};

const ROUNDS: usize = 7;
/// Marks the process that runs in the simulated org's network.
const INSIDE: &str = "TRIBUTARY_BENCH_INSIDE";

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if std::env::var_os(INSIDE).is_some() {
        runtime.block_on(login());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    if programs().join("test-engine").is_dir() {
        let simulator = runtime.block_on(Simulator::start(SimulatorConfig::default())).unwrap();
        let certificate = folder.path().join("ca.pem");
        std::fs::write(&certificate, simulator.ca_pem()).unwrap();
        let status = Command::new(std::env::current_exe().unwrap())
            .env(INSIDE, "1")
            .env("HTTPS_PROXY", simulator.proxy_url())
            .env("NO_PROXY", "127.0.0.1")
            .env("REQUESTS_CA_BUNDLE", &certificate)
            .status()
            .unwrap();
        assert!(status.success());
    } else {
        println!("the cost of a test was not measured: run scripts/test rust first");
    }
    runtime.block_on(offers(folder.path()));
}

/// The folder with the programs of the same build.
fn programs() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let target = own.ancestors().nth(3).unwrap().to_owned();
    target.join("debug")
}

fn open(home: &Path) -> Core {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut resources = Resources::in_folders(&programs(), &top);
    // A build with optimisations has its own.
    let beside = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("plugin-host");
    if beside.is_file() {
        resources.plugin_host = beside;
    }
    Core::open(CoreOptions {
        home: home.to_owned(),
        engine: Some(programs().join("test-engine")),
        resources,
        secrets: Arc::new(InMemory::default()),
        clock: Arc::new(SystemClock),
        events: Arc::new(NoEvents),
        keychain_patience: Duration::from_secs(1),
    })
    .unwrap()
}

/// Both logins in turn, so that both meet the same machine.
async fn login() {
    let folder = tempfile::tempdir().unwrap();
    let core = open(&folder.path().join("home"));
    let simulator = SimulatorConfig::default();
    let secrets = json!({"client_id": simulator.client_id, "client_secret": simulator.client_secret,
        "refresh_token": simulator.refresh_token});
    let input =
        json!({"type": "salesforce", "name": "CRM", "config": {"start_date": "2010-01-01"}, "secrets": secrets});
    let integration =
        ops::create_integration(&core, serde_json::from_value::<NewIntegration>(input).unwrap()).await.unwrap();
    let mut config = secrets.clone();
    config["start_date"] = json!("2010-01-01T00:00:00Z");
    config["api_type"] = json!("REST");
    config["is_sandbox"] = json!(false);
    let path = folder.path().join("config.json");
    std::fs::write(&path, config.to_string()).unwrap();
    let tap = core.engine().executable("tap-salesforce", "tap-salesforce").unwrap();

    let (mut bare, mut tested, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let status = Command::new(&tap).arg("--config").arg(&path).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.unwrap().success());
        bare.push(begun.elapsed().as_secs_f64());

        let signed_in = Mutex::new(0.0);
        let begun = Instant::now();
        let watch = |check: &tributary_contract::Check| {
            if check.name == "sign_in" {
                *signed_in.lock().unwrap() = begun.elapsed().as_secs_f64();
            }
        };
        let report = ops::test_connection(&core, integration.id.into(), TestId::new(), &watch).await.unwrap();
        assert!(report.ok, "{report:?}");
        whole.push(begun.elapsed().as_secs_f64());
        tested.push(*signed_in.lock().unwrap());
    }
    let (bare, tested, whole) = (median(bare), median(tested), median(whole));
    println!("bare login of the connector:            {bare:.3} s");
    println!("test until signed in (four checks):     {tested:.3} s");
    let own = tested - bare;
    println!("own cost of the test:                   {own:.3} s (at most 0.3, ratio {:.2})", own / 0.3);
    println!("the whole test, rows read:              {whole:.3} s");
    core.shutdown().await;
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// 5,000 streams of 50 fields each.
fn large() -> String {
    let mut text = Vec::from(&b"{\"streams\":["[..]);
    for stream in 0..5_000 {
        let name = format!("stream_{stream:04}");
        let fields = (0..50).map(|field| (format!("field_{field:02}_of_{name}"), json!({"type": ["null", "string"]})));
        let properties: serde_json::Map<String, Value> = fields.collect();
        let metadata: Vec<Value> = properties
            .keys()
            .map(|field| json!({"breadcrumb": ["properties", field], "metadata": {"inclusion": "available"}}))
            .chain([json!({"breadcrumb": [], "metadata": {"valid-replication-keys": [format!("field_00_of_{name}")]}})])
            .collect();
        let entry = json!({"tap_stream_id": name, "stream": name, "metadata": metadata,
            "schema": {"type": "object", "properties": properties}});
        write!(text, "{}{entry}", if stream == 0 { "" } else { "," }).unwrap();
    }
    text.extend(b"]}");
    String::from_utf8(text).unwrap()
}

async fn offers(folder: &Path) {
    let home = folder.join("home");
    let core = open(&home);
    let file = folder.join("people.csv");
    std::fs::write(&file, "id\n1\n").unwrap();
    let input = json!({"type": "spreadsheets", "name": "Large", "config": {"files": [{"path": file, "format": "csv",
        "table_name": "people", "primary_keys": ["id"]}]}});
    let integration =
        ops::create_integration(&core, serde_json::from_value::<NewIntegration>(input).unwrap()).await.unwrap();
    let subject = Subject::Integration(integration.id);
    let (catalog, id) = (large(), integration.id);
    println!("\na catalog of 5,000 streams with 50 fields each, {} MB", catalog.len() / 1_000_000);
    let database = Database::open(&home.join("tributary.db")).unwrap();
    let now = integration.created_at;
    database
        .transact_now(|connection| catalogs::save(connection, CatalogOwner::Integration(id), &catalog, now))
        .unwrap();

    let report = |what: &str, begun: Instant| {
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        println!("{what:40}{took:8.1} ms (at most 200, ratio {:.2})", took / 200.0);
    };
    let begun = Instant::now();
    let offer = ops::get_offer(&core, subject, false).await.unwrap();
    report("offer, read for the first time:", begun);
    let begun = Instant::now();
    let again = ops::get_offer(&core, subject, false).await.unwrap();
    let bytes = serde_json::to_vec(&again).unwrap().len();
    report("offer, as the window gets it:", begun);
    println!("{:40}{:8.1} MB", "", bytes as f64 / 1e6);
    let begun = Instant::now();
    let found = ops::search_fields(&core, subject, "49_OF_stream_4999", 200).await.unwrap();
    report("search over all fields, one hit:", begun);
    assert_eq!(found.len(), 1);
    let all: Vec<StreamChoice> = offer.streams.iter().map(tributary_contract::OfferedStream::whole).collect();
    let begun = Instant::now();
    save(&core, id, all.clone()).await;
    report("select all and save:", begun);
    let fewer = all.into_iter().step_by(2).map(|choice| StreamChoice { mode: SyncMode::Full, ..choice }).collect();
    let begun = Instant::now();
    save(&core, id, fewer).await;
    report("save another selection:", begun);
    let begun = Instant::now();
    let fields = ops::list_fields(&core, subject, "stream_2500").await.unwrap();
    report("fields of one stream:", begun);
    assert_eq!(fields.len(), 50);
}

async fn save(core: &Core, id: tributary_contract::IntegrationId, streams: Vec<StreamChoice>) {
    let patch = tributary_contract::IntegrationPatch { streams: Some(streams), ..Default::default() };
    ops::update_integration(core, &id.to_string(), patch).await.unwrap();
}
