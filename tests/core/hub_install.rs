//! Installing connectors that do not come with the app, from a server of the test's own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine_support;
mod hub_support;

use hub_support::core::{Place, names, plugins};
use hub_support::{Answer, Server, source, wheel};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use tributary_contract::{ConnectorKind, InstallPlan};
use tributary_core::engine::EngineError;
use tributary_core::{Core, Error, ops};

const PLUGIN: &str = "tap-parcel";
const ARCHIVE: &str = "/o/r/archive/refs/tags/v1.zip";

/// A stand-in with one connector that installs from a tag, and its one requirement in the package index.
struct Stage {
    server: Server,
    place: Place,
    marker: PathBuf,
}

impl Stage {
    async fn new(needs: Option<&str>) -> (Self, Core) {
        let (server, place) = (Server::start().await, Place::new());
        let marker = place.folder.path().join("ran");
        let stage = Self { server, place, marker };
        stage.server.put(ARCHIVE, Answer::ok(source(PLUGIN, &stage.marker, needs, "one")));
        stage.server.put_wheel("demo_dep", "1.0");
        let core = stage.core_with(json!({})).await;
        (stage, core)
    }

    /// A core that knows the connector, with other words in its definition.
    async fn core_with(&self, more: Value) -> Core {
        let mut definition = json!({
            "name": PLUGIN, "namespace": "tap_parcel", "variant": "own", "label": "Parcels", "description": "Parcels",
            "pip_url": format!("git+{}/o/r.git@v1", self.server.root), "settings": [{"name": "token", "sensitive": true}],
        });
        for (key, value) in more.as_object().unwrap() {
            definition[key] = value.clone();
        }
        self.server.catalogue(&[definition], &[json!({"name": "target-other", "pip_url": "target-other"})]);
        let core = self.place.open(&self.server);
        ops::refresh_hub(&core).await.unwrap();
        core
    }

    fn installed(&self) -> Vec<String> {
        names(&self.place.home().join("connectors"))
    }

    fn environments(&self) -> Vec<String> {
        let mut all = names(&self.place.home().join("engine/envs"));
        all.retain(|name| name.starts_with(PLUGIN));
        all
    }
}

async fn plan(core: &Core) -> Result<InstallPlan, Error> {
    ops::plan_install(core, ConnectorKind::Extractor, PLUGIN).await
}

