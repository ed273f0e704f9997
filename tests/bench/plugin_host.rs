//! How fast data goes through `plugin-host`, and how much memory that takes, beside `cat` in the same place.
//!
//! Run with `cargo bench -p tributary-plugin-host`. Linux only.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and stops at the first error")]

#[cfg(target_os = "linux")]
#[path = "../../src-tauri/plugin-host/tests/support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
mod bench {
    use super::support::Setup;
    use std::{
        env, fs,
        io::{Read, Write},
        os::fd::AsFd,
        process::{Command, Stdio},
        time::Instant,
    };

    /// Set in the process that plays the plugin: the shape and length of its lines and how many bytes it writes, both in
    /// bytes.
    const SHAPE: &str = "BENCH_SHAPE";
    const LINE: &str = "BENCH_LINE";
    const TOTAL: &str = "BENCH_TOTAL";
    /// Bytes per read and write at both ends.
    const PIECE: usize = 1024 * 1024;
    const ROUNDS: usize = 5;
    const TOTAL_BYTES: u64 = 4_000_000_000;

    pub fn main() {
        if let (Ok(shape), Ok(line), Ok(total)) = (env::var(SHAPE), env::var(LINE), env::var(TOTAL)) {
            return produce(&shape, line.parse().unwrap(), total.parse().unwrap());
        }
        println!("Best of {ROUNDS} rounds of {} GB each, a RECORD a line.", TOTAL_BYTES / 1_000_000_000);
        println!(
            "{:<34} {:>10} {:>17} {:>7} {:>12}",
            "lines", "cat, GB/s", "plugin-host, GB/s", "ratio", "peak memory"
        );
        for (name, shape, line) in [
            ("335 B, as singer-python writes", "usual", 335),
            ("4 kB, as singer-python writes", "usual", 4_000),
            ("50 MB, as singer-python writes", "usual", 50_000_000),
            ("335 B, type and stream last", "sorted", 335),
            ("50 MB, type and stream last", "sorted", 50_000_000),
        ] {
            let cat = (0..ROUNDS).map(|_| through_cat(shape, line)).fold(0.0, f64::max);
            let host: Vec<(f64, u64)> = (0..ROUNDS).map(|_| through_host(shape, line)).collect();
            let best = host.iter().map(|round| round.0).fold(0.0, f64::max);
            let peak = host.iter().map(|round| round.1).max().unwrap_or(0) as f64 / 1000.0;
            println!("{name:<34} {cat:>10.2} {best:>17.2} {:>6.0}% {peak:>9.1} MB", best / cat * 100.0);
        }
    }

    /// Plays the plugin: writes RECORD lines of this length.
    fn produce(shape: &str, line: usize, total: u64) {
        let (head, tail) = match shape {
            "sorted" => ("{\"record\": {", "\"end\": 1}, \"stream\": \"Account\", \"type\": \"RECORD\"}\n"),
            _ => ("{\"type\": \"RECORD\", \"stream\": \"Account\", \"record\": {", "\"end\": 1}}\n"),
        };
        let field = "\"LastModifiedDate\": \"2024-01-01T00:00:00.000000Z\", ";
        let fields = field.repeat((line - head.len() - tail.len()) / field.len());
        let record = format!("{head}{fields}{tail}");
        let lines = record.repeat((PIECE / record.len()).max(1));
        let mut out = fs::File::from(std::io::stdout().as_fd().try_clone_to_owned().unwrap());
        let mut written = 0;
        while written < total {
            out.write_all(lines.as_bytes()).unwrap();
            written += lines.len() as u64;
        }
    }

    fn through_cat(shape: &str, line: usize) -> f64 {
        #[expect(clippy::disallowed_methods, reason = "a benchmark starts what it measures")]
        let mut source = Command::new(env::current_exe().unwrap());
        source.env(SHAPE, shape).env(LINE, line.to_string()).env(TOTAL, TOTAL_BYTES.to_string()).stdout(Stdio::piped());
        #[expect(clippy::disallowed_methods, reason = "a benchmark starts what it measures")]
        let mut cat = Command::new("/bin/cat");
        let started = Instant::now();
        let mut source = source.spawn().unwrap();
        let mut cat = cat.stdin(source.stdout.take().unwrap()).stdout(Stdio::piped()).spawn().unwrap();
        let (bytes, _) = consume(cat.stdout.take().unwrap(), cat.id());
        let speed = bytes as f64 / started.elapsed().as_secs_f64() / 1e9;
        source.wait().unwrap();
        cat.wait().unwrap();
        speed
    }

    /// Returns GB/s and kB.
    fn through_host(shape: &str, line: usize) -> (f64, u64) {
        let mut setup = Setup::program(env::current_exe().unwrap().to_str().unwrap());
        setup.launch.env = [(SHAPE, shape.to_owned()), (LINE, line.to_string()), (TOTAL, TOTAL_BYTES.to_string())]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
        let started = Instant::now();
        let mut run = setup.start();
        let (bytes, peak) = consume(run.host.stdout.take().unwrap(), run.host.id());
        let speed = bytes as f64 / started.elapsed().as_secs_f64() / 1e9;
        assert!(run.finish().success());
        let counted: u64 = run.progress().0.iter().map(|stream| stream.bytes).sum();
        assert_eq!(counted, bytes, "every line must have been counted");
        (speed, peak)
    }

    /// Reads to the end; returns the bytes and the peak memory of the process that wrote them, in kB.
    fn consume(mut from: impl Read + AsFd, pid: u32) -> (u64, u64) {
        let _ = rustix::pipe::fcntl_setpipe_size(&from, PIECE);
        let mut buffer = vec![0; PIECE];
        let (mut bytes, mut next_look, mut peak) = (0, 0, 0);
        loop {
            let read = from.read(&mut buffer).unwrap();
            if read == 0 {
                return (bytes, peak);
            }
            bytes += read as u64;
            if bytes >= next_look {
                next_look = bytes + 64 * 1024 * 1024;
                peak = peak.max(peak_memory(pid).unwrap_or(0));
            }
        }
    }

    fn peak_memory(pid: u32) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}

#[cfg(target_os = "linux")]
fn main() {
    bench::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
