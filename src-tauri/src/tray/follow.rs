//! Keeping the icon up to date: looks when the core says that something changed, at most once a second.

use super::model::{self, LISTED};
use crate::{AppCore, start_up};
use std::{collections::HashMap, time::Duration};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until, timeout_at};
use tributary_contract::{AppEvent, IntegrationId, RunId, Tag};
use tributary_core::{Clock, SystemClock, ops};

/// Least time between two changes of what is shown.
const APART: Duration = Duration::from_secs(1);
/// Longest time without a look: what other programs did, and what follows from the time alone, is noticed then.
const LONGEST: Duration = Duration::from_mins(1);

/// What the icon is kept up to date by.
pub struct Feed(UnboundedSender<Word>);

/// Hears what goes to the icon.
pub struct Listening(UnboundedReceiver<Word>);

enum Word {
    /// How everything is doing may have changed.
    Look,
    /// The choices that concern the whole app changed.
    Settings,
    /// A run brought so many rows so far.
    Rows(IntegrationId, RunId, u64),
    /// A run changed its status.
    Run(RunId),
}

/// A feed and who hears it.
pub fn feed() -> (Feed, Listening) {
    let (sender, receiver) = unbounded_channel();
    (Feed(sender), Listening(receiver))
}

impl Feed {
    /// Takes an event of the core.
    pub fn take(&self, event: &AppEvent) {
        match event {
            AppEvent::RunProgress(progress) => {
                let rows = progress.streams.iter().map(|stream| stream.records).sum();
                self.say(Word::Rows(progress.integration, progress.run, rows));
            }
            AppEvent::Invalidate(tags) => {
                for tag in tags {
                    match tag {
                        Tag::Run(run) => self.say(Word::Run(*run)),
                        Tag::Settings => self.say(Word::Settings),
                        Tag::Integrations | Tag::Runs => self.say(Word::Look),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// Has the icon looked after.
    pub fn look(&self) {
        self.say(Word::Look);
    }

    fn say(&self, word: Word) {
        // Nobody hears it only while the app ends.
        let _ = self.0.send(word);
    }
}

/// Keeps the icon up to date for as long as the app runs.
pub async fn follow<R: Runtime>(app: AppHandle<R>, mut listening: Listening) {
    let show = |model| {
        let handle = app.clone();
        // It fails only while the app ends.
        let _ = app.run_on_main_thread(move || super::show(&handle, model));
    };
    let Ok(core) = app.state::<AppCore>().get().await.cloned() else { return show(model::broken()) };
    start_up::follow_settings(&app).await;
    let mut rows: HashMap<IntegrationId, (RunId, u64)> = HashMap::new();
    loop {
        let shown = Instant::now();
        if let Ok(overview) = ops::overview(&core, LISTED).await {
            let rows = rows.iter().map(|(id, (_, rows))| (*id, *rows)).collect();
            show(model::model(&overview, &rows, SystemClock.now(), &SystemClock.zone()));
        }
        let mut settings = false;
        let mut hear = |word| match word {
            Word::Rows(integration, run, count) => drop(rows.insert(integration, (run, count))),
            // It ended, or its next count comes soon.
            Word::Run(run) => rows.retain(|_, (of, _)| *of != run),
            Word::Settings => settings = true,
            Word::Look => {}
        };
        match timeout_at(shown + LONGEST, listening.0.recv()).await {
            Ok(Some(word)) => hear(word),
            Ok(None) => return,
            Err(_) => {}
        }
        // All of one second are one change.
        sleep_until(shown + APART).await;
        while let Ok(word) = listening.0.try_recv() {
            hear(word);
        }
        if settings {
            start_up::follow_settings(&app).await;
        }
    }
}
