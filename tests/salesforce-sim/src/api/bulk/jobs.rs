//! Jobs and batches of the Bulk API.

use std::{collections::VecDeque, sync::Arc};

use crate::org::scan::{Position, Scan};

/// Jobs remembered; older ones are gone.
const MOST_JOBS: usize = 1_000;

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The object it reads.
    pub object: String,
    /// `query` or `queryAll`.
    pub operation: String,
    /// `Open`, `Closed` or `Aborted`.
    pub state: String,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// Its batches.
    pub batches: Vec<Batch>,
}

/// A batch: one query.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its id.
    pub id: String,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a batch.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It failed, with the message of its status.
    Failed(String),
    /// It is done.
    Done {
        /// What was asked.
        scan: Arc<Scan>,
        /// How many records the answer has.
        records: u64,
        /// Ids of its results, where each begins, and how many records it has.
        results: Vec<(String, Position, u64)>,
    },
}

/// All jobs.
#[derive(Debug, Default)]
pub struct Jobs {
    made: u64,
    jobs: VecDeque<Job>,
}

impl Jobs {
    /// A new id with the given key prefix.
    pub fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}5g0{:09}AAA", self.made)
    }

    /// Opens a job.
    pub fn open(&mut self, object: String, operation: String, created: i64) -> Job {
        let id = self.id("750");
        let job = Job { id, object, operation, state: "Open".to_owned(), created, batches: Vec::new() };
        if self.jobs.len() == MOST_JOBS {
            self.jobs.pop_front();
        }
        self.jobs.push_back(job.clone());
        job
    }

    /// A job by its id (with or without its last three characters).
    pub fn job(&mut self, id: &str) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.id == id || (id.len() == 15 && job.id.starts_with(id)))
    }

    /// A batch of a job.
    pub fn batch(&mut self, job: &str, batch: &str) -> Option<&mut Batch> {
        self.job(job)?.batches.iter_mut().find(|known| known.id == batch)
    }
}
