//! The sign-ins of this process: where each is, and giving it up or keeping it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;
use tributary_contract::{SignInId, SignInProgress, SignInStage, Subject};

/// Sign-ins that are remembered after their end.
const REMEMBERED: usize = 16;

/// The sign-ins of this process.
#[derive(Default)]
pub struct SignIns(Mutex<Vec<(SignInId, Attempt)>>);

/// One of them, as those who look at it and the one who executes it share it.
#[derive(Clone)]
pub(super) struct Attempt {
    /// Where it is.
    pub(super) progress: watch::Sender<SignInProgress>,
    /// `true`: give it up.
    pub(super) cancel: watch::Sender<bool>,
    /// `true`: keep it although it leads elsewhere.
    pub(super) confirm: watch::Sender<bool>,
}

impl SignIns {
    fn all(&self) -> MutexGuard<'_, Vec<(SignInId, Attempt)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: SignInId) -> Option<Attempt> {
        self.all().iter().find(|(known, _)| *known == id).map(|(_, attempt)| attempt.clone())
    }

    /// Remembers one that begins.
    pub(super) fn add(&self, id: SignInId, attempt: Attempt) {
        let mut all = self.all();
        if all.len() >= REMEMBERED
            && let Some(at) = all.iter().position(|(_, old)| old.progress.borrow().stage.is_terminal())
        {
            all.remove(at);
        }
        all.push((id, attempt));
    }

    /// The newest sign-in of this subject that has not ended.
    pub fn under_way(&self, subject: Subject) -> Option<SignInProgress> {
        let all = self.all();
        let progress = all.iter().rev().map(|(_, attempt)| attempt.progress.borrow().clone());
        progress.into_iter().find(|progress| progress.subject == subject && !progress.stage.is_terminal())
    }

    /// Where a sign-in is.
    pub fn progress(&self, id: SignInId) -> Option<SignInProgress> {
        self.find(id).map(|attempt| attempt.progress.borrow().clone())
    }

    /// Gives a sign-in up. Whether there is one.
    pub fn cancel(&self, id: SignInId) -> bool {
        self.find(id).map(|attempt| attempt.cancel.send_replace(true)).is_some()
    }

    /// Keeps a sign-in that leads elsewhere than the one before. Whether there is one.
    pub fn confirm(&self, id: SignInId) -> bool {
        self.find(id).map(|attempt| attempt.confirm.send_replace(true)).is_some()
    }

    /// Waits until a sign-in has ended, or asks for a confirmation it does not have yet.
    pub async fn wait(&self, id: SignInId) -> Option<SignInProgress> {
        let attempt = self.find(id)?;
        let mut progress = attempt.progress.subscribe();
        let asks = |now: &SignInProgress| {
            now.stage == SignInStage::Confirming && !*attempt.confirm.borrow() && !*attempt.cancel.borrow()
        };
        let waited = progress.wait_for(|now| now.stage.is_terminal() || asks(now)).await;
        waited.ok().map(|progress| progress.clone())
    }

    /// Gives up those of a subject, and waits for their ends: they hold a port.
    pub(super) async fn end(&self, subject: Option<Subject>) {
        let ending: Vec<Attempt> = {
            let all = self.all();
            let of = |attempt: &Attempt| subject.is_none_or(|subject| attempt.progress.borrow().subject == subject);
            all.iter().map(|(_, attempt)| attempt).filter(|attempt| of(attempt)).cloned().collect()
        };
        for attempt in ending {
            attempt.cancel.send_replace(true);
            let mut progress = attempt.progress.subscribe();
            let ended = progress.wait_for(|progress| progress.stage.is_terminal());
            let _ = tokio::time::timeout(Duration::from_secs(3), ended).await;
        }
    }

    /// Gives all of them up: the app ends.
    pub async fn end_all(&self) {
        self.end(None).await;
    }
}
