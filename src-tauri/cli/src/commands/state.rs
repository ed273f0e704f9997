//! `trib state`.

use crate::{context::Context, output::Output};
use tributary_core::{Error, ops};

pub async fn run(
    context: &Context,
    output: Output,
    integration: &str,
    reset: Option<Vec<String>>,
) -> Result<bool, Error> {
    let state = match reset {
        None => ops::sync_state(&context.core, integration).await?,
        Some(streams) => {
            let streams = if streams.is_empty() { None } else { Some(streams) };
            ops::reset_state(&context.core, integration, streams).await?
        }
    };
    output.object(&state);
    let rows = state
        .streams
        .iter()
        .map(|stream| vec![stream.name.clone(), stream.position.clone().unwrap_or_default()])
        .collect();
    output.table(&["Stream", "Brought in up to"], rows, &[]);
    if state.streams.is_empty() {
        output.say("The next sync reads everything from the start.");
    }
    Ok(true)
}
