//! What goes to the app: log lines in batches, counts at most ten times a second, everything else at once, and last how
//! the plugin ended. One thread writes; nothing here keeps the plugin waiting for long.

use crate::progress::Progress;
use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tributary_plugin_host::protocol::{HostMessage, StreamCount};

/// A batch of log lines is sent when it has this many bytes,
const BATCH_BYTES: usize = 64 * 1024;
/// or when its first line is this old.
const BATCH_AGE: Duration = Duration::from_millis(50);
/// The time between two progress messages.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);
/// Lines that wait for the app take at most this many bytes; then the plugin waits too,
const WAITING_BYTES: usize = 2 * 1024 * 1024;
/// but only this long without any being taken. From then on lines are dropped, and counted.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a line costs beside its text.
const LINE_COST: usize = 40;

/// The queue between the threads of this process and the one that writes to the app.
pub(crate) struct Outbox {
    state: Mutex<State>,
    /// Something was queued, or the end was.
    queued: Condvar,
    /// Something was taken, or the writer has ended.
    taken: Condvar,
    progress: Arc<Progress>,
}

struct State {
    messages: VecDeque<HostMessage>,
    lines: Vec<String>,
    line_bytes: usize,
    oldest_line: Option<Instant>,
    last_taken: Instant,
    dropped: u64,
    last: Option<HostMessage>,
    ended: bool,
}

/// What the writer does next.
struct Batch {
    messages: VecDeque<HostMessage>,
    lines: Vec<String>,
    last: Option<HostMessage>,
}

impl Outbox {
    pub(crate) fn new(progress: Arc<Progress>) -> Self {
        let state = State {
            messages: VecDeque::new(),
            lines: Vec::new(),
            line_bytes: 0,
            oldest_line: None,
            last_taken: Instant::now(),
            dropped: 0,
            last: None,
            ended: false,
        };
        Self { state: Mutex::new(state), queued: Condvar::new(), taken: Condvar::new(), progress }
    }

    /// Queues a message that is sent at once.
    pub(crate) fn send(&self, message: HostMessage) {
        self.lock().messages.push_back(message);
        self.queued.notify_one();
    }

    /// Queues a log line. Waits when the app is slow, drops the line when it does not read at all.
    pub(crate) fn log(&self, line: String) {
        let mut state = self.lock();
        while state.line_bytes > WAITING_BYTES && !state.ended {
            let left = PATIENCE.saturating_sub(state.last_taken.elapsed());
            if left.is_zero() {
                state.dropped += 1;
                return;
            }
            state = self.taken.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let first = state.lines.is_empty();
        if first {
            state.oldest_line = Some(Instant::now());
        }
        let before = state.line_bytes;
        state.line_bytes += line.len() + LINE_COST;
        let full = before < BATCH_BYTES && state.line_bytes >= BATCH_BYTES;
        state.lines.push(line);
        if first || full {
            self.queued.notify_one();
        }
    }

    /// Queues the last message and waits until it is written, but no longer than `limit`.
    pub(crate) fn finish(&self, last: HostMessage, limit: Duration) {
        let mut state = self.lock();
        state.last = Some(last);
        self.queued.notify_one();
        let until = Instant::now() + limit;
        while !state.ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self.taken.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Writes what is queued to `app` until the last message is out. Log lines go to `fallback` once `app` is gone.
    pub(crate) fn write_all(&self, app: impl Write, fallback: impl Write) {
        let mut writer = Writer { app: Some(app), fallback };
        let mut told: Option<(Vec<StreamCount>, u64)> = None;
        let mut next_progress = Instant::now() + PROGRESS_EVERY;
        loop {
            let batch = self.next_batch(next_progress);
            for message in batch.messages {
                writer.write(&message);
            }
            if !batch.lines.is_empty() {
                writer.write(&HostMessage::Log { lines: batch.lines });
            }
            let now = Instant::now();
            if now >= next_progress || batch.last.is_some() {
                let counts = self.progress.changed_since(told.as_ref());
                next_progress = now + PROGRESS_EVERY;
                // The totals are told at the end even when nothing changed.
                if counts.is_some() || batch.last.is_some() {
                    let (streams, states) = counts.or(told.take()).unwrap_or_default();
                    writer.write(&HostMessage::Progress { streams: streams.clone(), states });
                    told = Some((streams, states));
                }
            }
            if let Some(last) = batch.last {
                writer.write(&last);
                self.lock().ended = true;
                self.taken.notify_all();
                return;
            }
        }
    }

    /// Waits until there is something to write; an empty batch is for progress alone.
    fn next_batch(&self, next_progress: Instant) -> Batch {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let due = state.oldest_line.map(|oldest| oldest + BATCH_AGE);
            let lines_due = state.line_bytes >= BATCH_BYTES || due.is_some_and(|due| due <= now);
            if lines_due || !state.messages.is_empty() || state.last.is_some() || next_progress <= now {
                return self.take(&mut state);
            }
            let wake = due.map_or(next_progress, |due| due.min(next_progress));
            let wait = wake.saturating_duration_since(now);
            state = self.queued.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn take(&self, state: &mut State) -> Batch {
        let mut lines = std::mem::take(&mut state.lines);
        // One message stays near the size of a batch however much has piled up.
        let mut bytes = 0;
        let fitting = lines.iter().take_while(|line| {
            let fits = bytes < BATCH_BYTES;
            bytes += line.len() + LINE_COST;
            fits
        });
        let fitting = fitting.count();
        state.lines = lines.split_off(fitting);
        state.line_bytes -= lines.iter().map(|line| line.len() + LINE_COST).sum::<usize>();
        if state.lines.is_empty() {
            state.oldest_line = None;
            if state.dropped > 0 {
                lines.push(format!("({} lines are missing here: they could not be kept in time)", state.dropped));
                state.dropped = 0;
            }
        }
        state.last_taken = Instant::now();
        self.taken.notify_all();
        // The last message waits for the lines before it.
        let last = if state.lines.is_empty() { state.last.take() } else { None };
        Batch { messages: std::mem::take(&mut state.messages), lines, last }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Writer<A, F> {
    app: Option<A>,
    fallback: F,
}

impl<A: Write, F: Write> Writer<A, F> {
    fn write(&mut self, message: &HostMessage) {
        if let Some(app) = &mut self.app {
            match write_line(app, message) {
                Ok(()) => return,
                Err(_) => self.app = None,
            }
        }
        if let HostMessage::Log { lines } = message {
            // When this is gone as well nobody is left to tell.
            let _ = lines.iter().try_for_each(|line| writeln!(self.fallback, "{line}"));
        }
    }
}

/// Writes one message as a line.
pub(crate) fn write_line(app: &mut impl Write, message: &HostMessage) -> io::Result<()> {
    let mut line = zeroize::Zeroizing::new(serde_json::to_vec(message)?);
    line.push(b'\n');
    app.write_all(&line)?;
    app.flush()
}
