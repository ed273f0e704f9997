//! Schedules: what they say, when they come due, and the loop that starts what is due.
//!
//! Invariants:
//! - Time comes from [`crate::Clock`]; what is started comes from a [`Starter`].
//! - Everything a restart must know is in the database: up to when the occurrences of a schedule were dealt with.
//! - Occurrences nobody could deal with (asleep, not running, paused) collapse into one catch-up.
//! - What failed for a reason that passes is started again at the moment its run names; it waits for a network, and for the
//!   end of a pause.
//! - One scheduler per data folder, whichever program it is in.

pub mod cadence;
pub mod pause;
pub mod plan;
pub mod turn;
pub mod wake;

mod retries;
mod scheduling;

pub use cadence::{Cadence, CadenceError, is_late, next_due};
pub use pause::{Pause, PauseLength};
pub use plan::{Due, Plan};
pub use scheduling::{Event, Scheduler, Started, Starter, Surroundings, start};
