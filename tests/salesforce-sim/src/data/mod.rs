//! The simulated data: what objects and fields there are, and the values of their records.
//!
//! Every value is a pure function of (seed, object, record number, field, revision). Nothing is kept per record, so an org
//! of ten million rows costs no more memory than an empty one.

pub mod extra_objects;
pub mod field;
pub mod objects;
pub mod places;
pub mod random;
pub mod record_id;
pub mod text;
pub mod value;
pub mod words;
