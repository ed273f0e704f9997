//! Permissions users gave to the app, and the tokens they carry.
//!
//! Tokens are derived from the client secret and a number, so that a file of edits can bring a grant back without a token
//! being written anywhere.

use std::collections::{HashMap, VecDeque};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::org::overlay::SavedGrant;

/// A user has at most so many grants for an app; the next one ends the oldest. The grant of the configuration stands apart.
const MOST_GRANTS: usize = 5;
/// Access tokens remembered; older ones are not valid any more.
const MOST_ACCESS_TOKENS: usize = 10_000;
/// Authorisation codes and open authorise pages remembered.
const MOST_PENDING: usize = 1_000;
/// Seconds an authorisation code is valid.
const CODE_LIFE: i64 = 600;

/// What an app asked for on the authorise page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Where the user goes afterwards.
    pub redirect_uri: String,
    /// What the app sent to recognise its own request.
    pub state: String,
    /// The PKCE challenge.
    pub challenge: String,
}

/// An access token and what came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The access token.
    pub access_token: String,
    /// The refresh token, where the client does not have it yet.
    pub refresh_token: Option<String>,
}

/// Why no token is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantError {
    /// No such refresh token, or its grant was taken back.
    Invalid,
    /// An old refresh token was used again; the grant is taken back now.
    Replayed,
    /// No such code, or it is too old, or it was used before.
    Code,
    /// The code was given for another redirect address.
    RedirectUri,
    /// The code verifier does not fit the challenge.
    Verifier,
}

/// Somebody else than the user of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name they sign in with.
    pub username: String,
    /// Their org.
    pub org_id: String,
}

#[derive(Debug)]
struct Grant {
    number: u64,
    rotations: u64,
    revoked: bool,
}

/// All grants, codes and access tokens.
#[derive(Debug)]
pub struct Grants {
    first_refresh_token: String,
    key: String,
    rotate: bool,
    given: Vec<Grant>,
    access: HashMap<String, u64>,
    access_order: VecDeque<String>,
    pages: VecDeque<(String, Authorization)>,
    codes: VecDeque<(String, Authorization, Option<Person>, i64)>,
    /// Who gave a grant, where that was not the user of the configuration.
    people: HashMap<u64, Person>,
    issued: u64,
    /// Makes the tokens of two starts different.
    started: i64,
}

impl Grants {
    /// The grants at the start: the one of the configuration.
    pub fn new(first_refresh_token: &str, key: &str, rotate: bool, started: i64) -> Self {
        Self {
            first_refresh_token: first_refresh_token.to_owned(),
            key: key.to_owned(),
            rotate,
            given: vec![Grant { number: 0, rotations: 0, revoked: false }],
            access: HashMap::new(),
            access_order: VecDeque::new(),
            pages: VecDeque::new(),
            codes: VecDeque::new(),
            people: HashMap::new(),
            issued: 0,
            started,
        }
    }

    /// What has to be kept to have the same grants again.
    pub fn saved(&self) -> Vec<SavedGrant> {
        let grants = self.given.iter();
        grants.map(|&Grant { number, rotations, revoked }| SavedGrant { number, rotations, revoked }).collect()
    }

    /// Brings kept grants back.
    pub fn restore(&mut self, saved: &[SavedGrant]) {
        if !saved.is_empty() {
            let grants = saved.iter();
            self.given =
                grants.map(|&SavedGrant { number, rotations, revoked }| Grant { number, rotations, revoked }).collect();
        }
    }

    /// The refresh token of the configuration's grant as it is now.
    pub fn current_refresh_token(&self) -> String {
        self.given.first().map_or_else(String::new, |grant| self.refresh_token(grant.number, grant.rotations))
    }

    /// Whether an access token is valid.
    pub fn accepts(&self, access_token: &str) -> bool {
        self.access.contains_key(access_token)
    }

    /// Ends all access tokens; refresh tokens stay.
    pub fn expire_access_tokens(&mut self) {
        self.access.clear();
        self.access_order.clear();
    }

    /// Opens an authorise page and returns its key.
    pub fn open_page(&mut self, authorization: Authorization) -> String {
        let key = self.derive("page");
        remember(&mut self.pages, (key.clone(), authorization));
        key
    }

    /// Closes an authorise page.
    pub fn close_page(&mut self, key: &str) -> Option<Authorization> {
        let at = self.pages.iter().position(|(page, _)| page == key)?;
        self.pages.remove(at).map(|(_, authorization)| authorization)
    }

    /// Gives out an authorisation code.
    pub fn issue_code(&mut self, authorization: Authorization, person: Option<Person>, time: i64) -> String {
        let code = format!("aPrx{}", self.derive("code"));
        remember(&mut self.codes, (code.clone(), authorization, person, time + CODE_LIFE));
        code
    }

