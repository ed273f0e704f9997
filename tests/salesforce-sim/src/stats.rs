//! What the simulator was asked, for tests that check what a client does.

use serde::{Deserialize, Serialize};

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Requests to the token endpoint.
    pub token_requests: u64,
    /// Token requests that were refused.
    pub token_refusals: u64,
    /// Token requests that asked with a refresh token.
    pub refreshes: u64,
    /// Token requests that asked with an authorisation code.
    pub code_exchanges: u64,
    /// Times an old, already replaced refresh token was used again.
    pub replays: u64,
    /// Times a refresh token was used while another request was using it.
    pub concurrent_refreshes: u64,
    /// Visits to the authorise page.
    pub authorize_pages: u64,
    /// Questions whether a token still counts.
    pub introspections: u64,
    /// Tokens given back.
    pub revocations: u64,
    /// Requests to the data and Bulk APIs.
    pub api_requests: u64,
    /// API requests that were refused, by a mode or for a wrong session.
    pub api_refusals: u64,
    /// Requests for who signed in.
    pub userinfo_requests: u64,
    /// Requests for the limits of the org.
    pub limits_requests: u64,
    /// Requests for the list of objects.
    pub object_lists: u64,
    /// Requests for the fields of an object.
    pub describes: u64,
    /// Queries.
    pub queries: u64,
    /// Pages of queries, first ones too.
    pub query_pages: u64,
    /// Jobs of the Bulk API.
    pub bulk_jobs: u64,
    /// Batches of the Bulk API.
    pub bulk_batches: u64,
    /// Status requests of batches.
    pub bulk_polls: u64,
    /// Results of the Bulk API that were fetched.
    pub bulk_results: u64,
    /// Records sent, through both APIs.
    pub records: u64,
    /// Tunnels to Salesforce hosts.
    pub tunnels: u64,
    /// Tunnels that were refused because they led elsewhere.
    pub refused_tunnels: u64,
}