async fn install(core: &Core, plan: &InstallPlan) -> Result<tributary_contract::ConnectorDetail, Error> {
    ops::install_connector(core, &plan.id, &|_| {}).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_is_installed_from_its_tag_after_agreement() {
    need_wheels!();
    let (stage, core) = Stage::new(Some("demo-dep==1.0")).await;
    let plan = plan(&core).await.unwrap();
    assert!(!stage.marker.exists(), "nothing of it runs before it is agreed to");
    assert_eq!(plan.asked, format!("git+{}/o/r.git@v1", stage.server.root));
    assert_eq!((plan.program.as_str(), plan.variant.as_deref()), (PLUGIN, Some("own")));
    let address = format!("{}{ARCHIVE}", stage.server.root);
    let shown: Vec<_> = plan
        .packages
        .iter()
        .map(|one| (one.name.as_str(), one.version.as_deref(), one.from.as_deref(), one.builds))
        .collect();
    assert_eq!(shown, [(PLUGIN, None, Some(address.as_str()), true), ("demo-dep", Some("1.0"), None, false)]);
    assert_eq!(stage.installed(), Vec::<String>::new(), "a plan leaves nothing");

    let detail = install(&core, &plan).await.unwrap();
    assert!(stage.marker.exists());
    assert!(detail.card.installed && !detail.card.verified && detail.size.is_some());
    assert!(core.engine().executable(PLUGIN, PLUGIN).is_ok());
    assert_eq!(stage.installed(), [PLUGIN]);
    let lock = fs::read_to_string(stage.place.home().join("connectors/tap-parcel/requirements.txt")).unwrap();
    assert!(lock.contains(&format!("tap-parcel @ {address} --hash=sha256:")), "{lock}");
    assert!(lock.contains("demo-dep==1.0 --hash=sha256:"), "{lock}");
    assert!(ops::list_connectors(&core).iter().any(|one| one.plugin == PLUGIN && one.installed && !one.verified));
    let again = ops::install_connector(&core, &plan.id, &|_| {}).await.unwrap_err();
    assert!(matches!(again, Error::PlanGone), "a plan is good for one installation: {again:?}");

    // Another process, without the catalogue, still has it; and finds the archive changed when it has to build it again.
    drop(core);
    let core = stage.place.open_with("http://127.0.0.1:9", &format!("{}/simple", stage.server.root));
    assert_eq!(plugins(&core, "parcels").await, [PLUGIN]);
    assert!(core.engine().known().contains(&PLUGIN.to_owned()));
    for name in stage.environments() {
        fs::remove_dir_all(stage.place.home().join("engine/envs").join(name)).unwrap();
    }
    // Otherwise it would be built from what was downloaded before.
    fs::remove_dir_all(stage.place.home().join("engine/cache")).unwrap();
    stage.server.put(ARCHIVE, Answer::ok(source(PLUGIN, &stage.marker, Some("demo-dep==1.0"), "two")));
    fs::remove_file(&stage.marker).unwrap();
    let error = core.engine().prepare(&[PLUGIN.to_owned()], &|_| {}).await.unwrap_err();
    assert!(matches!(&error, EngineError::HashMismatch { package, .. } if package.contains(PLUGIN)), "{error:?}");
    assert!(!stage.marker.exists(), "what is not the locked source does not run");
    stage.server.put(ARCHIVE, Answer::ok(source(PLUGIN, &stage.marker, Some("demo-dep==1.0"), "one")));
    core.engine().prepare(&[PLUGIN.to_owned()], &|_| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_changed_since_the_plan_is_refused_and_nothing_stays() {
    need_wheels!();
    let (stage, core) = Stage::new(Some("demo-dep==1.0")).await;
    let plan = plan(&core).await.unwrap();
    stage.server.put(ARCHIVE, Answer::ok(source(PLUGIN, &stage.marker, Some("demo-dep==1.0"), "changed")));
    let error = install(&core, &plan).await.unwrap_err();
    assert!(matches!(&error, Error::Engine(EngineError::HashMismatch { .. })), "{error:?}");
    assert!(!stage.marker.exists());
    assert_eq!((stage.installed(), stage.environments()), (Vec::new(), Vec::new()));
    assert!(!ops::list_connectors(&core).iter().any(|one| one.plugin == PLUGIN));
    let detail = ops::get_connector(&core, ConnectorKind::Extractor, PLUGIN).await.unwrap();
    assert!(!detail.card.installed, "it is still in the marketplace");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_goes_down_leaves_nothing_half_installed() {
    need_wheels!();
    let (stage, core) = Stage::new(Some("demo-dep==1.0")).await;
    let plan = plan(&core).await.unwrap();
    drop(core);
    // Down before the plan.
    let dead = stage.place.open_with(&stage.server.root, "http://127.0.0.1:9/simple");
    let error = ops::plan_install(&dead, ConnectorKind::Extractor, PLUGIN).await.unwrap_err();
    assert!(matches!(&error, Error::Engine(EngineError::NetworkUnavailable { .. })), "{error:?}");
    drop(dead);
    // Down between the plan and the packages.
    let core = stage.place.open(&stage.server);
    let gone = ops::install_connector(&core, &plan.id, &|_| {}).await.unwrap_err();
    assert!(matches!(gone, Error::PlanGone), "a plan ends with the process: {gone:?}");
    let plan = self::plan(&core).await.unwrap();
    stage.server.put("/files/demo_dep-1.0-py3-none-any.whl", Answer::status(503));
    let error = install(&core, &plan).await.unwrap_err();
    assert!(matches!(&error, Error::Engine(EngineError::NetworkUnavailable { .. })), "{error:?}");
    assert_eq!((stage.installed(), stage.environments()), (Vec::new(), Vec::new()));
    // And up again.
    stage.server.put("/files/demo_dep-1.0-py3-none-any.whl", Answer::ok(wheel("demo_dep", "1.0")));
    let plan = self::plan(&core).await.unwrap();
    install(&core, &plan).await.unwrap();
    assert_eq!(stage.installed(), [PLUGIN]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_build_code_knows_the_plan_says_so() {
    need_wheels!();
    let (stage, core) = Stage::new(None).await;
    let plan = plan(&core).await.unwrap();
    assert!(!stage.marker.exists(), "nothing of it runs before it is agreed to");
    assert_eq!(plan.packages.len(), 2);
    assert!(plan.packages.iter().all(|one| one.builds));
    assert!(plan.packages[1].name.contains("build code"), "{plan:?}");
    install(&core, &plan).await.unwrap();
    let lock = fs::read_to_string(stage.place.home().join("connectors/tap-parcel/requirements.txt")).unwrap();
    assert!(lock.contains("demo-dep==1.0 --hash=sha256:"), "{lock}");
}

/// Each way in which sources say what they need, read without running them.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_needs_is_read_as_data() {
    need_wheels!();
    let (stage, core) = Stage::new(Some("demo-dep==1.0")).await;
    let touch = format!("open({:?}, 'w').write('x')\n", stage.marker.display().to_string());
    let setup = |arguments: &str| {
        format!(
            "{touch}from setuptools import setup\nNEEDS = ['demo-dep==1.0']\nsetup(name='tap-parcel', version='1', {arguments})\n"
        )
    };
    let poetry = "[tool.poetry]\nname = \"tap-parcel\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \">=3.8\"\n\
        demo-dep = \"^1.0\"\n[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n";
    let config = "[metadata]\nname = tap-parcel\n[options]\ninstall_requires =\n    # a remark\n    demo-dep==1.0\n";
    for (name, files) in [
        ("a list", vec![("setup.py", setup("install_requires=['demo-dep==1.0']"))]),
        ("a name of a list", vec![("setup.py", setup("install_requires=NEEDS"))]),
        (
            "setup.cfg",
            vec![
                ("setup.py", format!("{touch}import setuptools\nsetuptools.setup()\n")),
                ("setup.cfg", config.to_owned()),
            ],
        ),
        ("poetry", vec![("pyproject.toml", poetry.to_owned())]),
    ] {
        let files: Vec<_> = files.into_iter().map(|(file, text)| (format!("r-1/{file}"), text)).collect();
        stage.server.put(ARCHIVE, Answer::ok(hub_support::zip(&files)));
        let plan = plan(&core).await.unwrap();
        let shown: Vec<_> = plan.packages.iter().map(|one| (one.name.as_str(), one.builds)).collect();
        assert_eq!(shown, [(PLUGIN, true), ("demo-dep", false)], "{name}");
        assert!(!stage.marker.exists(), "{name}");
    }
    // A list that is computed is only known when the code runs.
    let files = [("r-1/setup.py".to_owned(), setup("install_requires=[line for line in open('needs.txt')]"))];
    stage.server.put(ARCHIVE, Answer::ok(hub_support::zip(&files)));
    assert!(plan(&core).await.unwrap().packages[1].name.contains("build code"));

    // A package of the index that comes only as source is read in the same way, and is said to be built.
    stage.server.put(ARCHIVE, Answer::ok(source(PLUGIN, &stage.marker, Some("demo-src==2.0"), "one")));
    let files = [
        ("demo-src-2.0/setup.py".to_owned(), setup("install_requires=NEEDS").replace("tap-parcel", "demo-src")),
        ("demo-src-2.0/PKG-INFO".to_owned(), "Metadata-Version: 1.0\nName: demo-src\nVersion: 2.0\n".to_owned()),
    ];
    stage.server.put("/files/demo-src-2.0.zip", Answer::ok(hub_support::zip(&files)));
    let link = "<html><body><a href=\"/files/demo-src-2.0.zip\">demo-src-2.0.zip</a></body></html>";
    stage.server.put("/simple/demo-src/", Answer::ok(link).with("content-type", "text/html"));
    let plan = plan(&core).await.unwrap();
    let shown: Vec<_> = plan.packages.iter().map(|one| (one.name.as_str(), one.builds)).collect();
    assert_eq!(shown, [(PLUGIN, true), ("demo-dep", false), ("demo-src", true)]);
    assert!(!stage.marker.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_this_computer_says_so() {
    need_wheels!();
    let (stage, core) = Stage::new(Some("demo-dep==1.0")).await;
    drop(core);
    for (more, said) in [
        (json!({"supported_python_versions": ["3.7", "3.8"]}), "cannot run on Python"),
        (json!({"python": "python3.7"}), "cannot run on Python"),
        (json!({"pip_url": "-r requirements.txt"}), "option"),
        (json!({"pip_url": "git+ssh://git@host/o/r.git"}), "Git"),
        (json!({"pip_url": ""}), "no package"),
        (json!({"pip_url": "no-such-package-here"}), "finding out which packages"),
        (json!({"pip_url": format!("git+{}/o/gone.git@v1", stage.server.root)}), "404"),
    ] {
        stage.place.clock.advance(chrono::TimeDelta::hours(1));
        stage.server.remove("/plugins/extractors/tap-parcel--own");
        let mut changed = more.clone();
        // A validator that did not change would keep the old definition.
        changed["x"] = said.into();
        let core = fresh(&stage, changed).await;
        let error = plan(&core).await.unwrap_err();
        let text = tributary_contract::ApiError::from(error);
        assert!(text.message.contains(said), "{said}: {text:?}");
        assert!(!text.hint.is_empty());
    }
    assert!(!stage.marker.exists());
    assert_eq!(stage.installed(), Vec::<String>::new());
}

/// A core with a new copy of the catalogue.
async fn fresh(stage: &Stage, more: Value) -> Core {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(stage.place.home().join(format!("tributary.db{end}")));
    }
    // Otherwise it would be restored.
    let _ = fs::remove_dir_all(stage.place.home().join("backups"));
    stage.core_with(more).await
}
