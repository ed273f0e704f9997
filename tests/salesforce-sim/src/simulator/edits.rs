//! Edits and counts, for the methods of the simulator and for its control endpoints.

use chrono::{DateTime, Utc};

use crate::{
    clock,
    error::SimulatorError,
    org::{
        scan::Scan,
        soql::{Condition, Literal, Operator, Query},
    },
    shared::Shared,
};

/// Changes records; see [`crate::Simulator::change_records`].
pub fn change(shared: &Shared, object: &str, count: u64) -> Result<u64, SimulatorError> {
    shared.org_mut().change_records(object, count, clock::now().timestamp())
}

/// Adds records.
pub fn add(shared: &Shared, object: &str, count: u64) -> Result<u64, SimulatorError> {
    shared.org_mut().add_records(object, count, clock::now().timestamp())
}

/// Deletes records.
pub fn delete(shared: &Shared, object: &str, count: u64) -> Result<u64, SimulatorError> {
    shared.org_mut().delete_records(object, count, clock::now().timestamp())
}

/// Records that are not deleted.
pub fn count(shared: &Shared, object: &str) -> Result<u64, SimulatorError> {
    Ok(shared.org().table(object)?.live())
}

/// Records, deleted ones too, that were modified at the bookmark or later.
pub fn count_since(shared: &Shared, object: &str, bookmark: DateTime<Utc>) -> Result<u64, SimulatorError> {
    let org = shared.org();
    let table = org.table(object)?;
    let condition = Condition {
        field: table.spec.clock_field().to_owned(),
        operator: Operator::AtLeast,
        literal: Literal::Moment(bookmark.timestamp_micros()),
    };
    let query =
        Query { fields: None, object: object.to_owned(), conditions: vec![condition], order_by: None, limit: None };
    let unknown = |_| SimulatorError::UnknownObject { object: object.to_owned() };
    Ok(Scan::plan(&org, &query, true).map_err(unknown)?.count(table))
}
