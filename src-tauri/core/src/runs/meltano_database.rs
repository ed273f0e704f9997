//! Meltano's own database is made or upgraded by one process alone: several first syncs that do so at the same moment make each
//! other fail.

use crate::{
    Core,
    engine::process::{Process, Spawn, private_folder},
    ops,
};
use std::{fs::File, io, path::Path};

/// A file beside the database that names the Meltano it was made ready for.
const MARKER: &str = "state.ready";
/// A file that is locked while it is made ready.
const LOCK: &str = "state.lock";

/// Has this Meltano make its database ready, once. What goes wrong is left to the run, which says it better.
pub async fn make_ready(core: &Core, meltano: &Path) -> io::Result<()> {
    let folder = core.home().project();
    // Its path names its version and everything it was made from.
    let wanted = meltano.to_string_lossy().into_owned();
    if is_ready(core, &wanted) {
        return Ok(());
    }
    private_folder(&folder)?;
    let path = folder.join(LOCK);
    let lock = tokio::task::spawn_blocking(move || {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok::<_, io::Error>(file)
    });
    let _lock = lock.await.map_err(io::Error::other)??;
    if is_ready(core, &wanted) {
        return Ok(());
    }
    let mut environment = core.engine().plugin_environment();
    environment.extend(ops::prepare::meltano_environment(core));
    let spawn = Spawn {
        program: meltano.to_owned(),
        arguments: ["state", "list"].map(Into::into).into(),
        environment,
        folder: folder.clone(),
        input: None,
    };
    let mut process = Process::start(spawn).await.map_err(|error| io::Error::new(error.source.kind(), error))?;
    // Read to their ends, so that it does not wait for a reader.
    let (stdout, stderr) = (process.stdout(), process.stderr());
    let drained = async {
        let mut sink = tokio::io::sink();
        if let Some(mut pipe) = stdout {
            let _ = tokio::io::copy(&mut pipe, &mut sink).await;
        }
    };
    let drained_errors = async {
        let mut sink = tokio::io::sink();
        if let Some(mut pipe) = stderr {
            let _ = tokio::io::copy(&mut pipe, &mut sink).await;
        }
    };
    let (status, (), ()) = tokio::join!(process.wait(), drained, drained_errors);
    if status?.success() {
        std::fs::write(folder.join(MARKER), wanted)?;
    }
    Ok(())
}

fn is_ready(core: &Core, wanted: &str) -> bool {
    let marked = std::fs::read_to_string(core.home().project().join(MARKER));
    core.home().meltano_database().exists() && marked.is_ok_and(|text| text == wanted)
}
