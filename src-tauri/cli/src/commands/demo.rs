//! `trib demo`: the main job from end to end on the sample Salesforce org.

use super::{sync, test};
use crate::{
    context::Context,
    output::{Output, number},
    progress::EngineBars,
};
use serde_json::json;
use std::collections::BTreeMap;
use tributary_contract::{Integration, Run, RunStatus, TestId, Trigger};
use tributary_core::{
    Error,
    ops::{self, StartRun},
};

/// What is changed at the source between the two syncs.
const CHANGES: [(&str, u64); 3] = [("Account", 12), ("Contact", 7), ("Opportunity", 3)];

pub async fn run(mut context: Context, output: Output) -> Result<bool, Error> {
    output.say("1. Preparing the engine (Meltano and the connectors).");
    let bars = EngineBars::new(output);
    ops::prepare_engine(&context.core, &|progress| bars.show(&progress)).await?;

    output.say("2. Connecting the sample Salesforce org; its sign-in goes into your keychain.");
    let integration = ops::create_sample_integration(&context.core).await?;
    let report = ops::test_connection(&context.core, integration.id.into(), TestId::new(), &|check| {
        test::show(output, check);
    })
    .await?;
    if !report.ok {
        output.object(&report);
        return Ok(false);
    }

    output.say("3. Bringing everything in.");
    let first = sync_once(&mut context, output, &integration, true).await?;
    if first.status != RunStatus::Succeeded {
        return Ok(failed(output, &first));
    }
    let org = context.core.sample_org();
    let mut rows = Vec::new();
    let mut complete = true;
    for stream in &first.streams {
        let there = org.count(&stream.name).await?;
        complete &= there == stream.records;
        rows.push(vec![stream.name.clone(), number(there), number(stream.records)]);
    }
    output.table(&["Stream", "Rows at the source", "Rows brought in"], rows, &[1, 2]);

    output.say("4. Changing some records at the source.");
    let mut changed = BTreeMap::new();
    for (object, count) in CHANGES {
        changed.insert(object, org.change_records(object, count).await?);
    }

    output.say("5. Syncing again: only what changed comes.");
    let second = sync_once(&mut context, output, &integration, false).await?;
    if second.status != RunStatus::Succeeded {
        return Ok(failed(output, &second));
    }
    let mut rows = Vec::new();
    let mut only_changes = true;
    for stream in &second.streams {
        let expected = changed.get(stream.name.as_str()).copied().unwrap_or(0);
        // The source is asked for everything since the newest record that arrived, that one included.
        only_changes &= (expected..=expected + 1).contains(&stream.records);
        rows.push(vec![stream.name.clone(), number(expected), number(stream.records)]);
    }
    output.table(&["Stream", "Rows changed", "Rows brought in"], rows, &[1, 2]);
    output.say("(The newest row of a table may come once more: the source is asked for everything since it.)");
    let ok = complete && only_changes;
    output.say(&format!("The data is in {}.", context.core.home().data().display()));
    output.say(if ok { "Done." } else { "The counts do not agree: something is wrong." });
    output.object(&json!({ "ok": ok, "test": report, "first": first, "changed": changed, "second": second }));
    Ok(ok)
}

async fn sync_once(
    context: &mut Context,
    output: Output,
    integration: &Integration,
    full_refresh: bool,
) -> Result<Run, Error> {
    let start = StartRun { trigger: Trigger::Manual, full_refresh };
    let run = ops::start_run(&context.core, &integration.id.to_string(), start).await?;
    let mut finished = sync::watch(&context.core, output, &mut context.events, std::slice::from_ref(&run)).await?;
    finished.pop().ok_or_else(|| Error::NotFound { kind: "run", name: run.id.to_string() })
}

fn failed(output: Output, run: &Run) -> bool {
    output.object(&json!({ "ok": false, "run": run }));
    if let Some(problem) = &run.problem {
        output.say(&super::test::in_words(problem));
    }
    false
}
