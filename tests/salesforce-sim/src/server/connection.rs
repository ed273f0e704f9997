//! One connection: plain HTTP, or a tunnel to a Salesforce host whose TLS ends here.

use std::{io, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, Uri, header},
    response::IntoResponse,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::certificates::Certificates;
use crate::shared::Shared;

/// The longest request head of a tunnel that is read.
const LONGEST_HEAD: usize = 16 * 1024;
/// What the hosts of a tunnel end in.
const DOMAIN: &str = ".salesforce.com";

/// What every connection needs.
#[derive(Clone)]
pub struct Serving {
    /// The state.
    pub shared: Arc<Shared>,
    /// The routes.
    pub router: Router,
    /// The certificates.
    pub certificates: Arc<Certificates>,
}

/// Accepts connections for ever. Dropping the future ends them all.
pub async fn listen(listener: TcpListener, serving: Serving) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let serving = serving.clone();
                    // A client that goes away in the middle is its own business.
                    connections.spawn(async move { drop(serve(stream, serving).await) });
                }
                // Out of file descriptors, most likely: those of ending connections come back.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, serving: Serving) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut first = [0];
    // CONNECT is the only method that begins with a C.
    if stream.peek(&mut first).await? == 1 && first[0] == b'C' {
        tunnel(stream, serving).await
    } else {
        http(stream, serving).await
    }
}

async fn http(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, serving: Serving) -> io::Result<()> {
    let authority = serving.shared.base_url.trim_start_matches("http://").to_owned();
    let router = serving.router;
    let service = service_fn(move |mut request: Request<Incoming>| {
        let here = is_here(request.uri(), &authority);
        if let Some(path) = request.uri().path_and_query().cloned().filter(|_| here) {
            *request.uri_mut() = Uri::from(path);
        }
        let service = TowerToHyperService::new(router.clone());
        async move {
            if here {
                return hyper::service::Service::call(&service, request.map(Body::new)).await;
            }
            Ok((StatusCode::FORBIDDEN, "this proxy leads to Salesforce hosts only\n").into_response())
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .await
        .map_err(io::Error::other)
}

/// Whether a request is for this server. A client that uses it as a proxy for plain HTTP names the host in the request.
fn is_here(uri: &Uri, authority: &str) -> bool {
    match uri.authority() {
        None => true,
        Some(named) => named.as_str() == authority || is_salesforce(named.host()),
    }
}

fn is_salesforce(host: &str) -> bool {
    host.len() > DOMAIN.len() && host.to_ascii_lowercase().ends_with(DOMAIN)
}

async fn tunnel(mut stream: TcpStream, serving: Serving) -> io::Result<()> {
    let head = read_head(&mut stream).await?;
    let Some(host) = connect_host(&head) else {
        serving.shared.count(|stats| stats.refused_tunnels += 1);
        let body = "this proxy leads to Salesforce hosts only\n";
        let reply = format!(
            "HTTP/1.1 403 Forbidden\r\n{}: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            header::CONTENT_TYPE,
            body.len()
        );
        stream.write_all(reply.as_bytes()).await?;
        return stream.shutdown().await;
    };
    serving.shared.count(|stats| stats.tunnels += 1);
    let config = serving.certificates.server_config(&host).map_err(io::Error::other)?;
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let stream = TlsAcceptor::from(config).accept(stream).await?;
    http(stream, serving).await
}

/// Reads up to the empty line that ends the head, and not a byte more: what follows belongs to TLS.
async fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the head of a tunnel request does not end"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

/// The host a tunnel may lead to; none for hosts outside Salesforce and other ports than the one of HTTPS.
fn connect_host(head: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(head).ok()?.lines().next()?;
    let (host, port) = line.strip_prefix("CONNECT ")?.split(' ').next()?.rsplit_once(':')?;
    (port == "443" && is_salesforce(host)).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tunnels_lead_to_salesforce_only() {
        for (line, expected) in [
            ("CONNECT login.salesforce.com:443 HTTP/1.1", Some("login.salesforce.com")),
            ("CONNECT Acme--Dev.Sandbox.my.Salesforce.com:443 HTTP/1.1", Some("acme--dev.sandbox.my.salesforce.com")),
            ("CONNECT salesforce.com:443 HTTP/1.1", None),
            ("CONNECT login.salesforce.com:22 HTTP/1.1", None),
            ("CONNECT salesforce.com.example.org:443 HTTP/1.1", None),
            ("CONNECT notsalesforce.com:443 HTTP/1.1", None),
            ("COPY login.salesforce.com:443 HTTP/1.1", None),
        ] {
            assert_eq!(connect_host(line.as_bytes()).as_deref(), expected, "{line}");
        }
    }
}
