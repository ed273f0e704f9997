//! The tables `sign_ins`, `sign_in_tokens`, `sign_in_uses` and `sign_outs`. Tokens appear here as fingerprints only.

use super::{StoreError, from_json, from_name, to_json};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::{ApiQuota, CredentialId, SignedInAs};

/// Fingerprints of replaced tokens that are kept for each sign-in; older ones lie in nobody's hands any more.
const KEPT_TOKENS: u32 = 500;

/// A sign-in, without its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// Its id.
    pub id: CredentialId,
    /// Where tokens are asked for; `None`: follows from the settings.
    pub host: Option<String>,
    /// Whether the person signed out.
    pub signed_out: bool,
    /// Whether the source replaces the token at each use; `None`: not known yet.
    pub rotates: Option<bool>,
    /// Fingerprint of the token whose use was begun and not ended.
    pub pending: Option<String>,
    /// Who signed in.
    pub identity: Option<SignedInAs>,
    /// What the source last allowed.
    pub quota: Option<ApiQuota>,
    /// When somebody signed in, or it was first seen.
    pub signed_in_at: DateTime<Utc>,
    /// When its token was last used.
    pub used_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "id, host, state, rotates, pending, identity, quota, signed_in_at, used_at";

fn read(row: &Row<'_>) -> rusqlite::Result<SignInRow> {
    Ok(SignInRow {
        id: from_name(0, row.get_ref(0)?.as_str()?)?,
        host: row.get(1)?,
        signed_out: row.get_ref(2)?.as_str()? == "signed_out",
        rotates: row.get(3)?,
        pending: row.get(4)?,
        identity: row.get_ref(5)?.as_str_or_null()?.map(|text| from_json(5, text)).transpose()?,
        quota: row.get_ref(6)?.as_str_or_null()?.map(|text| from_json(6, text)).transpose()?,
        signed_in_at: row.get(7)?,
        used_at: row.get(8)?,
    })
}

/// The sign-in with this id.
pub fn find(connection: &Connection, id: CredentialId) -> Result<Option<SignInRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM sign_ins WHERE id = ?1"))?
        .query_row([id.to_string()], read)
        .optional()?)
}

/// All of them.
pub fn list(connection: &Connection) -> Result<Vec<SignInRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM sign_ins ORDER BY id"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The sign-in that a token belongs, or once belonged, to.
pub fn of_token(connection: &Connection, fingerprint: &str) -> Result<Option<CredentialId>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT sign_in_id FROM sign_in_tokens WHERE fingerprint = ?1")?
        .query_row([fingerprint], |row| from_name(0, row.get_ref(0)?.as_str()?))
        .optional()?)
}

/// The sign-in a token belongs to; a token nobody knows begins one.
pub fn adopt(
    connection: &Connection,
    fingerprint: &str,
    host: Option<&str>,
    now: DateTime<Utc>,
) -> Result<CredentialId, StoreError> {
    if let Some(id) = of_token(connection, fingerprint)? {
        return Ok(id);
    }
    let id = CredentialId::new();
    connection
        .prepare_cached("INSERT INTO sign_ins (id, host, state, signed_in_at) VALUES (?1, ?2, 'signed_in', ?3)")?
        .execute(params![id.to_string(), host, now])?;
    add_token(connection, id, fingerprint, now)?;
    Ok(id)
}

/// Remembers that a token belongs to a sign-in. Of very old ones some are forgotten.
pub fn add_token(
    connection: &Connection,
    id: CredentialId,
    fingerprint: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO sign_in_tokens (fingerprint, sign_in_id, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (fingerprint) DO UPDATE SET sign_in_id = ?2, at = ?3",
        )?
        .execute(params![fingerprint, id.to_string(), now])?;
    connection
        .prepare_cached(
            "DELETE FROM sign_in_tokens WHERE sign_in_id = ?1 AND at < (
                 SELECT at FROM sign_in_tokens WHERE sign_in_id = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![id.to_string(), KEPT_TOKENS])?;
    Ok(())
}

/// Somebody signed in (again): whatever was unsure is settled.
pub fn renew(
    connection: &Connection,
    id: CredentialId,
    host: &str,
    identity: &SignedInAs,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE sign_ins SET state = 'signed_in', pending = NULL, host = ?2, identity = ?3, signed_in_at = ?4,
                 used_at = ?4 WHERE id = ?1",
        )?
        .execute(params![id.to_string(), host, to_json(identity)?, now])?;
    Ok(())
}

/// The token with this fingerprint is about to be used.
pub fn begin_use(connection: &Connection, id: CredentialId, fingerprint: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sign_ins SET pending = ?2 WHERE id = ?1")?
        .execute(params![id.to_string(), fingerprint])?;
    Ok(())
}

/// The token's use has ended and its successor, where it has one, is kept. `rotated`: `None` when the source did not say.
pub fn end_use(
    connection: &Connection,
    id: CredentialId,
    rotated: Option<bool>,
    used_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            // One that was seen to rotate once may do so again.
            "UPDATE sign_ins SET pending = NULL, used_at = COALESCE(?3, used_at),
                 rotates = CASE WHEN ?2 IS NULL OR rotates = 1 THEN rotates ELSE ?2 END WHERE id = ?1",
        )?
        .execute(params![id.to_string(), rotated, used_at])?;
    Ok(())
}

