//! Identifiers. All are UUIDv7, so they sort by the time they were made.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(export, type = "string")]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier, later than every one made before on this computer.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "each call gives another value")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// Names an integration.
    IntegrationId
);
id!(
    /// Names a destination.
    DestinationId
);
id!(
    /// Names a run; also Meltano's `--run-id`.
    RunId
);
id!(
    /// Names a draft.
    DraftId
);
id!(
    /// Names a connection test, so that it can be followed and stopped; made by whoever asks for it.
    TestId
);
id!(
    /// Names a sign-in with the browser that is under way.
    SignInId
);
id!(
    /// Names a sign-in that is kept; several integrations may share one.
    CredentialId
);
