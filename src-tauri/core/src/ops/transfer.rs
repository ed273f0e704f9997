//! Which of Salesforce's two ways of reading a run takes: REST, or Bulk.
//!
//! The rule, where the person has not chosen: a run that reads from the start, and whose chosen objects have more than 200,000
//! records together, takes Bulk; every other one takes REST. REST brings 2,000 records a call, so up there it would use hundreds
//! of the day's calls; Bulk needs a handful, but waits 20 seconds and more for each object, which is no bargain for the few
//! records of an incremental run. How many there are Salesforce says in one call (it is a count of the last hours).

use crate::{
    Core, Error,
    connectors::plugin_config::PluginConfig,
    runs::plugin_call::ReadyPlugin,
    salesforce::{api, broker::Access},
    store,
};
use serde_json::{Value, json};
use tributary_contract::{Integration, Run};

/// Records above which a run that reads from the start takes Bulk.
const MANY: u64 = 200_000;
/// Objects that are counted: more make the address of the question too long.
const COUNTED: usize = 200;

/// A way of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Pages of a query.
    Rest,
    /// Jobs of the Bulk API.
    Bulk,
}

impl Api {
    /// Why it was chosen, for the log.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Rest => "Reading through the REST API: there is not enough to read for the Bulk API.",
            Self::Bulk => "Reading through the Bulk API: there are many records, and it needs fewer API calls.",
        }
    }
}

/// Which way a run takes.
pub const fn rule(from_the_start: bool, records: u64) -> Api {
    if from_the_start && records > MANY { Api::Bulk } else { Api::Rest }
}

/// Chooses for a run; `None`: the person has chosen.
pub async fn choose(
    core: &Core,
    run: &Run,
    integration: &Integration,
    plugin: &ReadyPlugin,
    access: &Access,
) -> Result<Option<Api>, Error> {
    let (Some(loan), true) = (&plugin.loan, plugin.config.values.contains_key("api_type")) else { return Ok(None) };
    let id = integration.id;
    let synced = core.database().read(move |connection| store::runs::last_success(connection, id)).await?;
    let from_the_start = run.full_refresh || synced.is_none();
    if !from_the_start {
        return Ok(Some(rule(false, 0)));
    }
    let setup = super::setup::Setup::from(integration);
    let definition = super::connectors::find(core, tributary_contract::ConnectorKind::Extractor, &setup.connector)?;
    let offer = super::discovery::offer(core, &setup, false).await?;
    let chosen = offer.chosen(setup.streams.as_deref(), &definition.recommended_streams);
    let names: Vec<String> = chosen.into_iter().map(|choice| choice.name).take(COUNTED).collect();
    let counted = api::record_counts(access, &loan.credential.environment, &names).await;
    let records = match counted {
        Ok(counts) => counts.values().sum(),
        Err(error) => {
            tracing::info!(%error, "Salesforce did not say how many records there are");
            0
        }
    };
    Ok(Some(rule(true, records)))
}

/// Puts the choice into a connector's settings.
pub fn apply(api: Api, config: &mut PluginConfig) {
    let word = match api {
        Api::Rest => "REST",
        Api::Bulk => "BULK",
    };
    config.values.insert("api_type".to_owned(), json!(word));
}

/// Takes fields that Bulk cannot read (addresses, places: their parts are fields of their own) out of a catalog.
pub fn leave_out_compound(catalog: &mut Value) {
    let streams = catalog.get_mut("streams").and_then(Value::as_array_mut).into_iter().flatten();
    for stream in streams {
        let mut gone = Vec::new();
        if let Some(fields) = stream.pointer_mut("/schema/properties").and_then(Value::as_object_mut) {
            fields.retain(|name, schema| {
                let compound = schema.get("properties").is_some_and(Value::is_object);
                if compound {
                    gone.push(name.clone());
                }
                !compound
            });
        }
        if let Some(metadata) = stream.get_mut("metadata").and_then(Value::as_array_mut) {
            metadata.retain(|entry| {
                let field = entry.pointer("/breadcrumb/1").and_then(Value::as_str);
                field.is_none_or(|field| !gone.iter().any(|name| name == field))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_many_records_from_the_start_are_worth_a_job() {
        assert_eq!(rule(true, MANY), Api::Rest);
        assert_eq!(rule(true, MANY + 1), Api::Bulk);
        assert_eq!(rule(false, u64::MAX), Api::Rest);
    }

    #[test]
    fn compound_fields_are_left_out() {
        let mut catalog = json!({"streams": [{
            "schema": {"properties": {
                "Id": {"type": "string"},
                "BillingStreet": {"type": ["null", "string"]},
                "BillingAddress": {"type": ["null", "object"], "properties": {"street": {"type": "string"}}},
            }},
            "metadata": [
                {"breadcrumb": [], "metadata": {"selected": true}},
                {"breadcrumb": ["properties", "BillingAddress"], "metadata": {"selected": true}},
                {"breadcrumb": ["properties", "BillingStreet"], "metadata": {"selected": true}},
            ],
        }]});
        leave_out_compound(&mut catalog);
        assert_eq!(catalog["streams"][0]["schema"]["properties"].as_object().unwrap().len(), 2);
        assert_eq!(catalog["streams"][0]["metadata"].as_array().unwrap().len(), 2);
        let mut nonsense = json!({"other": 1});
        leave_out_compound(&mut nonsense);
    }
}
