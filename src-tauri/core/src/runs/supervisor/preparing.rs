//! What a run needs before Meltano starts.

use super::{Stopped, Work};
use crate::{
    Error,
    engine::project,
    error::with_sources,
    ops::{self, discovery::Age, prepare_error::PrepareError},
    runs::{meltano_command::Prepared, meltano_database},
};
use tributary_contract::{Integration, LogLevel, RunPhase};

impl Work<'_> {
    /// Environments, secrets, catalog and project file.
    pub(super) async fn prepare(&mut self) -> Result<Prepared, Stopped> {
        let core = self.core;
        let integration = ops::get_integration(core, &self.run.integration.to_string())
            .await
            .map_err(|error| Stopped::Failed(self.problem(PrepareError::Lookup(Box::new(error)))))?;
        self.prepare_integration(&integration).await.map_err(|error| {
            let waits = matches!(error, PrepareError::Quota { .. });
            let problem = self.problem(error);
            if waits { Stopped::Waits(problem) } else { Stopped::Failed(problem) }
        })
    }

    async fn prepare_integration(&mut self, integration: &Integration) -> Result<Prepared, PrepareError> {
        let core = self.core;
        let setup = ops::setup::Setup::from(integration);
        let (extractor_definition, extractor) = ops::prepare::extractor(core, &setup).await?;
        self.evidence.source.clone_from(&extractor_definition.label);
        if let Some(error) = ops::files::missing(&extractor_definition, &integration.config) {
            return Err(Error::from(error).into());
        }
        let (destination, loader_definition, loader) = ops::prepare::loader(core, integration).await?;
        self.evidence.destination.clone_from(&destination.name);
        let access = ops::prepare::sign_in(core, &setup, &extractor).await?;
        if let Some(access) = &access {
            ops::quota::check(core, &setup, &extractor, access).await?;
        }
        let integration = self.discover(integration, &setup).await?;
        let api = match &access {
            Some(access) => ops::transfer::choose(core, self.run, &integration, &extractor, access).await?,
            None => None,
        };
        for name in ops::prepare::write_catalog(core, &integration, &extractor_definition, api).await? {
            self.note(LogLevel::Warning, &format!("The source no longer has “{name}”, so it is left out."));
            self.gone.push(name);
        }
        ops::prepare::write_project(core).await?;
        let meltano = core.engine().executable("meltano", "meltano")?;
        if let Err(error) = meltano_database::make_ready(core, &meltano).await {
            tracing::warn!(%error, "Meltano's database could not be made ready");
        }
        // Secrets may have rotated during discovery; what was lent stays good.
        let mut extractor = match extractor.loan {
            Some(_) => extractor,
            None => ops::prepare::extractor(core, &setup).await?.1,
        };
        if let Some(api) = api {
            ops::transfer::apply(api, &mut extractor.config);
            self.note(LogLevel::Info, api.reason());
        }
        Ok(Prepared {
            extractor,
            loader,
            extractor_name: project::extractor_name(&extractor_definition, integration.id),
            loader_name: project::loader_name(&loader_definition, destination.id),
            meltano_hold: core.engine().hold("meltano")?,
            meltano,
        })
    }

    /// Says that the source is asked what it has, where it is; asks it again now and then. Gives the integration with what
    /// became of new data.
    async fn discover(&mut self, integration: &Integration, setup: &ops::setup::Setup) -> Result<Integration, Error> {
        let age = ops::discovery::age(self.core, setup).await?;
        if age == Age::Fresh {
            return Ok(integration.clone());
        }
        self.live.enter(RunPhase::Discovering);
        self.note(LogLevel::Info, "Asking the source what it has.");
        if age == Age::Old
            && let Err(error) = ops::discovery::look_again(self.core, setup).await
        {
            let text =
                format!("It did not say what is new, so what was known before is used: {}", with_sources(&error));
            self.note(LogLevel::Warning, &text);
        }
        ops::get_integration(self.core, &integration.id.to_string()).await
    }
}
