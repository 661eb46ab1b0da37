//! Documents in a bucket that speaks S3: put only where nothing lies, read by ranges, over TLS with the service's own provider.
//!
//! Callers wait on threads made for waiting; the calls themselves run on a runtime of the bucket's own, so that it can be used from
//! anywhere: a handler's helper thread, a command, a test.

use super::{Created, StoreError};
use actix_web::web::Bytes;
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, RetryConfig};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How a bucket is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketSettings {
    /// Its name.
    pub bucket: String,
    /// What names of objects begin with; empty or ending without a slash.
    pub prefix: String,
    /// Its region.
    pub region: String,
    /// Where it is served; none is Amazon's own.
    pub endpoint: Option<String>,
    /// The access key.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
}

/// A bucket of documents.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    runtime: Arc<Background>,
}

/// A runtime that may be dropped anywhere.
#[derive(Debug)]
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// What is not there is damaged: its row says that it should be.
fn missing(error: StoreError) -> StoreError {
    if matches!(error, StoreError::Bucket(Error::NotFound { .. })) { StoreError::Damaged } else { error }
}

impl Bucket {
    pub(super) fn connect(settings: &BucketSettings) -> Result<Self, StoreError> {
        // A caller waits with a file in memory: better refused and sent again than kept for minutes.
        let patience = ClientOptions::new().with_connect_timeout(Duration::from_secs(5)).with_timeout(Duration::from_secs(30));
        let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.access_key)
            .with_secret_access_key(&settings.secret_key)
            .with_retry(retry)
            .with_client_options(patience);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        Self::over(Arc::new(builder.build()?), settings.prefix.clone())
    }

    fn over(store: Arc<dyn ObjectStore>, prefix: String) -> Result<Self, StoreError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("documents").enable_all().build()?;
        Ok(Self { store, prefix, runtime: Arc::new(Background(Some(runtime))) })
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    /// Runs a call on the bucket's runtime and waits for it.
    fn wait<T, F, W>(&self, call: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
        F: FnOnce(Arc<dyn ObjectStore>) -> W,
    {
        let (send, receive) = sync_channel(1);
        let work = call(Arc::clone(&self.store));
        let runtime = self.runtime.0.as_ref().ok_or(StoreError::Stopped)?;
        runtime.spawn(async move {
            // Whoever asked may have gone.
            let _ = send.send(work.await);
        });
        Ok(receive.recv().map_err(|_| StoreError::Stopped)??)
    }

    /// Refuses a bucket that is not there, not reached or not open to the key.
    pub(super) fn reach(&self) -> Result<(), StoreError> {
        let prefix = self.path("");
        self.wait(move |store| async move { store.list(Some(&prefix)).try_next().await.map(|_| ()) })
    }

    pub(super) fn create(&self, name: String, parts: Vec<Vec<u8>>) -> Result<Created, StoreError> {
        let path = self.path(&name);
        let payload: PutPayload = parts.into_iter().map(Bytes::from).collect();
        let put = self.wait(move |store| async move {
            store.put_opts(&path, payload, PutOptions { mode: PutMode::Create, ..PutOptions::default() }).await.map(|_| ())
        });
        match put {
            Ok(()) => Ok(Created::Yes),
            Err(StoreError::Bucket(Error::AlreadyExists { .. } | Error::Precondition { .. })) => Ok(Created::NameTaken),
            Err(error) => Err(error),
        }
    }

    pub(super) fn size(&self, name: String) -> Result<u64, StoreError> {
        let path = self.path(&name);
        self.wait(move |store| async move { store.head(&path).await.map(|meta| meta.size) }).map_err(missing)
    }

    pub(super) fn read(&self, name: String, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let path = self.path(&name);
        self.wait(move |store| async move { store.get_range(&path, range).await.map(|bytes| bytes.to_vec()) }).map_err(missing)
    }

    pub(super) fn remove(&self, name: String) -> Result<(), StoreError> {
        let path = self.path(&name);
        self.wait(move |store| async move { store.delete(&path).await })
    }
}

#[cfg(test)]
impl Bucket {
    /// A bucket in memory.
    pub(super) fn in_memory() -> Self {
        Self::over(Arc::new(object_store::memory::InMemory::new()), "dossiers".into()).unwrap()
    }

    /// Puts other bytes under a name, as somebody behind the service's back would; none removes the object.
    pub(super) fn tamper(&self, name: &str, bytes: Option<Vec<u8>>) {
        let path = self.path(name);
        self.wait(move |store| async move {
            match bytes {
                Some(bytes) => store.put(&path, bytes.into()).await.map(|_| ()),
                None => store.delete(&path).await,
            }
        })
        .unwrap();
    }
}
