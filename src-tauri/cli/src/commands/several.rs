//! Doing the same to several integrations.

use crate::output::Output;
use tributary_core::{Core, Error, ops};

/// What was named, or the ids of all.
pub async fn chosen(core: &Core, names: Vec<String>, all: bool) -> Result<Vec<String>, Error> {
    if !all {
        return Ok(names);
    }
    let integrations = ops::list_integrations(core).await?;
    Ok(integrations.into_iter().map(|integration| integration.id.to_string()).collect())
}

/// Does it for one after the other. With several, a failure is told and the others still get their turn. Whether it was
/// done for all.
pub async fn each(
    output: Output,
    names: &[String],
    act: impl AsyncFn(&str) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let mut all = true;
    for name in names {
        match act(name).await {
            Ok(done) => all &= done,
            Err(error) if names.len() > 1 => {
                output.error(&error.into());
                all = false;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}