    /// Exchanges an authorisation code, which works once.
    pub fn exchange(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        time: i64,
    ) -> Result<Issued, GrantError> {
        let at = self.codes.iter().position(|(known, ..)| known == code).ok_or(GrantError::Code)?;
        let (_, authorization, person, until) = self.codes.remove(at).ok_or(GrantError::Code)?;
        if time > until {
            return Err(GrantError::Code);
        }
        if authorization.redirect_uri != redirect_uri {
            return Err(GrantError::RedirectUri);
        }
        if challenge_of(verifier) != authorization.challenge {
            return Err(GrantError::Verifier);
        }
        let live: Vec<_> = self.given.iter_mut().filter(|grant| grant.number > 0 && !grant.revoked).collect();
        let too_many = (live.len() + 1).saturating_sub(MOST_GRANTS);
        let evicted: Vec<_> = live.into_iter().take(too_many).map(|grant| grant.number).collect();
        for number in evicted {
            self.revoke_grant(number);
        }
        let number = self.given.last().map_or(0, |grant| grant.number) + 1;
        self.given.push(Grant { number, rotations: 0, revoked: false });
        if let Some(person) = person {
            self.people.insert(number, person);
        }
        let refresh_token = Some(self.refresh_token(number, 0));
        Ok(Issued { access_token: self.issue_access_token(number), refresh_token })
    }

    /// Gives out an access token for a refresh token.
    pub fn refresh(&mut self, refresh_token: &str) -> Result<Issued, GrantError> {
        let (at, rotations) = self.find(refresh_token).ok_or(GrantError::Invalid)?;
        let Grant { number, rotations: current, revoked } = self.given[at];
        if rotations < current {
            self.revoke_grant(number);
            return Err(GrantError::Replayed);
        }
        if revoked {
            return Err(GrantError::Invalid);
        }
        let rotated = self.rotate.then(|| {
            self.given[at].rotations += 1;
            self.refresh_token(number, current + 1)
        });
        Ok(Issued { access_token: self.issue_access_token(number), refresh_token: rotated })
    }

    /// Who an access token belongs to, where that is not the user of the configuration.
    pub fn person(&self, access_token: &str) -> Option<Person> {
        self.people.get(self.access.get(access_token)?).cloned()
    }

    /// Whether a refresh token is the newest one of a grant that stands.
    pub fn is_current(&self, refresh_token: &str) -> bool {
        self.find(refresh_token).is_some_and(|(at, rotation)| {
            let grant = &self.given[at];
            !grant.revoked && rotation == grant.rotations
        })
    }

    /// Takes back every grant, as an administrator does.
    pub fn revoke_all(&mut self) {
        for number in self.given.iter().map(|grant| grant.number).collect::<Vec<_>>() {
            self.revoke_grant(number);
        }
    }

    /// Takes back a token: a refresh token with its grant, an access token alone. False when it is neither.
    pub fn revoke(&mut self, token: &str) -> bool {
        if let Some((at, _)) = self.find(token) {
            self.revoke_grant(self.given[at].number);
            return true;
        }
        self.access.remove(token).is_some()
    }

    fn revoke_grant(&mut self, number: u64) {
        for grant in self.given.iter_mut().filter(|grant| grant.number == number) {
            grant.revoked = true;
        }
        self.access.retain(|_, owner| *owner != number);
    }

    /// The grant a refresh token belongs to, and which of its tokens it is.
    fn find(&self, token: &str) -> Option<(usize, u64)> {
        self.given.iter().enumerate().find_map(|(at, grant)| {
            let mut tokens = (0..=grant.rotations).rev();
            tokens.find(|&rotation| self.refresh_token(grant.number, rotation) == token).map(|rotation| (at, rotation))
        })
    }

    fn refresh_token(&self, number: u64, rotation: u64) -> String {
        if number == 0 && rotation == 0 {
            return self.first_refresh_token.clone();
        }
        format!("5Aep861{}", digest(&format!("refresh {} {} {number} {rotation}", self.key, self.first_refresh_token)))
    }

    fn issue_access_token(&mut self, number: u64) -> String {
        let token = format!("00D5g000004Xk2m!AQEAQ{}", self.derive("access"));
        if self.access_order.len() == MOST_ACCESS_TOKENS
            && let Some(oldest) = self.access_order.pop_front()
        {
            self.access.remove(&oldest);
        }
        self.access_order.push_back(token.clone());
        self.access.insert(token.clone(), number);
        token
    }

    fn derive(&mut self, purpose: &str) -> String {
        self.issued += 1;
        digest(&format!("{purpose} {} {} {}", self.key, self.started, self.issued))
    }
}

/// The PKCE challenge (S256) of a verifier.
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

fn remember<T>(list: &mut VecDeque<T>, entry: T) {
    if list.len() == MOST_PENDING {
        list.pop_front();
    }
    list.push_back(entry);
}

#[cfg(test)]
mod tests;
