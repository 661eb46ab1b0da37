//! A signed-in caller's file: `multipart/form-data` with one part `file`. The token is checked before, the right before the body.

use super::call::{Call, FileRead};
use super::intake::{self, Unread};
use super::problem::{Fault, Problem};
use crate::crypto;
use crate::db::pool::Scope;
use actix_multipart::{Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::{StreamExt, TryStreamExt};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The name of the one part.
const PART: &str = "file";

/// A file on its way in.
pub struct Upload(Unread);

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let unread = Unread::from_request(request, payload);
        Box::pin(async move { Ok(Self(unread.await?)) })
    }
}

impl Upload {
    /// Refuses whose roles do not allow the operation; gives the scope they reach.
    pub fn permit(&self, operation: &str) -> Result<Scope, Problem> {
        self.0.caller.permit(operation)
    }

    /// Reads the file, of at most so many bytes. The call's key stands for the file's digest; the file's name is not read.
    pub async fn read(self, limit: usize) -> Result<(Call, Bytes), Problem> {
        let Unread { app, caller, request, payload } = self.0;
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("multipart/form-data") {
            return Err(Problem::new(Fault::WrongMediaType, "请求内容须为 multipart/form-data", "the body must be multipart/form-data"));
        }
        if told_too_large(request.headers().get(header::CONTENT_LENGTH), limit) {
            return Err(intake::too_large(limit));
        }
        let patience = &app.net.patience;
        let place = patience.place(caller.account_id).await?;
        let come = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&come);
        let metered = payload.inspect_ok(move |chunk| {
            counter.fetch_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
        });
        let reading = part(Multipart::new(request.headers(), metered), limit);
        let file = intake::within(patience.file, intake::paced(patience.pace, &come, reading)).await?;
        // A large file would keep this worker from its other callers.
        let hashed = tokio::task::spawn_blocking(move || (crypto::sha256(&file), file)).await;
        let (digest, file) = hashed.map_err(|stopped| Problem::internal(&stopped))?;
        Ok((Call::of_file(app, caller, request, FileRead { digest, place }), file))
    }
}

/// What a form has around its file, at most.
const AROUND: u64 = 64 * 1024;

/// Whether a body is larger than any that would be taken, by what it says of itself: then no byte of it is read.
fn told_too_large(length: Option<&HeaderValue>, limit: usize) -> bool {
    let told = length.and_then(|length| length.to_str().ok()).and_then(|length| length.parse::<u64>().ok());
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(AROUND);
    told.is_some_and(|told| told > most)
}

async fn part(mut form: Multipart, limit: usize) -> Result<Bytes, Problem> {
    let mut file = None;
    while let Some(next) = form.next().await {
        let mut next = next.map_err(|error| malformed(&error))?;
        if next.name() != Some(PART) || file.is_some() {
            return Err(shape());
        }
        file = Some(intake::collect(&mut next, limit, |error| malformed(&error)).await?);
    }
    file.ok_or_else(shape)
}

fn shape() -> Problem {
    Problem::new(Fault::MalformedBody, "请求内容须为一个名为 file 的部分", "the body must have one part, named file")
}

fn malformed(error: &MultipartError) -> Problem {
    tracing::debug!(reason = %error, "malformed upload");
    Problem::new(Fault::MalformedBody, "multipart 内容不完整或格式错误", "the multipart body is incomplete or malformed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderMap;

    async fn read(body: &str, limit: usize) -> Result<Bytes, &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=x"));
        let chunks: Vec<_> = body.as_bytes().chunks(7).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        part(Multipart::new(&headers, futures_util::stream::iter(chunks)), limit).await.map_err(|problem| problem.code())
    }

    fn field(name: &str, content: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"../甲某.pdf\"\r\n\r\n{content}\r\n")
    }

    #[actix_web::test]
    async fn one_part_named_file_is_read() {
        assert_eq!(read(&format!("{}--x--\r\n", field("file", "abc")), 3).await.unwrap(), "abc");
        assert_eq!(read(&format!("{}--x--\r\n", field("file", "")), 3).await.unwrap(), "");
    }

    #[actix_web::test]
    async fn other_shapes_are_malformed() {
        let file = field("file", "abc");
        for body in
            [String::new(), "--x--\r\n".into(), format!("{file}{file}--x--\r\n"), format!("{}--x--\r\n", field("other", "abc")), file]
        {
            assert_eq!(read(&body, 100).await, Err("malformed_body"), "{body}");
        }
    }

    #[test]
    fn what_says_that_it_is_too_large_is_not_read() {
        let told = |length: &'static str| told_too_large(Some(&HeaderValue::from_static(length)), 1000);
        assert!(told("2147483648") && told("66537"));
        assert!(!told("66536") && !told("0") && !told("unknown") && !told_too_large(None, 1000));
    }

    #[actix_web::test]
    async fn a_file_over_the_limit_is_too_large() {
        assert_eq!(read(&format!("{}--x--\r\n", field("file", "abcd")), 3).await, Err("too_large"));
    }
}
