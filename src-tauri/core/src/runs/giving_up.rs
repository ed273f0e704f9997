//! An integration that fails again and again for the same reason pauses itself: only a person can mend it, and trying on
//! would fill the log, the source's quota and the person's patience.

use crate::store::{self, StoreError};
use rusqlite::Connection;
use tributary_contract::{IntegrationId, IntegrationStatus, ProblemCode};

/// Failures of one kind in a row after which an integration pauses itself.
pub const FAILURES: usize = 5;

/// Pauses an integration whose newest runs all failed in the same way, and keeps why. Whether it did.
pub fn pause_after_failures(connection: &Connection, id: IntegrationId) -> Result<bool, StoreError> {
    let outcomes = store::schedules::newest_outcomes(connection, id, FAILURES)?;
    let Some(Some(problem)) = outcomes.first() else { return Ok(false) };
    let alike = outcomes.iter().flatten().filter(|other| other.code == problem.code).count();
    if alike < FAILURES || mends_itself(problem.code) {
        return Ok(false);
    }
    store::integrations::set_status(connection, id, IntegrationStatus::Paused)?;
    store::schedules::set_paused_because(connection, id, Some(problem))?;
    Ok(true)
}

/// Whether this may be over the next time without anybody doing anything.
pub const fn mends_itself(code: ProblemCode) -> bool {
    match code {
        ProblemCode::QuotaUsedUp
        | ProblemCode::NetworkDown
        | ProblemCode::ServerError
        | ProblemCode::DestinationFailed
        | ProblemCode::KeychainUnavailable
        | ProblemCode::DiskFull
        | ProblemCode::Hung
        | ProblemCode::Cancelled
        | ProblemCode::Interrupted
        | ProblemCode::RateLimited
        | ProblemCode::NameLookUp
        | ProblemCode::DestinationUnreachable
        | ProblemCode::CountsDiffer
        | ProblemCode::OutOfMemory
        | ProblemCode::Killed => true,
        ProblemCode::SignInExpired
        | ProblemCode::SignInRevoked
        | ProblemCode::AppBlocked
        | ProblemCode::StreamGone
        | ProblemCode::FieldGone
        | ProblemCode::DestinationRefused
        | ProblemCode::WrongClient
        | ProblemCode::WrongInstance
        | ProblemCode::MissingPermission
        | ProblemCode::TlsOrProxy
        | ProblemCode::SettingInvalid
        | ProblemCode::ConnectorBroken
        | ProblemCode::EngineBroken
        | ProblemCode::Unknown => false,
    }
}
