//! The sample Salesforce org as an integration.

use super::{finish_draft::Finishing, integrations};
use crate::{Core, Error, sample_org};
use serde_json::json;
use tributary_contract::{Config, Integration, NewDataPolicy, NewIntegration, SecretInput};

const NAME: &str = "Sample Salesforce org";

/// Gives the integration with the sample org, made where there is none.
pub async fn create_sample_integration(core: &Core) -> Result<Integration, Error> {
    let existing = super::list_integrations(core).await?.into_iter().find(|integration| integration.sample);
    if let Some(integration) = existing {
        return Ok(integration);
    }
    let mut config = Config::new();
    config.insert("start_date".to_owned(), json!("2015-01-01"));
    let secrets = sample_org::new_secrets()
        .into_iter()
        .map(|(name, secret)| (name, SecretInput::new(secret.expose().to_owned())))
        .collect();
    let input = |name: String| NewIntegration {
        connector: sample_org::CONNECTOR.to_owned(),
        name,
        config,
        secrets,
        destination: None,
        streams: None,
        schedule: None,
        new_data: NewDataPolicy::default(),
    };
    let taken = super::get_integration(core, NAME).await.is_ok();
    let name = if taken { format!("{NAME} 2") } else { NAME.to_owned() };
    integrations::create(core, input(name), true, Finishing::default()).await
}
