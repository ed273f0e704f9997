//! How far preparing is, for one environment and for everything asked for.

use std::sync::{Mutex, PoisonError};
use tributary_contract::{EngineProgress, EngineStep};

/// Receives progress.
pub type ProgressSink<'a> = &'a (dyn Fn(EngineProgress) + Send + Sync);

/// Adds up the progress of several environments.
pub(super) struct Progress<'a> {
    sink: ProgressSink<'a>,
    /// Name, weight and share done of each environment.
    parts: Mutex<Vec<(String, f64, f64)>>,
}

impl<'a> Progress<'a> {
    /// Environments with their weights: how much work each is, in any unit.
    pub(super) fn new(sink: ProgressSink<'a>, parts: Vec<(String, f64)>) -> Self {
        Self { sink, parts: Mutex::new(parts.into_iter().map(|(name, weight)| (name, weight, 0.0)).collect()) }
    }

    /// Reports that `environment` is at `step` and `fraction` of it is done. Shares never go back.
    pub(super) fn report(&self, environment: &str, step: EngineStep, fraction: f64) {
        let (fraction, total_fraction) = {
            let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
            let mut own = fraction.clamp(0.0, 1.0);
            if let Some(part) = parts.iter_mut().find(|part| part.0 == environment) {
                part.2 = part.2.max(own);
                own = part.2;
            }
            let all: f64 = parts.iter().map(|part| part.1).sum();
            let done: f64 = parts.iter().map(|part| part.1 * part.2).sum();
            (own, if all > 0.0 { done / all } else { 1.0 })
        };
        (self.sink)(EngineProgress { environment: environment.to_owned(), step, fraction, total_fraction });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_weighted_and_never_go_back() {
        let seen = Mutex::new(Vec::new());
        let sink = |progress: EngineProgress| seen.lock().unwrap().push((progress.fraction, progress.total_fraction));
        let progress = Progress::new(&sink, vec![("a".to_owned(), 3.0), ("b".to_owned(), 1.0)]);
        progress.report("a", EngineStep::Installing, 0.5);
        progress.report("b", EngineStep::Done, 1.0);
        progress.report("a", EngineStep::Installing, 0.25);
        progress.report("a", EngineStep::Done, 7.0);
        assert_eq!(*seen.lock().unwrap(), [(0.5, 0.375), (1.0, 0.625), (0.5, 0.625), (1.0, 1.0)]);
    }
}
