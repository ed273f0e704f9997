//! The certificate authority made at the start, and the certificates it signs for the hosts clients ask for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Datelike, Days, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::error::SimulatorError;

/// Hosts whose certificates are remembered.
const MOST_HOSTS: usize = 256;

/// The authority and the certificates made so far.
pub struct Certificates {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    time: DateTime<Utc>,
    hosts: Mutex<HashMap<String, Arc<ServerConfig>>>,
}

impl Certificates {
    /// A new authority, valid from yesterday for a year.
    pub fn new(time: DateTime<Utc>) -> Result<Self, SimulatorError> {
        let key = KeyPair::generate().map_err(SimulatorError::Certificate)?;
        let mut params = params(Vec::new(), "Tributary sample org", time)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = params.self_signed(&key).map_err(SimulatorError::Certificate)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem, time, hosts: Mutex::default() })
    }

    /// The authority's certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// How to end TLS for a host.
    pub fn server_config(&self, host: &str) -> Result<Arc<ServerConfig>, SimulatorError> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = hosts.get(host) {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(self.make(host)?);
        if hosts.len() == MOST_HOSTS {
            hosts.clear();
        }
        hosts.insert(host.to_owned(), Arc::clone(&config));
        Ok(config)
    }

    fn make(&self, host: &str) -> Result<ServerConfig, SimulatorError> {
        let key = KeyPair::generate().map_err(SimulatorError::Certificate)?;
        let mut params = params(vec![host.to_owned()], host, self.time)?;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &self.issuer).map_err(SimulatorError::Certificate)?;
        let private_key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(SimulatorError::Tls)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private_key)
            .map_err(SimulatorError::Tls)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn params(hosts: Vec<String>, name: &str, time: DateTime<Utc>) -> Result<CertificateParams, SimulatorError> {
    let mut params = CertificateParams::new(hosts).map_err(SimulatorError::Certificate)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let day = |days: i64| {
        let moved = Days::new(days.unsigned_abs());
        let date = if days < 0 { time.checked_sub_days(moved) } else { time.checked_add_days(moved) }.unwrap_or(time);
        let part = |number: u32| u8::try_from(number).unwrap_or(1);
        date_time_ymd(date.year(), part(date.month()), part(date.day()))
    };
    params.not_before = day(-1);
    params.not_after = day(365);
    Ok(params)
}