/// Keeps who signed in.
pub fn set_identity(connection: &Connection, id: CredentialId, identity: &SignedInAs) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sign_ins SET identity = ?2 WHERE id = ?1")?
        .execute(params![id.to_string(), to_json(identity)?])?;
    Ok(())
}

/// Keeps what the source allows today.
pub fn set_quota(connection: &Connection, id: CredentialId, quota: ApiQuota) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sign_ins SET quota = ?2 WHERE id = ?1")?
        .execute(params![id.to_string(), to_json(&quota)?])?;
    Ok(())
}

/// The person signed out.
pub fn sign_out(connection: &Connection, id: CredentialId) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE sign_ins SET state = 'signed_out', pending = NULL WHERE id = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}

/// Removes a sign-in and what is known of its tokens.
pub fn delete(connection: &Connection, id: CredentialId) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM sign_ins WHERE id = ?1")?.execute([id.to_string()])?;
    Ok(())
}

/// Remembers who uses a sign-in.
pub fn set_use(connection: &Connection, owner: &str, id: CredentialId) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO sign_in_uses (owner, sign_in_id) VALUES (?1, ?2) ON CONFLICT (owner) DO UPDATE SET sign_in_id = ?2",
        )?
        .execute(params![owner, id.to_string()])?;
    Ok(())
}

/// Forgets that this owner uses one.
pub fn end_owner(connection: &Connection, owner: &str) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM sign_in_uses WHERE owner = ?1")?.execute([owner])?;
    Ok(())
}

/// The sign-in an owner last used.
pub fn of_owner(connection: &Connection, owner: &str) -> Result<Option<SignInRow>, StoreError> {
    let id: Option<CredentialId> = connection
        .prepare_cached("SELECT sign_in_id FROM sign_in_uses WHERE owner = ?1")?
        .query_row([owner], |row| from_name(0, row.get_ref(0)?.as_str()?))
        .optional()?;
    id.map_or(Ok(None), |id| find(connection, id))
}

/// Everybody who used it.
pub fn owners(connection: &Connection, id: CredentialId) -> Result<Vec<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT owner FROM sign_in_uses WHERE sign_in_id = ?1 ORDER BY owner")?;
    let rows = statement.query_map([id.to_string()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A sign-in that is still to be taken back at the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOutRow {
    /// Its id; the token lies in the keychain under it.
    pub id: CredentialId,
    /// Where it is taken back.
    pub host: String,
}

/// Notes that a sign-in is to be taken back.
pub fn ask_sign_out(
    connection: &Connection,
    id: CredentialId,
    host: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO sign_outs (id, host, asked_at) VALUES (?1, ?2, ?3)")?
        .execute(params![id.to_string(), host, now])?;
    Ok(())
}

/// Those that are still to be taken back, the oldest first.
pub fn sign_outs(connection: &Connection) -> Result<Vec<SignOutRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, host FROM sign_outs ORDER BY asked_at")?;
    let rows = statement
        .query_map([], |row| Ok(SignOutRow { id: from_name(0, row.get_ref(0)?.as_str()?)?, host: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// It was taken back.
pub fn sign_out_done(connection: &Connection, id: CredentialId) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM sign_outs WHERE id = ?1")?.execute([id.to_string()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Database;

    #[test]
    fn old_tokens_lead_to_the_sign_in_they_once_belonged_to() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("db")).unwrap();
        let now = DateTime::UNIX_EPOCH;
        database
            .transact_now(|connection| {
                let id = adopt(connection, "first", None, now)?;
                assert_eq!(adopt(connection, "first", None, now)?, id, "the same token, the same sign-in");
                add_token(connection, id, "second", now)?;
                assert_eq!(of_token(connection, "first")?, Some(id));
                assert_ne!(adopt(connection, "another", None, now)?, id);

                begin_use(connection, id, "second")?;
                assert_eq!(find(connection, id)?.unwrap().pending.as_deref(), Some("second"));
                end_use(connection, id, Some(true), Some(now))?;
                end_use(connection, id, Some(false), None)?;
                let row = find(connection, id)?.unwrap();
                assert_eq!((row.pending, row.rotates, row.used_at), (None, Some(true), Some(now)));

                set_use(connection, "integration:a", id)?;
                set_use(connection, "integration:b", id)?;
                assert_eq!(owners(connection, id)?, ["integration:a", "integration:b"]);
                delete(connection, id)?;
                assert_eq!((of_token(connection, "first")?, of_owner(connection, "integration:a")?), (None, None));
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn only_so_many_old_tokens_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("db")).unwrap();
        database
            .transact_now(|connection| {
                let id = adopt(connection, "0", None, DateTime::UNIX_EPOCH)?;
                for number in 1..=KEPT_TOKENS + 5 {
                    let at = DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(number.into());
                    add_token(connection, id, &number.to_string(), at)?;
                }
                assert_eq!(of_token(connection, "2")?, None);
                assert_eq!(of_token(connection, &(KEPT_TOKENS + 5).to_string())?, Some(id));
                Ok(())
            })
            .unwrap();
    }
}
