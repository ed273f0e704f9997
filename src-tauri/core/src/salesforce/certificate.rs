//! The certificate of the lender: made for this process alone, its keys never leave memory.

use super::SignInError;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::sync::Arc;

/// How long it is valid; an app that runs longer is started again some day.
const VALID: TimeDelta = TimeDelta::days(3 * 365);

/// What ends TLS for these hosts, and the authority (PEM) a client has to trust for it. The authority's key is gone when this
/// returns: nothing else can be signed with it.
pub fn make(hosts: &[&str], now: DateTime<Utc>) -> Result<(Arc<ServerConfig>, String), SignInError> {
    let failed = |error: &dyn std::error::Error| SignInError::Network { detail: format!("TLS: {error}") };
    let authority_key = KeyPair::generate().map_err(|error| failed(&error))?;
    let mut authority =
        params(Vec::new(), "Tributary sign-in, this process only", now).map_err(|error| failed(&error))?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let pem = authority.self_signed(&authority_key).map_err(|error| failed(&error))?.pem();
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate().map_err(|error| failed(&error))?;
    let names = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut leaf = params(names, "Tributary sign-in", now).map_err(|error| failed(&error))?;
    leaf.use_authority_key_identifier_extension = true;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = leaf.signed_by(&key, &issuer).map_err(|error| failed(&error))?;
    let private_key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private_key)
        .map_err(|error| failed(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((Arc::new(config), pem))
}

fn params(hosts: Vec<String>, name: &str, now: DateTime<Utc>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let day = |moment: DateTime<Utc>| {
        let part = |number: u32| u8::try_from(number).unwrap_or(1);
        date_time_ymd(moment.year(), part(moment.month()), part(moment.day()))
    };
    // A clock that is set back by a day must not end it.
    params.not_before = day(now - TimeDelta::days(2));
    params.not_after = day(now + VALID);
    Ok(params)
}
