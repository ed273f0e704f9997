//! `trib setup` and `trib doctor`.

use crate::{context::Context, output::Output, progress::EngineBars};
use serde_json::json;
use tributary_core::{Error, ops};

pub async fn setup(context: &Context, output: Output) -> Result<bool, Error> {
    let bars = EngineBars::new(output);
    ops::prepare_engine(&context.core, &|progress| bars.show(&progress)).await?;
    output.object(&json!({ "engine": ops::engine_status(&context.core) }));
    output.say("The engine is ready.");
    Ok(true)
}

pub async fn doctor(context: &Context, output: Output, repair: bool) -> Result<bool, Error> {
    let mut repaired = Vec::new();
    if repair {
        let bars = EngineBars::new(output);
        repaired = ops::repair_engine(&context.core, &|progress| bars.show(&progress)).await?;
        for name in &repaired {
            output.say(&format!("Rebuilt {name}."));
        }
    }
    let checks = ops::doctor(&context.core).await;
    let ok = checks.iter().all(|check| check.ok);
    output.object(&json!({ "ok": ok, "checks": checks, "repaired": repaired }));
    for check in &checks {
        output.say(&format!("{} {:18} {}", if check.ok { "✓" } else { "✗" }, check.name, check.message));
        if let Some(hint) = &check.hint {
            output.say(&format!("  {:18} {hint}", ""));
        }
    }
    output.say(if ok { "Everything a sync needs is there." } else { "Something is wrong: see above." });
    Ok(ok)
}
