//! How a simulator is set up.

use std::{collections::BTreeMap, path::PathBuf};

use chrono::{DateTime, Utc};

/// The moment the base data ends when nothing else is said: 30 June 2026, noon. A fixed moment in the past keeps the data
/// the same from start to start, and leaves room for edits that are not in the future.
const DEFAULT_NOW: i64 = 1_782_820_800;

/// How a simulator is set up.
///
/// The default is a small org (some 4,000 records in ten objects) with fixed demo credentials. Two simulators with the same
/// configuration serve the same data.
#[derive(Clone, Debug)]
pub struct SimulatorConfig {
    /// What all values are derived from.
    pub seed: u64,
    /// Rows per object. `*` stands for every object not named; without it those have a small default.
    pub rows: BTreeMap<String, u64>,
    /// Rows of the whole org: what the named objects leave is shared among the others.
    pub total_rows: Option<u64>,
    /// Custom objects beside the ten every org has; at most 1,000 in all.
    pub extra_objects: u32,
    /// Records in one page of a query.
    pub page_size: u32,
    /// The app's id (consumer key).
    pub client_id: String,
    /// The app's secret (consumer secret).
    pub client_secret: String,
    /// The refresh token that is valid from the start.
    pub refresh_token: String,
    /// Whether each sign-in with a refresh token replaces it.
    pub rotate_refresh_tokens: bool,
    /// The address a sign-in returns for the API; none for the simulator's own plain address.
    pub instance_url: Option<String>,
    /// The user who signs in.
    pub username: String,
    /// The org's id (18 characters).
    pub org_id: String,
    /// Redirect addresses of the app. The address of a sign-in has to be one of them, letter by letter.
    pub redirect_uris: Vec<String>,
    /// Whether the authorise page approves by itself.
    pub auto_approve: bool,
    /// The port to listen on; 0 for any.
    pub port: u16,
    /// The newest modification time of the base data; seconds count.
    pub now: DateTime<Utc>,
    /// The file edits are kept in; read at the start when it is there.
    pub overlay: Option<PathBuf>,
    /// What `X-Sim-Token` has to say for the control endpoints; none switches them off.
    pub control_token: Option<String>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            seed: 20_260_630,
            rows: BTreeMap::new(),
            total_rows: None,
            extra_objects: 0,
            page_size: 2_000,
            client_id: "3MVG9simTributary.Zq7Wf2hUeLk0s8RBxNcYt5oJ1aVdGmPi4EKw6TQyHrXvCbSn3".to_owned(),
            client_secret: "5A1C9E7730B24D68F1E0837A9CD2465BE8F10D3762A94C5E8B07F3D1962EAC48".to_owned(),
            refresh_token: "5Aep861simTributary7kQ9vXw2LzR4tYb6NcHs8GmJp1UdEf3AoKiVx5BqTyWnZr0MlPj".to_owned(),
            rotate_refresh_tokens: false,
            instance_url: None,
            username: "admin@tributary-sample.example".to_owned(),
            org_id: "00D5g000004Xk2mEAC".to_owned(),
            redirect_uris: [1717, 7171, 8717].map(|port| format!("http://localhost:{port}/OauthRedirect")).to_vec(),
            auto_approve: false,
            port: 0,
            now: DateTime::from_timestamp(DEFAULT_NOW, 0).unwrap_or_default(),
            overlay: None,
            control_token: None,
        }
    }
}
