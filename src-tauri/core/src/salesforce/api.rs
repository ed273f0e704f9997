//! What the app itself asks the API: who signed in, what is left of today's calls, how many records there are.
//!
//! Sources: Salesforce REST API guide, "Limits", "Record Count", "Organization"; Salesforce Help, "User Info Endpoint".

use super::{
    SignInError,
    broker::Access,
    http::{self, Environment},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use tributary_contract::{ApiQuota, SignedInAs};

/// The version of the API; the connector's.
const VERSION: &str = "v61.0";

#[derive(Deserialize)]
struct UserInfo {
    user_id: String,
    organization_id: String,
    #[serde(default)]
    preferred_username: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
}

#[derive(Deserialize, Default)]
struct Organization {
    #[serde(default, rename = "Name")]
    name: Option<String>,
    /// Its edition.
    #[serde(default, rename = "OrganizationType")]
    edition: Option<String>,
    #[serde(default, rename = "IsSandbox")]
    is_sandbox: Option<bool>,
}

/// Who signed in, and where. The org's name and edition only where the user may see them.
pub async fn identity(access: &Access, environment: &Environment) -> Result<SignedInAs, SignInError> {
    let user: UserInfo = get(access, environment, "/services/oauth2/userinfo").await?;
    let path = format!("/services/data/{VERSION}/sobjects/Organization/{}", encoded(&user.organization_id));
    let organization: Organization = get(access, environment, &path).await.unwrap_or_else(|error| {
        tracing::info!(%error, "the org's name is not shown to this user");
        Organization::default()
    });
    let username = user.preferred_username.or(user.username).unwrap_or_else(|| user.user_id.clone());
    Ok(SignedInAs {
        display_name: user.display_name.or(user.name).unwrap_or_else(|| username.clone()),
        user_id: user.user_id,
        username,
        org_id: user.organization_id,
        org_name: organization.name,
        org_type: organization.edition,
        sandbox: organization.is_sandbox,
        instance_url: access.instance_url.clone(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Limit {
    max: u64,
    remaining: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Limits {
    daily_api_requests: Limit,
}

/// What is left of the calls that the org may make within 24 hours.
pub async fn quota(access: &Access, environment: &Environment, now: DateTime<Utc>) -> Result<ApiQuota, SignInError> {
    let limits: Limits = get(access, environment, &format!("/services/data/{VERSION}/limits")).await?;
    let Limit { max, remaining } = limits.daily_api_requests;
    Ok(ApiQuota { max, remaining: remaining.min(max), at: now })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    #[serde(default)]
    s_objects: Vec<Count>,
}

#[derive(Deserialize)]
struct Count {
    name: String,
    count: u64,
}

/// How many records these objects have, about; of one that is missing Salesforce does not say. One call.
pub async fn record_counts(
    access: &Access,
    environment: &Environment,
    objects: &[String],
) -> Result<BTreeMap<String, u64>, SignInError> {
    let names = objects.iter().map(|name| encoded(name)).collect::<Vec<_>>().join(",");
    let path = format!("/services/data/{VERSION}/limits/recordCount?sObjects={names}");
    let counts: Counts = get(access, environment, &path).await?;
    Ok(counts.s_objects.into_iter().map(|count| (count.name, count.count)).collect())
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string().replace("%5F", "_")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fault {
    error_code: String,
    #[serde(default)]
    message: String,
}

async fn get<T: DeserializeOwned>(access: &Access, environment: &Environment, path: &str) -> Result<T, SignInError> {
    let reply = http::client(environment)?
        .get(format!("{}{path}", access.instance_url))
        .bearer_auth(access.token.expose())
        .send()
        .await
        .map_err(|error| http::failure(&error))?;
    let status = reply.status();
    let body = reply.bytes().await.map_err(|error| http::failure(&error))?;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| SignInError::Unexpected { status: status.as_u16() });
    }
    // One fault is a list of one.
    match serde_json::from_slice::<Vec<Fault>>(&body).ok().and_then(|faults| faults.into_iter().next()) {
        Some(fault) => Err(SignInError::Refused { error: fault.error_code, description: fault.message }),
        None => Err(SignInError::Unexpected { status: status.as_u16() }),
    }
}
