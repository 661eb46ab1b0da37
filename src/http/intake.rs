//! How a request is taken in: who calls is known before a byte of the body is read, and a body has a size and a deadline.
//!
//! A client that sends slowly may hold a socket, never a worker, and memory only until its deadline. Whoever sends a file has few of the
//! places for files and must keep a pace, so that no one account keeps everybody else out.

use super::call::app_of;
use super::caller::{Caller, identify};
use super::problem::{Fault, Problem};
use crate::app::App;
use actix_web::dev::Payload;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{Either, select};
use futures_util::{Stream, StreamExt};
use std::collections::HashMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use uuid::Uuid;

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
    /// Those of each account among them.
    pub own: OwnPlaces,
    /// How fast a file must come.
    pub pace: Pace,
}

/// Places that one account may hold at once: a person at a screen, not a script that fills the house.
const PLACES_OF_ONE: usize = 2;

/// The places of each account that has a file on its way in.
#[derive(Debug, Clone, Default)]
pub struct OwnPlaces(Arc<Mutex<HashMap<Uuid, Weak<Semaphore>>>>);

impl OwnPlaces {
    fn of(&self, account: Uuid) -> Arc<Semaphore> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, places| places.strong_count() > 0);
        if let Some(known) = all.get(&account).and_then(Weak::upgrade) {
            return known;
        }
        let places = Arc::new(Semaphore::new(PLACES_OF_ONE));
        all.insert(account, Arc::downgrade(&places));
        places
    }
}

/// A file's place, given back when dropped.
#[derive(Debug)]
pub struct Place {
    _own: OwnedSemaphorePermit,
    _shared: OwnedSemaphorePermit,
}

/// The slowest a file may come.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Slower is no matter for so long.
    pub grace: Duration,
    /// From then on, on the average of the whole.
    pub bytes_a_second: u64,
}

impl Pace {
    /// When more than so many bytes must have come.
    fn due(self, bytes: u64) -> Duration {
        self.grace + Duration::from_millis(bytes.saturating_mul(1000) / self.bytes_a_second.max(1))
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            body: Duration::from_secs(20),
            file: Duration::from_mins(2),
            place: Duration::from_secs(10),
            places: Arc::new(Semaphore::new(8)),
            own: OwnPlaces::default(),
            pace: Pace { grace: Duration::from_secs(5), bytes_a_second: 16 * 1024 },
        }
    }
}

impl Patience {
    /// A place for an account's file, taken before its first byte is read and kept while it is in memory.
    pub async fn place(&self, account: Uuid) -> Result<Place, Problem> {
        let (own, shared) = (self.own.of(account), Arc::clone(&self.places));
        // The own one first: whoever waits for it keeps no shared one.
        let both = async { Ok(Place { _own: own.acquire_owned().await?, _shared: shared.acquire_owned().await? }) };
        let waiting = tokio::time::timeout(self.place, both).await;
        let Ok(permit) = waiting else {
            return Err(Problem::new(
                Fault::Unavailable,
                "同时上传的文件过多，请稍后再试",
                "too many files are on their way in; try again",
            ));
        };
        permit.map_err(|closed: tokio::sync::AcquireError| Problem::internal(&closed))
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

/// Refuses what comes slower than the pace; the bytes are counted elsewhere, as they come.
pub async fn paced<T>(pace: Pace, come: &AtomicU64, reading: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let begun = Instant::now();
    let falling_behind = async {
        loop {
            let due = begun + pace.due(come.load(Ordering::Relaxed));
            if due <= Instant::now() {
                break;
            }
            tokio::time::sleep_until(due).await;
        }
    };
    match select(pin!(reading), pin!(falling_behind)).await {
        Either::Left((read, _)) => read,
        Either::Right(((), _)) => {
            let rate = pace.bytes_a_second;
            Err(Problem::new(
                Fault::TooSlow,
                format!("文件传输慢于每秒 {rate} 字节"),
                format!("the file came slower than {rate} bytes a second"),
            ))
        }
    }
}

/// The refusal of a body over the limit.
pub fn too_large(limit: usize) -> Problem {
    Problem::new(Fault::TooLarge, format!("请求内容超过 {limit} 字节"), format!("the body is larger than {limit} bytes"))
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
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn an_account_has_few_places_and_keeps_nobody_else_waiting() {
        let patience = Patience { place: Duration::ZERO, ..Patience::default() };
        let (slow, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let held = [patience.place(slow).await.unwrap(), patience.place(slow).await.unwrap()];
        assert_eq!(patience.place(slow).await.unwrap_err().code(), "unavailable");
        assert_eq!(patience.places.available_permits(), 6, "who waits for an own place holds no shared one");
        patience.place(other).await.unwrap();
        drop(held);
        patience.place(slow).await.unwrap();
        assert_eq!(patience.own.0.lock().unwrap().len(), 1, "who has no file on its way is forgotten");
    }

    #[test]
    fn what_is_due_grows_with_what_came() {
        let pace = Pace { grace: Duration::from_secs(5), bytes_a_second: 16 * 1024 };
        assert_eq!(pace.due(0), Duration::from_secs(5));
        assert_eq!(pace.due(16 * 1024 * 60), Duration::from_secs(65));
    }

    #[actix_web::test]
    async fn a_file_that_falls_behind_is_given_up() {
        let pace = Pace { grace: Duration::from_millis(20), bytes_a_second: 1_000_000 };
        let come = AtomicU64::new(0);
        let never = std::future::pending::<Result<(), Problem>>();
        assert_eq!(paced(pace, &come, never).await.unwrap_err().code(), "too_slow");
        assert!(paced(pace, &come, std::future::ready(Ok(()))).await.is_ok());
    }
}
