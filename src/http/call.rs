//! One call: who calls, with which headers and body. Checked in a fixed order: token, right, headers, body.

use super::body;
use super::problem::{Fault, Language, Problem};
use crate::app::App;
use crate::case::journal::{Ask, IfMatch, Key, Mode};
use crate::case::trail::RequestId;
use crate::crypto;
use crate::db::pool::Scope;
use crate::http::caller::Caller;
use crate::http::intake::{self, Place, Unread};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use garde::Validate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;
use uuid::Uuid;

/// The largest JSON body, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A signed-in caller's request.
pub struct Call {
    /// The service.
    pub app: Data<App>,
    /// Who calls.
    pub caller: Caller,
    /// The request.
    pub request: HttpRequest,
    bytes: Bytes,
    _place: Option<Place>,
}

/// What stands for a file that was read apart.
pub(super) struct FileRead {
    /// Its digest, for the body.
    pub digest: [u8; 32],
    /// Its place in memory, kept as long as the call.
    pub place: Place,
}

impl FromRequest for Call {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let unread = Unread::from_request(request, payload);
        Box::pin(async move {
            let Unread { app, caller, request, payload } = unread.await?;
            let bytes = intake::body(&app, payload, BODY_LIMIT).await?;
            Ok(Self { app, caller, request, bytes, _place: None })
        })
    }
}

/// The service behind a request.
pub fn app_of(request: &HttpRequest) -> Result<Data<App>, Problem> {
    request.app_data::<Data<App>>().cloned().ok_or_else(|| Problem::internal(&"the service is not set up"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepQuery {
    #[serde(default)]
    validate_only: bool,
}

impl Call {
    /// The call of a file that was read apart: its digest stands for the body.
    pub(super) fn of_file(app: Data<App>, caller: Caller, request: HttpRequest, file: FileRead) -> Self {
        Self { app, caller, request, bytes: Bytes::copy_from_slice(&file.digest), _place: Some(file.place) }
    }

    /// Refuses whose roles do not allow the operation; gives the scope they reach.
    pub fn permit(&self, operation: &str) -> Result<Scope, Problem> {
        self.caller.permit(operation)
    }

    /// Reads and validates the JSON body.
    pub fn json<T: DeserializeOwned + Validate<Context = ()>>(&self) -> Result<T, Problem> {
        body::json(self.header(header::CONTENT_TYPE.as_str()), &self.bytes)
    }

    /// Reads the query string.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        body::query(self.request.query_string())
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// An id in the path; what is no id names nothing.
    pub fn id(&self, name: &str) -> Result<Uuid, Problem> {
        self.request.match_info().get(name).and_then(|text| Uuid::try_parse(text).ok()).ok_or_else(Problem::not_found)
    }

    /// An ordinal in the path, from 1.
    pub fn ordinal(&self, name: &str) -> Result<u32, Problem> {
        let n = self.request.match_info().get(name).and_then(|text| text.parse().ok()).filter(|n| *n > 0);
        n.ok_or_else(Problem::not_found)
    }

    /// What the caller asks of the journal: key, version, take or validate.
    pub fn ask(&self, case: Uuid, at: Option<u32>, versions: Versions) -> Result<Ask, Problem> {
        let mode = if self.query::<StepQuery>()?.validate_only { Mode::Validate } else { Mode::Take };
        self.ask_in(case, at, versions, mode)
    }

    /// The same for operations that know no `validate_only`.
    pub fn ask_in(&self, case: Uuid, at: Option<u32>, versions: Versions, mode: Mode) -> Result<Ask, Problem> {
        let key = match mode {
            Mode::Take => self.key()?,
            Mode::Validate => None,
        };
        Ok(Ask {
            person: self.caller.person(),
            agency: self.caller.agency_id,
            case,
            at,
            if_match: self.if_match(versions)?,
            key,
            mode,
            request_id: request_id(&self.request),
        })
    }

    fn key(&self) -> Result<Option<Key>, Problem> {
        let Some(value) = self.request.headers().get("idempotency-key") else { return Ok(None) };
        let key = value.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Problem::parameter(
                Fault::MalformedHeader,
                "Idempotency-Key",
                "Idempotency-Key 须为 1 至 255 个可见字符",
                "Idempotency-Key must be 1 to 255 visible ASCII characters",
            ));
        }
        let digest = self.app.office.blind.of("idempotency", &crypto::hex(&crypto::sha256(&self.bytes)));
        let path = format!("{} {}", self.request.method(), self.request.uri().path());
        Ok(Some(Key { key: key.to_owned(), path, digest }))
    }

    fn if_match(&self, versions: Versions) -> Result<IfMatch, Problem> {
        let text = match (versions, self.header(header::IF_MATCH.as_str())) {
            (Versions::None, _) => return Ok(IfMatch::Any),
            (_, Some(text)) => text.trim(),
            (_, None) => return Err(Problem::plain(Fault::VersionNeeded)),
        };
        if text == "*" {
            return match versions {
                Versions::OrAny => Ok(IfMatch::Any),
                _ => Err(Problem::new(
                    Fault::VersionNeeded,
                    "该步骤须在 If-Match 中给出所读版本",
                    "this step needs the version you read in If-Match",
                )),
            };
        }
        let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
        version.map(IfMatch::Version).ok_or_else(|| {
            Problem::parameter(Fault::MalformedHeader, "If-Match", "If-Match 须为读取时的 ETag", "If-Match must be the ETag as read")
        })
    }
}

/// Which versions a step takes in `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// None: nothing is there yet.
    None,
    /// The version read.
    Exact,
    /// The version read, or `*` for an additive step.
    OrAny,
}

/// The language a request asks for: Chinese unless English is preferred.
pub fn language(request: &HttpRequest) -> Language {
    let wanted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = wanted.split(',').map(str::trim).find(|tag| {
        let tag = tag.to_ascii_lowercase();
        tag.starts_with("en") || tag.starts_with("zh")
    });
    match first {
        Some(tag) if tag.to_ascii_lowercase().starts_with("en") => Language::English,
        _ => Language::Chinese,
    }
}

/// What the middleware calls a request.
pub fn request_id(request: &HttpRequest) -> RequestId {
    request.extensions().get::<RequestId>().cloned().unwrap_or_else(|| "".into())
}
