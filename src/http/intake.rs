//! How a request is taken in: who calls is known before a byte of the body is read, and a body has a size and a deadline.
//!
//! A client that sends slowly may hold a socket, never a worker, and memory only until its deadline.

use super::call::app_of;
use super::caller::{Caller, identify};
use super::problem::{Fault, Problem};
use crate::app::App;
use actix_web::dev::Payload;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::{Stream, StreamExt};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long bodies may take, and how many files are in memory at once.
#[derive(Debug, Clone)]
pub struct Patience {
    /// For a JSON body.
    pub body: Duration,
    /// For a file.
    pub file: Duration,
    /// Waiting for a place among the files.
    pub place: Duration,
    /// Places for files.
    pub places: Arc<Semaphore>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            body: Duration::from_secs(20),
            file: Duration::from_mins(2),
            place: Duration::from_secs(10),
            places: Arc::new(Semaphore::new(8)),
        }
    }
}

impl Patience {
    /// A place for a file, taken before its first byte is read and kept while it is in memory.
    pub async fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let waiting = tokio::time::timeout(self.place, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(permit) = waiting else {
            return Err(Problem::new(
                Fault::Unavailable,
                "同时上传的文件过多，请稍后再试",
                "too many files are on their way in; try again",
            ));
        };
        permit.map_err(|closed| Problem::internal(&closed))
    }
}

/// A known caller's request, its body unread.
pub struct Unread {
    /// The service.
    pub app: Data<App>,
    /// Who calls.
    pub caller: Caller,
    /// The request.
    pub request: HttpRequest,
    /// The body on its way in.
    pub payload: Payload,
}

impl FromRequest for Unread {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let app = app_of(&request)?;
            let caller = identify(&app, &request).await?;
            Ok(Self { app, caller, request, payload })
        })
    }
}

/// Reads a JSON body of at most so many bytes.
pub async fn body(app: &App, payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let broken = |_| Problem::new(Fault::MalformedBody, "请求内容不完整", "the body is incomplete");
    within(app.net.patience.body, collect(payload, limit, broken)).await
}

/// Refuses what is not read in time.
pub async fn within<T>(limit: Duration, reading: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    tokio::time::timeout(limit, reading).await.unwrap_or_else(|_| {
        let seconds = limit.as_secs();
        Err(Problem::new(
            Fault::TooSlow,
            format!("请求内容未在 {seconds} 秒内传完"),
            format!("the body did not arrive within {seconds} seconds"),
        ))
    })
}

/// Puts chunks together, up to a limit.
pub async fn collect<E>(
    mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    limit: usize,
    broken: impl Fn(E) -> Problem,
) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(&broken)?;
        if bytes.len() + chunk.len() > limit {
            return Err(Problem::new(
                Fault::TooLarge,
                format!("请求内容超过 {limit} 字节"),
                format!("the body is larger than {limit} bytes"),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}
