//! Looks for secrets where none may be.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

/// Places at which one of `secrets` is found: files below `folder`, and arguments and environments of all processes.
pub fn find(folder: &Path, secrets: &[String]) -> Vec<String> {
    let mut places = Vec::new();
    in_files(folder, secrets, &mut places);
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let is_process = entry.file_name().to_str().is_some_and(|name| name.parse::<u32>().is_ok());
        if is_process {
            for file in ["cmdline", "environ"] {
                in_file(&entry.path().join(file), secrets, &mut places);
            }
        }
    }
    places
}

fn in_files(folder: &Path, secrets: &[String], places: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            in_files(&path, secrets, places);
        } else if kind.is_file() {
            in_file(&path, secrets, places);
        }
    }
}

fn in_file(path: &Path, secrets: &[String], places: &mut Vec<String>) {
    // Files and processes come and go while we look.
    let Ok(bytes) = std::fs::read(path) else { return };
    for secret in secrets {
        if bytes.windows(secret.len()).any(|window| window == secret.as_bytes()) {
            places.push(path.display().to_string());
        }
    }
}

/// Looks again and again in the background until it is asked what it found.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<(usize, Vec<String>)>,
}

impl Watch {
    pub fn start(folder: &Path, secrets: Vec<String>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, folder) = (Arc::clone(&stop), folder.to_owned());
        let thread = std::thread::spawn(move || {
            let (mut looks, mut places) = (0, Vec::new());
            while !stopped.load(Ordering::Relaxed) {
                places.extend(find(&folder, &secrets));
                looks += 1;
            }
            (looks, places)
        });
        Self { stop, thread }
    }

    /// How often it looked, and what it found.
    pub fn finish(self) -> (usize, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
