//! A body that breaks off in its middle.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, header},
    response::Response,
};
use hyper::body::Frame;

/// Why the body ends: this makes the server drop the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut here on purpose")]
struct Cut;

/// Sends its content, gives the server a turn to write it out, and fails.
struct HalfBody {
    content: Option<Bytes>,
    waited: bool,
}

impl HttpBody for HalfBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(content) = self.content.take() {
            return Poll::Ready(Some(Ok(Frame::data(content))));
        }
        if !self.waited {
            self.waited = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Cut)))
    }
}

/// Makes a reply with this content promise all of it and send half.
pub fn cut_short(mut response: Response, content: String) -> Response {
    let whole = content.len();
    let mut half = Bytes::from(content);
    half.truncate(whole / 2);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(whole));
    *response.body_mut() = Body::new(HalfBody { content: Some(half), waited: false });
    response
}

/// A body that is made piece by piece, as the client reads it.
pub struct Pieces<F> {
    next: F,
}

impl<F: FnMut() -> Option<String> + Send + Unpin + 'static> Pieces<F> {
    /// The body whose pieces `next` makes.
    pub fn body(next: F) -> Body {
        Body::new(Self { next })
    }
}

impl<F: FnMut() -> Option<String> + Unpin> HttpBody for Pieces<F> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready((self.next)().map(|piece| Ok(Frame::data(Bytes::from(piece)))))
    }
}
