//! `trib connectors install`.

use super::connectors::either;
use crate::{context::Context, output::Output, progress::EngineBars};
use serde_json::json;
use std::io::{BufRead, IsTerminal, Write};
use tributary_contract::InstallPlan;
use tributary_core::{Error, ops};

/// Installs a connector. What does not come with the app is shown, and installed only when that is agreed to.
pub async fn install(context: &Context, output: Output, name: &str, yes: bool) -> Result<bool, Error> {
    let card = either(context, name).await?.card;
    let core = &context.core;
    let bars = EngineBars::new(output);
    let watch = |progress| bars.show(&progress);
    let detail = if card.verified {
        ops::prepare_connector(core, card.kind, &card.plugin, &watch).await?
    } else {
        let plan = ops::plan_install(core, card.kind, &card.plugin).await?;
        show(output, &plan);
        if !yes && !agreed(output, &card.label) {
            return Err(Error::NotAgreed { label: card.label });
        }
        ops::install_connector(core, &plan.id, &watch).await?
    };
    output.object(&json!({ "connector": detail }));
    output.say(&format!("{} is installed.", detail.card.label));
    Ok(true)
}

fn show(output: Output, plan: &InstallPlan) {
    output.object(&json!({ "plan": plan }));
    let made_by = plan.variant.as_ref().map(|variant| format!(", made by {variant}")).unwrap_or_default();
    output.say(&format!("{} does not come with the app{made_by}. Its definition asks for:", plan.card.label));
    output.say(&format!("  {}", plan.asked));
    output.say(&format!("The program “{}” would run at each sync. To be installed:", plan.program));
    let rows = plan.packages.iter().map(|package| {
        vec![
            package.name.clone(),
            package.version.clone().unwrap_or_default(),
            package.from.clone().unwrap_or_else(|| "the package index".to_owned()),
            if package.builds { "yes" } else { "" }.to_owned(),
        ]
    });
    output.table(&["Package", "Version", "From", "Runs its own build code"], rows.collect(), &[]);
}

/// Asks, where somebody can answer.
fn agreed(output: Output, label: &str) -> bool {
    if !output.is_live() || !std::io::stdin().is_terminal() {
        return false;
    }
    let mut screen = std::io::stderr();
    // Where nothing can be shown nobody agrees.
    if write!(screen, "Install {label} on this computer? [y/N] ").and_then(|()| screen.flush()).is_err() {
        return false;
    }
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
