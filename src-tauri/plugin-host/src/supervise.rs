//! Decides when the plugin must end, and when this process may.

use crate::{
    relay::RelayEnd,
    tree::{Force, Tree},
};
use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

/// What may happen while the plugin runs.
#[derive(Debug)]
pub(crate) enum Event {
    /// The plugin itself has ended.
    PluginEnded(PluginEnd),
    /// No process the plugin started is left.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems do not tell"))]
    TreeEnded,
    /// Its output was passed on, or cannot be.
    OutputEnded(RelayEnd),
    /// Its log was passed on.
    LogEnded,
    /// The app asked for the end.
    Stop { grace: Duration },
    /// The app is gone.
    AppGone,
    /// Meltano, or whoever started this process, is gone.
    ParentGone,
    /// This process was asked to end.
    #[cfg_attr(windows, expect(dead_code, reason = "Windows ends a process without asking"))]
    Asked,
}

/// How the plugin ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PluginEnd {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
}

/// Where threads report what happened.
#[derive(Clone)]
pub(crate) struct Events(pub(crate) Sender<Event>);

impl Events {
    pub(crate) fn send(&self, event: Event) {
        // Nobody listens any more when this process is about to end.
        let _ = self.0.send(event);
    }
}

/// How long the plugin may take to end after this process was asked to end.
const GRACE_WHEN_ASKED: Duration = Duration::from_secs(5);
/// How long when nobody reads what it writes.
const GRACE_WHEN_UNREAD: Duration = Duration::from_secs(2);
/// How long when the app or Meltano is gone.
const GRACE_WHEN_ALONE: Duration = Duration::from_secs(1);
/// How long what the plugin left behind may take to end.
const GRACE_FOR_LEFTOVERS: Duration = Duration::from_millis(500);
/// How long passing on the last output may take when the app or Meltano is gone: nobody may be reading.
const PASS_ON_WHEN_ALONE: Duration = Duration::from_secs(3);
/// The time between two attempts to kill what is still there.
const KILL_AGAIN: Duration = Duration::from_millis(20);
/// A process that outlives this long after being killed hangs in the kernel; do not wait for it.
const KILL_FOR: Duration = Duration::from_secs(5);

/// The state of one plugin.
struct Supervision<'a> {
    tree: Tree,
    tree_ended_flag: &'a AtomicBool,
    end: Option<PluginEnd>,
    tree_ended: bool,
    output_ended: bool,
    log_ended: bool,
    kill_at: Option<Instant>,
    first_kill: Option<Instant>,
    give_up_at: Option<Instant>,
}

/// Watches over the plugin until it has ended with everything it started, and all it wrote is passed on. `at_end` is
/// called as soon as the plugin has ended. Sets `tree_ended` when no process is left that could write.
pub(crate) fn supervise(
    tree: Tree,
    events: &Receiver<Event>,
    tree_ended: &AtomicBool,
    mut at_end: impl FnMut(),
) -> PluginEnd {
    let mut state = Supervision {
        tree,
        tree_ended_flag: tree_ended,
        end: None,
        tree_ended: false,
        output_ended: false,
        log_ended: false,
        kill_at: None,
        first_kill: None,
        give_up_at: None,
    };
    while !state.finished() {
        let wake = [state.kill_at, state.give_up_at].into_iter().flatten().min();
        let event = match wake {
            Some(wake) => events.recv_timeout(wake.saturating_duration_since(Instant::now())),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match event {
            Ok(event) => state.on_event(&event, &mut at_end),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        state.kill_when_due(Instant::now());
        if state.give_up_at.is_some_and(|at| at <= Instant::now()) {
            break;
        }
    }
    state.end.unwrap_or(PluginEnd { code: None, signal: None })
}

impl Supervision<'_> {
    fn finished(&self) -> bool {
        self.end.is_some() && self.tree_ended && self.output_ended && self.log_ended
    }

    fn on_event(&mut self, event: &Event, at_end: &mut impl FnMut()) {
        let now = Instant::now();
        match *event {
            Event::PluginEnded(end) => {
                self.end = Some(end);
                self.tree.plugin_ended();
                at_end();
                if !self.tree_ended && self.tree.has_ended() {
                    self.set_tree_ended();
                }
                self.end_within(GRACE_FOR_LEFTOVERS);
            }
            Event::TreeEnded => self.set_tree_ended(),
            Event::OutputEnded(end) => {
                self.output_ended = true;
                if end == RelayEnd::OutputClosed {
                    self.end_within(GRACE_WHEN_UNREAD);
                }
            }
            Event::LogEnded => self.log_ended = true,
            Event::Stop { grace } => self.end_within(grace),
            Event::Asked => self.end_within(GRACE_WHEN_ASKED),
            Event::AppGone | Event::ParentGone => {
                self.end_within(GRACE_WHEN_ALONE);
                let give_up = now + GRACE_WHEN_ALONE + PASS_ON_WHEN_ALONE;
                self.give_up_at = Some(self.give_up_at.map_or(give_up, |at| at.min(give_up)));
            }
        }
    }

    /// Asks everything to end, and kills what is left after `grace`. Asking twice is asking to hurry.
    fn end_within(&mut self, grace: Duration) {
        if self.tree_ended {
            return;
        }
        let kill_at = Instant::now() + grace;
        self.kill_at = Some(self.kill_at.map_or(kill_at, |at| at.min(kill_at)));
        self.tree.end(Force::Ask);
    }

    fn kill_when_due(&mut self, now: Instant) {
        if self.tree_ended || self.kill_at.is_none_or(|at| at > now) {
            return;
        }
        self.tree.end(Force::Kill);
        let first = *self.first_kill.get_or_insert(now);
        if self.end.is_some() && (self.tree.has_ended() || now - first > KILL_FOR) {
            self.set_tree_ended();
        } else {
            // A process may have started another one while it was being killed.
            self.kill_at = Some(now + KILL_AGAIN);
        }
    }

    fn set_tree_ended(&mut self) {
        self.tree_ended = true;
        self.kill_at = None;
        self.tree_ended_flag.store(true, Ordering::Release);
    }
}
