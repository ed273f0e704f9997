//! Noticing that the computer slept or that its clock was set, and whether there is a network.

use crate::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use std::{net::IpAddr, time::Duration};
use sysinfo::{InterfaceOperationalState, Networks};

/// How far clock and even time may drift apart before one of them jumped.
const DRIFT: TimeDelta = TimeDelta::seconds(5);
/// How much longer than asked for a wait may take on a busy computer.
const OVERSLEPT: TimeDelta = TimeDelta::seconds(15);

/// A moment by both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// By the clock on the wall.
    pub wall: DateTime<Utc>,
    elapsed: Duration,
}

impl Moment {
    /// Now.
    pub fn now(clock: &dyn Clock) -> Self {
        Self { wall: clock.now(), elapsed: clock.elapsed() }
    }

    /// Whether the computer slept or its clock was set since then.
    pub fn jumped_since(self, before: Self) -> bool {
        let even = TimeDelta::from_std(self.elapsed.saturating_sub(before.elapsed)).unwrap_or(TimeDelta::MAX);
        (self.wall - before.wall - even).abs() > DRIFT
    }

    /// Whether a wait that began then took far longer than asked for: on some systems even time goes on during sleep.
    pub fn overslept_since(self, before: Self, asked: Duration) -> bool {
        self.wall - before.wall > TimeDelta::from_std(asked).unwrap_or(TimeDelta::MAX - OVERSLEPT) + OVERSLEPT
    }
}

/// Whether an interface other than the loopback is up and has an address, as far as the system says so. Says nothing
/// about what can be reached.
pub fn has_network() -> bool {
    let Ok(interfaces) = Networks::new_with_refreshed_list() else { return true };
    interfaces.values().any(|interface| {
        use InterfaceOperationalState::{Dormant, Unknown, Up};
        matches!(interface.operational_state(), Up | Dormant | Unknown)
            && interface.ip_networks().iter().any(|network| leads_out(network.addr))
    })
}

/// Not loopback, and not one a computer gives itself when nobody answers.
const fn leads_out(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_loopback() && !address.is_link_local() && !address.is_unspecified(),
        IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local() && !address.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(wall: i64, elapsed: u64) -> Moment {
        Moment { wall: DateTime::from_timestamp(wall, 0).unwrap(), elapsed: Duration::from_secs(elapsed) }
    }

    #[test]
    fn sleep_and_set_clocks_are_noticed_and_busy_computers_are_not() {
        let before = moment(1_000, 10);
        assert!(!moment(1_032, 40).jumped_since(before));
        assert!(moment(11_800, 40).jumped_since(before), "slept, or set forward");
        assert!(moment(100, 40).jumped_since(before), "set back");
        let asked = Duration::from_secs(30);
        assert!(!moment(1_044, 54).overslept_since(before, asked));
        assert!(moment(11_800, 10_810).overslept_since(before, asked), "even time went on");
    }

    #[test]
    fn only_addresses_that_lead_out_count() {
        for inside in ["127.0.0.1", "169.254.7.7", "::1", "fe80::1"] {
            assert!(!leads_out(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["192.168.1.7", "2001:db8::7"] {
            assert!(leads_out(outside.parse().unwrap()), "{outside}");
        }
    }
}
