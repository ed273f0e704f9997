//! What people call settings: from labels that definitions have, or from names.

use super::text;
use crate::connectors::SettingDefinition;
use std::collections::{BTreeMap, BTreeSet};

/// Words that are written in their own way.
const WORDS: &[(&str, &str)] = &[
    ("api", "API"),
    ("apis", "APIs"),
    ("arn", "ARN"),
    ("aws", "AWS"),
    ("bigquery", "BigQuery"),
    ("ca", "CA"),
    ("crm", "CRM"),
    ("csv", "CSV"),
    ("ddl", "DDL"),
    ("dsn", "DSN"),
    ("email", "e-mail"),
    ("facebook", "Facebook"),
    ("ftp", "FTP"),
    ("gcp", "GCP"),
    ("gcs", "GCS"),
    ("github", "GitHub"),
    ("gitlab", "GitLab"),
    ("google", "Google"),
    ("gpg", "GPG"),
    ("http", "HTTP"),
    ("https", "HTTPS"),
    ("hubspot", "HubSpot"),
    ("iam", "IAM"),
    ("id", "ID"),
    ("ids", "IDs"),
    ("ip", "IP"),
    ("jdbc", "JDBC"),
    ("json", "JSON"),
    ("jsonl", "JSONL"),
    ("jwt", "JWT"),
    ("kms", "KMS"),
    ("microsoft", "Microsoft"),
    ("mongodb", "MongoDB"),
    ("oauth", "OAuth"),
    ("oauth1", "OAuth 1"),
    ("oauth2", "OAuth 2"),
    ("odbc", "ODBC"),
    ("mfa", "MFA"),
    ("nps", "NPS"),
    ("otp", "OTP"),
    ("pat", "access token"),
    ("pem", "PEM"),
    ("pgp", "PGP"),
    ("postgres", "Postgres"),
    ("rest", "REST"),
    ("rsa", "RSA"),
    ("s3", "S3"),
    ("salesforce", "Salesforce"),
    ("sas", "SAS"),
    ("sdk", "SDK"),
    ("sftp", "SFTP"),
    ("sid", "SID"),
    ("sku", "SKU"),
    ("snowflake", "Snowflake"),
    ("smtp", "SMTP"),
    ("soap", "SOAP"),
    ("sso", "SSO"),
    ("soql", "SOQL"),
    ("sql", "SQL"),
    ("ssh", "SSH"),
    ("ssl", "SSL"),
    ("sts", "STS"),
    ("tls", "TLS"),
    ("ttl", "TTL"),
    ("tsv", "TSV"),
    ("ui", "UI"),
    ("uri", "URI"),
    ("url", "URL"),
    ("urls", "URLs"),
    ("utc", "UTC"),
    ("uuid", "UUID"),
    ("vpc", "VPC"),
    ("xml", "XML"),
    ("yaml", "YAML"),
    ("db", "database"),
    ("dbname", "database name"),
    ("filepath", "file path"),
    ("filename", "file name"),
    ("hapikey", "API key"),
    ("apikey", "API key"),
    ("hostname", "host name"),
    ("sqlalchemy", "SQLAlchemy"),
    ("auth", "authentication"),
    ("config", "configuration"),
    ("dir", "folder"),
    ("directory", "folder"),
    ("dirname", "folder"),
];

/// Parts of names that only say where a wrapped connector keeps its settings.
const WRAPPERS: &[&str] =
    &["airbyte_config", "connector_config", "config", "credentials", "oauth_credentials", "authentication"];

/// The labels of all settings, distinct from each other.
pub fn labels(settings: &[SettingDefinition]) -> BTreeMap<&str, String> {
    let mut labels: BTreeMap<&str, String> = settings.iter().map(|one| (one.name.as_str(), label(one))).collect();
    // Where two would read the same, the longer name says where it belongs, and if need be the name itself does.
    for spell in [whole as fn(&str, &str) -> String, named] {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for label in labels.values() {
            *count.entry(label.to_lowercase()).or_default() += 1;
        }
        let mut first: BTreeSet<String> = BTreeSet::new();
        for setting in settings {
            let Some(label) = labels.get_mut(setting.name.as_str()) else { continue };
            let key = label.to_lowercase();
            // Plain names keep the short label.
            let keeps = !setting.name.contains('.') && first.insert(key.clone());
            if count.get(&key).is_some_and(|count| *count > 1) && !keeps {
                *label = spell(&setting.name, label);
            }
        }
    }
    labels
}

fn whole(name: &str, _: &str) -> String {
    words(&name.replace("\\.", "."))
}

fn named(name: &str, label: &str) -> String {
    format!("{label} ({name})")
}

/// The label of one setting. A label that only repeats the name with other capitals is spelled as ours are.
fn label(setting: &SettingDefinition) -> String {
    let given = text::label(&setting.label).filter(|given| key(given) != key(&setting.name));
    given.unwrap_or_else(|| from_name(&setting.name))
}

/// Letters and digits only, to compare.
fn key(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// "API key" for `api_key`, "SSH tunnel host" for `ssh_tunnel.host`.
pub fn from_name(name: &str) -> String {
    let plain = name.replace("\\.", " ");
    let mut parts: Vec<&str> = plain.split('.').filter(|part| !part.is_empty()).collect();
    while parts.len() > 1 && WRAPPERS.contains(&parts[0]) {
        parts.remove(0);
    }
    let spelled = words(&parts.join(" "));
    if spelled.is_empty() { text::label(name).unwrap_or_else(|| "Setting".to_owned()) } else { spelled }
}

fn words(name: &str) -> String {
    let mut text = String::new();
    for word in split(name) {
        if !text.is_empty() {
            text.push(' ');
        }
        let lower = word.to_lowercase();
        match WORDS.iter().find(|(plain, _)| *plain == lower) {
            Some((_, own)) => text.push_str(own),
            None => text.push_str(&lower),
        }
    }
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}

/// The words of a name: at every sign, and where a capital follows a small letter.
pub fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in name.chars() {
        let last = words.len() - 1;
        if letter.is_alphanumeric() {
            if letter.is_uppercase() && small {
                words.push(letter.to_string());
            } else {
                words[last].push(letter);
            }
        } else if !words[last].is_empty() {
            words.push(String::new());
        }
        small = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_labels() {
        for (name, label) in [
            ("api_key", "API key"),
            ("hapikey", "API key"),
            ("clientId", "Client ID"),
            ("sqlalchemy_url", "SQLAlchemy URL"),
            ("airbyte_config.credentials.access_token", "Access token"),
            ("ssh_tunnel.private_key", "SSH tunnel private key"),
            ("auth\\.flow", "Authentication flow"),
            ("dialect+driver", "Dialect driver"),
            ("start-date", "Start date"),
            ("S3_BUCKET", "S3 bucket"),
            ("___", "___"),
        ] {
            assert_eq!(from_name(name), label);
        }
    }

    #[test]
    fn labels_differ_from_each_other() {
        let setting = |name: &str, label: &str| SettingDefinition {
            name: name.to_owned(),
            label: label.to_owned(),
            ..SettingDefinition::default()
        };
        let settings = [
            setting("host", "Host"),
            setting("airbyte_config.host", "host"),
            setting("x", "**Same**"),
            setting("y", "same"),
            setting("Api_Key", "Api Key"),
            setting("note", "A note of [ours](x)"),
        ];
        let labels = labels(&settings);
        let all: Vec<&str> = settings.iter().map(|setting| labels[setting.name.as_str()].as_str()).collect();
        assert_eq!(all, ["Host", "Airbyte configuration host", "Same", "Y", "API key", "A note of ours"]);
    }
}
