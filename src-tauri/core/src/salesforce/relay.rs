//! Passing a connector's encrypted connections on, unread: to Salesforce itself, or through the proxy that was set.

use super::http::{Environment, variable};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

/// What hosts of Salesforce end in.
const DOMAINS: [&str; 5] = [".salesforce.com", ".force.com", ".cloudforce.com", ".salesforce.mil", ".sfdc.net"];
/// The longest head of a request or answer that is read.
const LONGEST_HEAD: usize = 16 * 1024;
/// How long a connection may take to be made.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// Reads up to the empty line that ends a head, and not a byte more: what follows belongs to TLS.
pub async fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the head does not end"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

/// The host a connector asks to be connected with.
pub fn connect_host(head: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(head).ok()?.lines().next()?;
    let (host, port) = line.strip_prefix("CONNECT ")?.split(' ').next()?.rsplit_once(':')?;
    (port == "443").then(|| host.to_ascii_lowercase())
}

/// Whether the relay leads there: to Salesforce, and nowhere else.
pub fn leads_to(host: &str) -> bool {
    DOMAINS.iter().any(|domain| host.len() > domain.len() && host.ends_with(domain))
}

/// Connects with a host and passes everything on until one side ends.
pub async fn pass_on(mut client: TcpStream, host: &str, environment: &Environment) -> io::Result<()> {
    let connected = tokio::time::timeout(CONNECT_LIMIT, connect(host, environment)).await;
    let connected = connected.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut)));
    match connected {
        Ok(mut server) => {
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
        }
        Err(error) => {
            refuse(&mut client, "502 Bad Gateway", &format!("{host} cannot be reached: {error}\n")).await?;
            Err(error)
        }
    }
}

/// Answers a request for a connection with a refusal.
pub async fn refuse(client: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    client.write_all(reply.as_bytes()).await?;
    client.shutdown().await
}

async fn connect(host: &str, environment: &Environment) -> io::Result<TcpStream> {
    let Some(proxy) = proxy_for(host, environment) else { return TcpStream::connect((host, 443)).await };
    let port = proxy.port_or_known_default().unwrap_or(80);
    let named = proxy.host_str().ok_or_else(|| io::Error::other("the proxy's address names no host"))?;
    let mut stream = TcpStream::connect((named.trim_matches(['[', ']']), port)).await?;
    stream.set_nodelay(true)?;
    let authorization = proxy_authorization(&proxy);
    stream
        .write_all(format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n{authorization}\r\n").as_bytes())
        .await?;
    let head = read_head(&mut stream).await?;
    let line = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
    if line.split(' ').nth(1) == Some("200") {
        Ok(stream)
    } else {
        Err(io::Error::other(format!("the proxy answered “{}”", line.chars().take(100).collect::<String>())))
    }
}

fn proxy_authorization(proxy: &Url) -> String {
    if proxy.username().is_empty() {
        return String::new();
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pair = format!("{}:{}", decoded(proxy.username()), decoded(proxy.password().unwrap_or_default()));
    format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(pair))
}

/// The proxy that leads to a host; `None`: none does.
fn proxy_for(host: &str, environment: &Environment) -> Option<Url> {
    let named = variable(environment, ["HTTPS_PROXY", "https_proxy"])?;
    let named = if named.contains("://") { named.clone() } else { format!("http://{named}") };
    let past = variable(environment, ["NO_PROXY", "no_proxy"]).map_or("", String::as_str);
    if goes_past(host, past) { None } else { Url::parse(&named).ok() }
}

/// Whether `NO_PROXY` says that a host is reached without a proxy.
fn goes_past(host: &str, list: &str) -> bool {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let name = entry.trim_start_matches('*').trim_start_matches('.').to_ascii_lowercase();
        entry == "*" || host == name || (!name.is_empty() && host.ends_with(&format!(".{name}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_leads_to_salesforce_only() {
        for (line, expected) in [
            ("CONNECT Acme.my.Salesforce.com:443 HTTP/1.1", true),
            ("CONNECT acme.lightning.force.com:443 HTTP/1.1", true),
            ("CONNECT acme.my.salesforce.com:22 HTTP/1.1", false),
            ("CONNECT salesforce.com.example.org:443 HTTP/1.1", false),
            ("CONNECT notsalesforce.com:443 HTTP/1.1", false),
            ("GET https://acme.my.salesforce.com/ HTTP/1.1", false),
        ] {
            assert_eq!(connect_host(line.as_bytes()).is_some_and(|host| leads_to(&host)), expected, "{line}");
        }
    }

    #[test]
    fn what_goes_past_the_proxy_is_reached_without() {
        let environment = |past: &str| {
            Environment::from([
                ("HTTPS_PROXY".to_owned(), "proxy.example:3128".to_owned()),
                ("NO_PROXY".to_owned(), past.to_owned()),
            ])
        };
        let host = "acme.my.salesforce.com";
        for (past, direct) in [
            ("", false),
            ("localhost,127.0.0.1", false),
            (".salesforce.com", true),
            ("salesforce.com", true),
            ("*", true),
            ("force.com", false),
        ] {
            assert_eq!(proxy_for(host, &environment(past)).is_none(), direct, "{past}");
        }
        assert_eq!(proxy_for(host, &environment("")).unwrap().port(), Some(3128));
        let with_user = Url::parse("http://me:s%40x@proxy.example:3128").unwrap();
        assert_eq!(proxy_authorization(&with_user), "Proxy-Authorization: Basic bWU6c0B4\r\n");
    }
}
