//! Whose turn it is: a bound on all runs of this process that can be changed at any time. First come, first served; what a
//! person asked for goes before what waits by schedule.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;
use tributary_contract::Trigger;

/// The place of a run that waits: smaller ones come first.
type Place = (Class, u64);

/// Who comes before whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Somebody watches.
    Person,
    /// Schedules, what they missed, and retries.
    ByItself,
}

/// The turns of this process. Clones share them.
#[derive(Debug, Clone)]
pub struct Turns(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    bound: usize,
    taken: usize,
    next: u64,
    waiting: BTreeMap<Place, oneshot::Sender<Turn>>,
}

/// The right to be at work; dropping it gives the turn to the next.
#[derive(Debug)]
pub struct Turn(Arc<Mutex<State>>);

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        state.taken = state.taken.saturating_sub(1);
        drop(state);
        give(&self.0);
    }
}

impl Turns {
    /// Up to `bound` at once.
    pub fn new(bound: usize) -> Self {
        Self(Arc::new(Mutex::new(State { bound, taken: 0, next: 0, waiting: BTreeMap::new() })))
    }

    /// Another bound from now on. Who is at work stays so.
    pub fn set_bound(&self, bound: usize) {
        lock(&self.0).bound = bound;
        give(&self.0);
    }

    /// A place in the line, taken at once: the order of calls counts, not that of waiting.
    pub fn line_up(&self, trigger: Trigger) -> oneshot::Receiver<Turn> {
        let (sender, turn) = oneshot::channel();
        let class = if trigger == Trigger::Manual { Class::Person } else { Class::ByItself };
        let mut state = lock(&self.0);
        let number = state.next;
        state.next += 1;
        state.waiting.insert((class, number), sender);
        drop(state);
        give(&self.0);
        turn
    }
}

/// Gives every free turn to the first who still waits.
fn give(turns: &Arc<Mutex<State>>) {
    loop {
        let mut state = lock(turns);
        if state.taken >= state.bound {
            return;
        }
        let Some((_, next)) = state.waiting.pop_first() else { return };
        if next.is_closed() {
            continue;
        }
        state.taken += 1;
        drop(state);
        // Whoever left in this very moment gives it back by dropping it, which must not find the lock taken.
        drop(next.send(Turn(Arc::clone(turns))));
    }
}

fn lock(turns: &Mutex<State>) -> MutexGuard<'_, State> {
    turns.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_turn(place: &mut oneshot::Receiver<Turn>) -> Option<Turn> {
        place.try_recv().ok()
    }

    #[test]
    fn first_come_first_served_and_people_before_schedules() {
        let turns = Turns::new(1);
        let at_work = has_turn(&mut turns.line_up(Trigger::Scheduled)).expect("nobody else is there");
        let mut storm: Vec<_> = (0..50).map(|_| turns.line_up(Trigger::Scheduled)).collect();
        let (mut first, mut second) = (turns.line_up(Trigger::Manual), turns.line_up(Trigger::Manual));
        assert!(has_turn(&mut first).is_none(), "the one at work is not hurried");
        drop(at_work);
        let click = has_turn(&mut first).expect("a person's click goes before the storm");
        assert!(has_turn(&mut second).is_none());
        drop(click);
        drop(has_turn(&mut second).expect("then the second click"));
        for (number, place) in storm.iter_mut().enumerate() {
            drop(has_turn(place).unwrap_or_else(|| panic!("number {number} of the storm, in order")));
        }
    }

    #[test]
    fn the_bound_grows_and_shrinks_at_once() {
        let turns = Turns::new(1);
        let mut places: Vec<_> = (0..5).map(|_| turns.line_up(Trigger::Manual)).collect();
        let count =
            |places: &mut Vec<oneshot::Receiver<Turn>>| places.iter_mut().filter_map(has_turn).collect::<Vec<_>>();
        let mut working = count(&mut places);
        assert_eq!(working.len(), 1);
        turns.set_bound(3);
        working.extend(count(&mut places));
        assert_eq!(working.len(), 3);
        turns.set_bound(1);
        working.truncate(1);
        assert_eq!(count(&mut places).len(), 0, "two were too many and are not replaced");
        working.clear();
        assert_eq!(count(&mut places).len(), 1);
    }

    #[test]
    fn who_went_away_keeps_nobody_waiting() {
        let turns = Turns::new(1);
        let at_work = has_turn(&mut turns.line_up(Trigger::Manual));
        let gone = turns.line_up(Trigger::Manual);
        let mut stays = turns.line_up(Trigger::Manual);
        drop(gone);
        drop(at_work);
        assert!(has_turn(&mut stays).is_some());
    }
}
