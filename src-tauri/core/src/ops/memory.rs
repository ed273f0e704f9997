//! What the core remembers of sources while it runs: what they offer, some of their rows, and what is being asked now.
//! Everything here can be had again; nothing here is secret.

use super::discovery::Discovery;
use crate::{Error, connectors::offer::KnownOffer};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{sync::watch, task::JoinHandle};
use tributary_contract::{DraftId, SampleRows, Subject, TestId};

/// Offers that are remembered; a large one takes some 20 MB.
const OFFERS: usize = 4;
/// Streams whose rows are remembered.
const SAMPLES: usize = 32;

/// The memory.
#[derive(Default)]
pub struct Memory {
    contents: Mutex<Contents>,
    /// Held while a draft is read, changed and written: a window sends the next change before the last was answered.
    pub drafts: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Contents {
    /// The newest last.
    offers: Vec<(Subject, Arc<KnownOffer>)>,
    /// The newest last.
    samples: Vec<(Subject, SampleRows)>,
    discoveries: HashMap<Subject, Discovery>,
    tests: HashMap<TestId, watch::Sender<bool>>,
    finished: HashSet<DraftId>,
    /// What is being ended or cleared away in the background.
    endings: Vec<JoinHandle<()>>,
}

impl Memory {
    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a source offers, where it is remembered.
    pub fn offer(&self, subject: Subject) -> Option<Arc<KnownOffer>> {
        self.contents().offers.iter().find(|(of, _)| *of == subject).map(|(_, offer)| Arc::clone(offer))
    }

    /// Remembers what a source offers.
    pub fn keep_offer(&self, subject: Subject, offer: Arc<KnownOffer>) {
        let mut contents = self.contents();
        contents.offers.retain(|(of, _)| *of != subject);
        if contents.offers.len() == OFFERS {
            contents.offers.remove(0);
        }
        contents.offers.push((subject, offer));
    }

    /// Rows of a stream, where they are remembered.
    pub fn sample(&self, subject: Subject, stream: &str) -> Option<SampleRows> {
        let contents = self.contents();
        contents.samples.iter().find(|(of, rows)| *of == subject && rows.stream == stream).map(|(_, rows)| rows.clone())
    }

    /// Remembers rows of a stream.
    pub fn keep_sample(&self, subject: Subject, rows: SampleRows) {
        let mut contents = self.contents();
        contents.samples.retain(|(of, kept)| *of != subject || kept.stream != rows.stream);
        if contents.samples.len() == SAMPLES {
            contents.samples.remove(0);
        }
        contents.samples.push((subject, rows));
    }

    /// Forgets rows of a source: they are old.
    pub fn forget_samples(&self, subject: Subject) {
        self.contents().samples.retain(|(of, _)| *of != subject);
    }

    /// Forgets everything about a source and stops asking it: its settings changed, or it is gone.
    pub fn forget(&self, subject: Subject) {
        let mut contents = self.contents();
        contents.offers.retain(|(of, _)| *of != subject);
        contents.samples.retain(|(of, _)| *of != subject);
        if let Some(discovery) = contents.discoveries.remove(&subject) {
            discovery.cancel();
        }
    }

    /// The discovery that is under way, or the one that `begin` starts.
    pub fn discovery(&self, subject: Subject, begin: impl FnOnce() -> Discovery) -> Discovery {
        self.contents().discoveries.entry(subject).or_insert_with(begin).clone()
    }

    /// Stops asking a source. Whether it was being asked.
    pub fn cancel_discovery(&self, subject: Subject) -> bool {
        let found = self.contents().discoveries.remove(&subject);
        found.map(|discovery| discovery.cancel()).is_some()
    }

    /// A discovery has ended, unless another one has taken its place.
    pub fn discovery_ended(&self, subject: Subject, id: u64) {
        let mut contents = self.contents();
        if contents.discoveries.get(&subject).is_some_and(|discovery| discovery.id() == id) {
            contents.discoveries.remove(&subject);
        }
    }

    /// A test begins; what it gives becomes `true` when it is to be stopped.
    pub fn begin_test(&self, test: TestId) -> watch::Receiver<bool> {
        let (stop, stopped) = watch::channel(false);
        self.contents().tests.insert(test, stop);
        stopped
    }

    /// It has ended.
    pub fn test_ended(&self, test: TestId) {
        self.contents().tests.remove(&test);
    }

    /// Stops a test; one that has ended is left as it is.
    pub fn cancel_test(&self, test: TestId) {
        if let Some(stop) = self.contents().tests.remove(&test) {
            stop.send_replace(true);
        }
    }

    /// Stops everything and waits until it has ended, each within some seconds: the app ends.
    pub async fn end_all(&self) {
        let (discoveries, tests) = {
            let mut contents = self.contents();
            (std::mem::take(&mut contents.discoveries), std::mem::take(&mut contents.tests))
        };
        for stop in tests.values() {
            stop.send_replace(true);
        }
        for discovery in discoveries.into_values() {
            discovery.cancel();
            // Its processes are being ended when this is answered.
            let _ = discovery.found().await;
        }
        let endings = std::mem::take(&mut self.contents().endings);
        for ending in endings {
            // One that panicked has ended too.
            let _ = ending.await;
        }
    }

    /// Ends something in the background, without making anybody wait but the app's own end. Outside a runtime nothing
    /// happens: then dropping `ending` has to do.
    pub fn end_later(&self, ending: impl Future<Output = ()> + Send + 'static) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let mut contents = self.contents();
            contents.endings.retain(|ending| !ending.is_finished());
            contents.endings.push(runtime.spawn(ending));
        }
    }

    /// A draft was finished or thrown away.
    pub fn draft_ended(&self, id: DraftId) {
        self.contents().finished.insert(id);
    }

    /// Why there is no such draft.
    pub fn missing_draft(&self, id: DraftId) -> Error {
        if self.contents().finished.contains(&id) {
            Error::Finished
        } else {
            Error::NotFound { kind: "draft", name: id.to_string() }
        }
    }
}
