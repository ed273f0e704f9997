//! The checks of a source: is everything there, does it accept the sign-in, can it be read?

use super::{
    connectors, discovery, files, prepare, read_rows,
    setup::Setup,
    test_connection::{Blame, Verdicts},
};
use crate::{
    Core, Error,
    connectors::{Definition, LoginCheck, offer::KnownOffer, settings},
    runs::{
        plugin_call::{Call, Flow, ReadyPlugin, call},
        problems::{Evidence, classify},
    },
    salesforce::{self, SignInError},
    store,
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use tributary_contract::{ConnectorKind, LogSource, Problem};

/// How long a sign-in may take. Name look-ups of an unreachable network alone take half of it.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(45);
/// How long asking what there is may take where that is the only way to try the sign-in.
const DISCOVERY_SIGN_IN_LIMIT: Duration = Duration::from_mins(2);
/// How long a test waits for a list of streams that is not known yet; it goes on after that.
const LIST_PATIENCE: Duration = Duration::from_secs(10);
/// Bytes a sign-in check may print; it prints nothing that is needed.
const NOISE_LIMIT: usize = 64 * 1024 * 1024;

/// Runs the checks; each that passes is told.
pub async fn run(core: &Core, setup: &Setup, verdicts: &Verdicts<'_>) -> Result<(), Problem> {
    let mut blame = Blame {
        setup,
        definition: None,
        evidence: Evidence { source: setup.connector.clone(), testing: true, ..Evidence::default() },
    };
    // Two processes must not use one token at the same time: the second might use one that was rotated away.
    core.memory().cancel_discovery(setup.subject);
    prepare::engine(core).await.map_err(|error| blame.problem(error))?;
    verdicts.passed("engine", "The engine is ready.".to_owned());

    let definition = connectors::find(core, ConnectorKind::Extractor, &setup.connector);
    let definition = definition.map_err(|error| blame.problem(error))?;
    blame.evidence.source.clone_from(&definition.label);
    blame.definition = Some(&definition);
    prepare::install(core, &definition).await.map_err(|error| blame.problem(error))?;
    verdicts.passed("connector", format!("{} is installed.", definition.label));

    let names = setup.secrets.iter().map(String::as_str).collect();
    if let Err(error) = settings::check(&definition, &setup.config, &names) {
        // Signed out: there is more to say than that a setting is missing.
        let signed_out = setup.connector == salesforce::CONNECTOR && error.setting() == "refresh_token";
        let signed_out = signed_out && was_signed_in(core, setup).await;
        return Err(if signed_out { blame.problem(SignInError::SignedOut) } else { blame.problem(Error::from(error)) });
    }
    if let Some(error) = files::missing(&definition, &setup.config) {
        return Err(blame.problem(Error::from(error)));
    }
    let plugin = prepare::plugin(core, &definition, setup).await.map_err(|error| blame.problem(error))?;
    verdicts.passed("settings", "Everything needed is there.".to_owned());

    let begun = Instant::now();
    prepare::sign_in(core, setup, &plugin).await.map_err(|error| blame.problem(error))?;
    let offer = sign_in(core, setup, &definition, &plugin, &blame).await?;
    let verb = if setup.secrets.is_empty() { "can be reached" } else { "accepts the sign-in" };
    verdicts.passed("sign_in", format!("{} {verb} ({}).", definition.label, seconds(begun)));

    read(core, setup, &definition, offer, &blame, verdicts).await
}

/// Whether somebody signed in before, and out again.
async fn was_signed_in(core: &Core, setup: &Setup) -> bool {
    let owner = setup.holder.owner.to_string();
    let found = core.database().read(move |connection| store::sign_ins::of_owner(connection, &owner)).await;
    found.is_ok_and(|row| row.is_some_and(|row| row.signed_out))
}

/// Signs in the quickest way the connector has. Gives what the source offers where that had to be asked.
async fn sign_in(
    core: &Core,
    setup: &Setup,
    definition: &Definition,
    plugin: &ReadyPlugin,
    blame: &Blame<'_>,
) -> Result<Option<Arc<KnownOffer>>, Problem> {
    let arguments = match definition.check {
        LoginCheck::Login => Vec::new(),
        LoginCheck::Test => vec!["--test".into()],
        LoginCheck::None => {
            let asking = discovery::ask(core, setup).found();
            let found = tokio::time::timeout(DISCOVERY_SIGN_IN_LIMIT, asking).await.unwrap_or_else(|_| {
                core.memory().cancel_discovery(setup.subject);
                Err(crate::runs::plugin_call::CallError::TimedOut { limit: DISCOVERY_SIGN_IN_LIMIT }.into())
            });
            return found.map(Some).map_err(|error| blame.problem(error));
        }
    };
    let mut printed = 0;
    let mut drain = |piece: &[u8]| {
        printed += piece.len();
        if printed > NOISE_LIMIT { Flow::TooMuch } else { Flow::More }
    };
    let outcome = call(
        core,
        plugin,
        Call {
            role: LogSource::Extractor,
            arguments,
            input: None,
            limit: SIGN_IN_LIMIT,
            output: &mut drain,
            watch: &mut |_| {},
        },
    )
    .await
    .map_err(|error| blame.problem(Error::from(error)))?;
    if outcome.exit == Some(0) {
        return Ok(None);
    }
    let evidence = Evidence {
        extractor_exit: outcome.exit.or(Some(-1)),
        extractor_lines: outcome.lines,
        ..blame.evidence.clone()
    };
    Err(blame.refine(classify(&evidence, setup.subject), &evidence.extractor_lines))
}

/// Reads some rows of the first stream that is brought in.
async fn read(
    core: &Core,
    setup: &Setup,
    definition: &Definition,
    offer: Option<Arc<KnownOffer>>,
    blame: &Blame<'_>,
    verdicts: &Verdicts<'_>,
) -> Result<(), Problem> {
    let begun = Instant::now();
    let known = match offer {
        Some(offer) => Some(offer),
        None => discovery::known(core, setup).await.map_err(|error| blame.problem(error))?,
    };
    let offer = match known {
        Some(offer) => offer,
        None => match tokio::time::timeout(LIST_PATIENCE, discovery::ask(core, setup).found()).await {
            Ok(found) => found.map_err(|error| blame.problem(error))?,
            Err(_) => {
                let message = format!(
                    "{} has a lot to offer: listing it takes longer than {} seconds and goes on. Rows can be read after \
                     that.",
                    definition.label,
                    LIST_PATIENCE.as_secs()
                );
                verdicts.skipped("read", message);
                return Ok(());
            }
        },
    };
    let listed = begun.elapsed();
    let chosen = offer.chosen(setup.streams.as_deref(), &definition.recommended_streams);
    let Some(stream) = chosen.iter().find_map(|choice| offer.stream(&choice.name).ok()) else {
        let message = if offer.streams.is_empty() {
            format!("{} can be read; it is empty: there is nothing to bring in yet.", definition.label)
        } else {
            "Nothing that is there is chosen, so nothing was read.".to_owned()
        };
        verdicts.passed("read", message);
        return Ok(());
    };
    let reading = Instant::now();
    // Asking what there is may have rotated the token.
    let plugin = prepare::plugin(core, definition, setup).await.map_err(|error| blame.problem(error))?;
    let rows = read_rows::read(core, setup, definition, &plugin, stream).await.map_err(|error| blame.problem(error))?;
    let took = if listed > Duration::from_millis(100) {
        format!("listing {:.1} s, reading {}", listed.as_secs_f64(), seconds(reading))
    } else {
        seconds(reading)
    };
    let message = match rows.rows.len() {
        0 => format!("“{}” can be read; it is empty: it has no rows yet ({took}).", stream.name),
        1 => format!("“{}” can be read: one row was read ({took}).", stream.name),
        count => format!("“{}” can be read: the first {count} rows were read ({took}).", stream.name),
    };
    verdicts.passed("read", message);
    Ok(())
}

fn seconds(since: Instant) -> String {
    format!("{:.1} s", since.elapsed().as_secs_f64())
}
