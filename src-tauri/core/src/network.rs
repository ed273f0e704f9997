//! The way to the network: what the system says (environment variables), and in its place what people set in the app.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

/// Variables that lead through a proxy, and those that name what goes past it.
const PROXIES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
const DIRECT: &str = "NO_PROXY";
/// What goes past a proxy that was set here, where the system says nothing: this computer.
const THIS_COMPUTER: &str = "localhost,127.0.0.1,::1";
/// Variables that name certificates to trust, for the libraries that connectors and uv use.
const CERTIFICATES: [&str; 3] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];
/// Where systems keep the certificates they trust.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
];

/// What people set. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Network(Arc<RwLock<Chosen>>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Chosen {
    proxy: Option<String>,
    certificates: Option<PathBuf>,
}

impl Network {
    /// Takes other choices from now on: programs that run already keep what they were started with. `certificates` is a file
    /// of all that is trusted, see [`bundle`].
    pub fn set(&self, proxy: Option<String>, certificates: Option<PathBuf>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Chosen { proxy, certificates };
    }

    fn chosen(&self) -> Chosen {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The address of the proxy that was set.
    pub fn proxy(&self) -> Option<String> {
        self.chosen().proxy
    }

    /// The file with all certificates to trust, where more than the usual ones are.
    pub fn certificates(&self) -> Option<PathBuf> {
        self.chosen().certificates
    }

    /// Puts what was set in the place of what the system says; what was not set stays as it is.
    pub fn apply(&self, environment: &mut BTreeMap<String, String>) {
        let chosen = self.chosen();
        if let Some(proxy) = chosen.proxy {
            environment.retain(|name, _| !PROXIES.iter().any(|proxy| proxy.eq_ignore_ascii_case(name)));
            if !environment.keys().any(|name| name.eq_ignore_ascii_case(DIRECT)) {
                environment.extend(both_cases(DIRECT, THIS_COMPUTER));
            }
            environment.extend(PROXIES.iter().flat_map(|name| both_cases(name, &proxy)));
        }
        if let Some(path) = chosen.certificates {
            let path = path.to_string_lossy().into_owned();
            environment.extend(CERTIFICATES.map(|name| (name.to_owned(), path.clone())));
        }
    }

    /// The same for variables as the system has them.
    pub fn apply_to_list(&self, environment: &mut Vec<(OsString, OsString)>) {
        let mut readable = BTreeMap::new();
        environment.retain(|(name, value)| match (name.to_str(), value.to_str()) {
            (Some(name), Some(value)) => {
                readable.insert(name.to_owned(), value.to_owned());
                false
            }
            _ => true,
        });
        self.apply(&mut readable);
        environment.extend(readable.into_iter().map(|(name, value)| (name.into(), value.into())));
    }
}

/// Some programs know only one way to write these.
fn both_cases(name: &str, value: &str) -> [(String, String); 2] {
    [name.to_owned(), name.to_ascii_lowercase()].map(|name| (name, value.to_owned()))
}

/// Writes a file with the usual certificates and those of `own`: the libraries that read these files trust what is in them
/// and nothing else. `engine` is where a copy of the usual ones is, on systems that keep them in no file.
pub fn bundle(own: &Path, engine: &Path, to: &Path) -> io::Result<()> {
    let own = std::fs::read(own)?;
    let mut all = usual(engine).unwrap_or_default();
    all.push(b'\n');
    all.extend(own);
    if std::fs::read(to).is_ok_and(|before| before == all) {
        return Ok(());
    }
    let beside = to.with_extension("new");
    std::fs::write(&beside, all)?;
    std::fs::rename(beside, to)
}

pub(crate) fn usual(engine: &Path) -> Option<Vec<u8>> {
    let named = CERTIFICATES.iter().filter_map(std::env::var_os).map(PathBuf::from);
    let mut places = named.chain(SYSTEM.iter().map(PathBuf::from));
    if let Some(bytes) = places.find_map(|path| std::fs::read(path).ok()) {
        return Some(bytes);
    }
    let pattern = engine.join("envs/*/**/certifi/cacert.pem");
    glob::glob(pattern.to_str()?).ok()?.flatten().find_map(|path| std::fs::read(path).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_is_set_here_takes_the_place_of_what_the_system_says() {
        let system =
            environment(&[("https_proxy", "http://old:1"), ("NO_PROXY", "intern"), ("SSL_CERT_FILE", "/system.pem")]);
        let network = Network::default();
        let mut unchanged = system.clone();
        network.apply(&mut unchanged);
        assert_eq!(unchanged, system);

        network.set(Some("http://new:2".into()), None);
        let mut changed = system.clone();
        network.apply(&mut changed);
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
            assert_eq!(changed.get(name).map(String::as_str), Some("http://new:2"), "{name}");
        }
        assert_eq!(changed["NO_PROXY"], "intern", "what goes past it stays as the system says");
        assert_eq!(changed["SSL_CERT_FILE"], "/system.pem");

        network.set(None, Some("/all.pem".into()));
        let mut list = vec![("REQUESTS_CA_BUNDLE".into(), "/old.pem".into()), ("PATH".into(), "/bin".into())];
        network.apply_to_list(&mut list);
        assert!(list.contains(&("REQUESTS_CA_BUNDLE".into(), "/all.pem".into())));
        assert!(list.contains(&("PATH".into(), "/bin".into())) && !list.iter().any(|(name, _)| name == "HTTP_PROXY"));
    }

    #[test]
    fn this_computer_is_never_asked_through_a_proxy_that_was_set_here() {
        let network = Network::default();
        network.set(Some("http://new:2".into()), None);
        let mut changed = BTreeMap::new();
        network.apply(&mut changed);
        assert_eq!(changed["no_proxy"], THIS_COMPUTER);
    }

    #[test]
    fn certificates_come_besides_the_usual_ones() {
        let folder = tempfile::tempdir().unwrap();
        let (own, to) = (folder.path().join("own.pem"), folder.path().join("all.pem"));
        std::fs::write(&own, "OWN").unwrap();
        bundle(&own, folder.path(), &to).unwrap();
        let all = std::fs::read(&to).unwrap();
        assert!(all.ends_with(b"\nOWN"));
        assert_eq!(all.len() > 4, usual(folder.path()).is_some(), "where the system keeps some, they are in it");
        assert!(bundle(&folder.path().join("none"), folder.path(), &to).is_err());
    }
}
