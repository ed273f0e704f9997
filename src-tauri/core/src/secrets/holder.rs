//! Whose secrets a plugin is given: an owner's, or a draft's own over those of what it edits.

use super::{SecretError, Secrets, Vault, VaultOwner};

/// Where the secrets of a plugin are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Who keeps them.
    pub owner: VaultOwner,
    /// Who keeps those that the owner does not: what a draft edits.
    pub beneath: Option<VaultOwner>,
}

impl From<VaultOwner> for Holder {
    fn from(owner: VaultOwner) -> Self {
        Self { owner, beneath: None }
    }
}

impl Holder {
    /// All of them, the owner's before those beneath.
    pub async fn load(self, vault: &Vault) -> Result<Secrets, SecretError> {
        let own = vault.load(self.owner).await?;
        let Some(beneath) = self.beneath else { return Ok(own) };
        let mut all = vault.load(beneath).await?;
        all.extend(own);
        Ok(all)
    }

    /// Replaces some of them where each is kept, so that a token that was rotated while a draft was tested is not lost to
    /// what the draft edits.
    pub async fn merge(self, vault: &Vault, changed: Secrets) -> Result<(), SecretError> {
        let Some(beneath) = self.beneath else { return vault.merge(self.owner, changed).await };
        let own = vault.load(self.owner).await?;
        let (to_owner, to_beneath): (Secrets, Secrets) =
            changed.into_iter().partition(|(name, _)| own.contains_key(name));
        if !to_owner.is_empty() {
            vault.merge(self.owner, to_owner).await?;
        }
        if !to_beneath.is_empty() {
            vault.merge(beneath, to_beneath).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::InMemory, *};
    use std::{sync::Arc, time::Duration};
    use tributary_contract::{DraftId, IntegrationId};
    use tributary_plugin_host::protocol::SecretText;

    fn secrets<const N: usize>(pairs: [(&str, &str); N]) -> Secrets {
        pairs.into_iter().map(|(name, value)| (name.to_owned(), SecretText::new(value.to_owned()))).collect()
    }

    #[tokio::test]
    async fn a_rotated_secret_goes_where_the_old_one_is_kept() {
        let vault = Vault::new(Arc::new(InMemory::default()), Arc::new(crate::NoEvents), Duration::from_secs(1));
        let (draft, integration) = (VaultOwner::Draft(DraftId::new()), VaultOwner::Integration(IntegrationId::new()));
        vault.save(integration, secrets([("id", "saved"), ("token", "saved")])).await.unwrap();
        vault.save(draft, secrets([("id", "typed")])).await.unwrap();
        let holder = Holder { owner: draft, beneath: Some(integration) };
        assert_eq!(holder.load(&vault).await.unwrap(), secrets([("id", "typed"), ("token", "saved")]));

        holder.merge(&vault, secrets([("id", "new"), ("token", "rotated")])).await.unwrap();
        assert_eq!(vault.load(draft).await.unwrap(), secrets([("id", "new")]));
        assert_eq!(vault.load(integration).await.unwrap(), secrets([("id", "saved"), ("token", "rotated")]));
    }
}
