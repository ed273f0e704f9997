//! What is set up, saved or not: an integration, a destination, or a draft of either, as a connector is started with it.

use crate::{
    Core, Error,
    secrets::{Holder, VaultOwner},
    store::{self, CatalogOwner, drafts::DraftRow},
};
use tributary_contract::{
    Config, ConnectorKind, Destination, DestinationId, Draft, DraftId, Integration, IntegrationId, NewDataPolicy,
    StreamChoice, Subject,
};

/// What a connector needs to know to be started.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What it is.
    pub subject: Subject,
    /// Reads or writes.
    pub kind: ConnectorKind,
    /// The connector's short id.
    pub connector: String,
    /// What the person calls it.
    pub name: String,
    /// Plain settings.
    pub config: Config,
    /// Names of the secrets that count.
    pub secrets: Vec<String>,
    /// Where those are kept.
    pub holder: Holder,
    /// Whether it reads the sample org.
    pub sample: bool,
    /// What is brought in; `None`: what is recommended.
    pub streams: Option<Vec<StreamChoice>>,
    /// What is done with what appears later.
    pub new_data: NewDataPolicy,
    /// The draft, where it is one.
    pub draft: Option<Draft>,
}

impl Setup {
    /// The integration, destination or draft as it is now.
    pub async fn find(core: &Core, subject: Subject) -> Result<Self, Error> {
        Ok(match subject {
            Subject::Integration(id) => Self::from(&super::get_integration(core, &id.to_string()).await?),
            Subject::Destination(id) => Self::from(&super::get_destination(core, &id.to_string()).await?),
            Subject::Draft(id) => Self::from(&find_draft(core, id).await?),
        })
    }

    /// Where its catalog is kept; a destination has none.
    pub fn catalog_owner(&self) -> Result<CatalogOwner, Error> {
        match self.subject {
            Subject::Integration(id) => Ok(CatalogOwner::Integration(id)),
            Subject::Draft(id) if self.kind == ConnectorKind::Extractor => Ok(CatalogOwner::Draft(id)),
            Subject::Draft(_) | Subject::Destination(_) => {
                Err(Error::Input { detail: "a destination has no streams to choose from".to_owned() })
            }
        }
    }
}

/// A draft with what only the core knows of it.
pub async fn find_draft(core: &Core, id: DraftId) -> Result<DraftRow, Error> {
    let found = core.database().read(move |connection| store::drafts::find(connection, id)).await?;
    found.ok_or_else(|| core.memory().missing_draft(id))
}

/// The owner of the secrets of what a draft edits.
pub fn edited_owner(draft: &Draft) -> Option<VaultOwner> {
    let id = draft.editing.as_deref()?;
    match draft.kind {
        ConnectorKind::Extractor => id.parse::<IntegrationId>().ok().map(VaultOwner::Integration),
        ConnectorKind::Loader => id.parse::<DestinationId>().ok().map(VaultOwner::Destination),
    }
}

impl From<&Integration> for Setup {
    fn from(integration: &Integration) -> Self {
        Self {
            subject: integration.id.into(),
            kind: ConnectorKind::Extractor,
            connector: integration.connector.clone(),
            name: integration.name.clone(),
            config: integration.config.clone(),
            secrets: integration.secrets.clone(),
            holder: VaultOwner::Integration(integration.id).into(),
            sample: integration.sample,
            streams: integration.streams.clone(),
            new_data: integration.new_data,
            draft: None,
        }
    }
}

impl From<&Destination> for Setup {
    fn from(destination: &Destination) -> Self {
        Self {
            subject: destination.id.into(),
            kind: ConnectorKind::Loader,
            connector: destination.connector.clone(),
            name: destination.name.clone(),
            config: destination.config.clone(),
            secrets: destination.secrets.clone(),
            holder: VaultOwner::Destination(destination.id).into(),
            sample: false,
            streams: None,
            new_data: NewDataPolicy::default(),
            draft: None,
        }
    }
}

impl From<&DraftRow> for Setup {
    fn from(row: &DraftRow) -> Self {
        let draft = &row.draft;
        Self {
            subject: draft.id.into(),
            kind: draft.kind,
            connector: draft.connector.clone(),
            name: draft.name.clone(),
            config: draft.config.clone(),
            secrets: draft.secrets.clone(),
            holder: Holder { owner: VaultOwner::Draft(draft.id), beneath: edited_owner(draft) },
            sample: row.sample,
            streams: draft.streams.clone(),
            new_data: draft.new_data,
            draft: Some(draft.clone()),
        }
    }
}
