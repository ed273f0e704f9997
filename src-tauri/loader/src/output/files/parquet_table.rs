//! Parquet.
use super::publish::{Made, Plan};
use crate::{error::LoadError, schema::Column, stream::{Record, Stream}};

pub fn fault(_stream: &Stream, _record: &Record<'_>) -> Option<String> { None }
pub fn check_nested(_column: &mut Column, _raw: &str) {}
pub fn make(plan: &Plan<'_>) -> Result<Made, LoadError> {
    Err(LoadError::Parquet { doing: "making", path: plan.folder.to_owned(), detail: "not yet".to_owned() })
}
