//! The one place that knows status codes: every error of the service as `application/problem+json` (RFC 9457).
//!
//! Title and detail are kept in both languages; the middleware writes the one the caller asked for. Codes never change.

use crate::case::journal::JournalError;
use crate::case::office::EditionError;
use crate::case::refusal::{Family, Refusal};
use crate::case::replay::ReplayError;
use crate::case::vault::VaultError;
use crate::db::pool::DbError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// Languages of titles and details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// zh-CN, the default.
    Chinese,
    /// English.
    English,
}

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:ident, $zh:literal, $en:literal;)+) => {
        /// Every error that is not a refusal of a rule, with its status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fault { $($(#[doc = $doc])+ $name,)+ }
        impl Fault {
            /// Every fault, for the published list.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
            /// The stable identifier.
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code,)+ } }
            /// The HTTP status.
            pub const fn status(self) -> StatusCode { match self { $(Self::$name => StatusCode::$status,)+ } }
            /// Titles in Chinese and English.
            pub const fn titles(self) -> (&'static str, &'static str) { match self { $(Self::$name => ($zh, $en),)+ } }
        }
    };
}

faults! {
    /// The body is not JSON, or not of the shape described.
    MalformedBody = "malformed_body", BAD_REQUEST, "请求内容格式错误", "The body is malformed";
    /// A query parameter is unknown or not of its type.
    MalformedParameter = "malformed_parameter", BAD_REQUEST, "请求参数错误", "A parameter is malformed";
    /// A parameter has its form, but no meaning here.
    ParameterRefused = "parameter_refused", UNPROCESSABLE_ENTITY, "参数不适用", "A parameter has no meaning here";
    /// A header is not of its form.
    MalformedHeader = "malformed_header", BAD_REQUEST, "请求头格式错误", "A header is malformed";
    /// No token, or one that is not accepted.
    NotSignedIn = "not_signed_in", UNAUTHORIZED, "未登录或登录已失效", "Sign in first";
    /// Name or password is wrong.
    SignInRefused = "sign_in_refused", UNAUTHORIZED, "用户名或密码错误", "Wrong username or password";
    /// The roles do not reach so far.
    Forbidden = "forbidden", FORBIDDEN, "没有权限", "You have no right to do this";
    /// The password must be changed first.
    PasswordChangeNeeded = "password_change_needed", FORBIDDEN, "须先修改密码", "Change your password first";
    /// Nothing here, or nothing the caller may know of.
    NotFound = "not_found", NOT_FOUND, "所请求的内容不存在", "There is nothing here for you";
    /// The path is right, the method is not.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "不支持该请求方法", "The method is not allowed here";
    /// The key was used with another body or path.
    KeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY, "幂等键已用于其他请求", "The idempotency key was used for something else";
    /// What is to be changed moved since it was read.
    StaleVersion = "stale_version", PRECONDITION_FAILED, "内容已被他人更新", "It has changed since you read it";
    /// A step or change needs the version the caller read.
    VersionNeeded = "version_needed", PRECONDITION_REQUIRED, "缺少 If-Match", "If-Match is needed";
    /// The body is too large.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "请求内容过大", "The body is too large";
    /// The body did not arrive in time.
    TooSlow = "too_slow", REQUEST_TIMEOUT, "请求内容传输过慢", "The body took too long to arrive";
    /// The type of the body is not the one described.
    WrongMediaType = "wrong_media_type", UNSUPPORTED_MEDIA_TYPE, "请求内容类型不受支持", "The media type is not supported";
    /// Something with this name exists.
    Taken = "taken", CONFLICT, "名称已被使用", "The name is taken";
    /// The service itself failed; the request id finds the reason in the log.
    Internal = "internal", INTERNAL_SERVER_ERROR, "系统内部错误", "The service failed";
    /// Too many tries.
    TooManyTries = "too_many_tries", TOO_MANY_REQUESTS, "尝试次数过多", "Too many tries";
    /// Too many calls in a minute.
    TooManyCalls = "too_many_calls", TOO_MANY_REQUESTS, "请求过于频繁", "Too many calls";
    /// The database cannot be reached at the moment; the same request with the same key is safe.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "服务暂不可用", "The service is unavailable for the moment";
    /// A document of this type is not taken.
    DocumentTypeRefused = "document_type_refused", UNPROCESSABLE_ENTITY, "不接收该类型的文件", "Documents of this type are not taken";
    /// A document without a byte.
    DocumentEmpty = "document_empty", UNPROCESSABLE_ENTITY, "文件为空", "The document is empty";
    /// A document is of two types at once.
    DocumentAmbiguous = "document_ambiguous", UNPROCESSABLE_ENTITY, "文件兼具两种类型", "The document is of two types at once";
    /// A document carries macros or programs.
    DocumentActive = "document_active", UNPROCESSABLE_ENTITY, "文件含有宏或者程序", "The document carries macros or programs";
    /// A document unpacks to far more than it is.
    DocumentBomb = "document_bomb", UNPROCESSABLE_ENTITY, "文件解压后过大", "The document unpacks to far too much";
    /// The virus scanner found something in a document.
    DocumentInfected = "document_infected", UNPROCESSABLE_ENTITY, "文件含有病毒", "The document is infected";
    /// The virus scanner does not answer; nothing is taken unscanned.
    ScannerUnavailable = "scanner_unavailable", SERVICE_UNAVAILABLE, "病毒扫描暂不可用", "The virus scanner does not answer";
    /// The document store cannot be reached at the moment.
    StoreUnavailable = "document_store_unavailable", SERVICE_UNAVAILABLE, "文件存储暂不可用", "The document store cannot be reached";
    /// A message of a neighbouring system is not signed with its secret, or there is no such neighbour.
    SignatureRefused = "signature_refused", UNAUTHORIZED, "消息签名无效", "The signature of the message is not good";
    /// A stored document is missing or altered; an administrator must look.
    DocumentDamaged = "document_damaged", INTERNAL_SERVER_ERROR, "存储的文件缺失或已损坏", "The stored document is missing or altered";
    /// A list of the city's platform that is stored cannot be read; handed in again for its day, it takes its place.
    ListDamaged = "platform_list_damaged", INTERNAL_SERVER_ERROR, "存储的平台名单无法读取，请重新录入该日名单", "The stored list of the platform cannot be read; hand in that of its day again";
}

/// One field or parameter that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON pointer into the body.
    pub pointer: Option<String>,
    /// Name of the parameter or header.
    pub parameter: Option<String>,
    /// Stable code.
    pub code: Cow<'static, str>,
    /// What is wrong, in Chinese.
    pub detail_zh: String,
    /// What is wrong, in English.
    pub detail_en: String,
}

/// An error on its way to the caller; boxed, because every handler's result has room for one.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    title: (&'static str, &'static str),
    detail: (String, String),
    article: Option<Cow<'static, str>>,
    errors: Vec<FieldProblem>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The wire form of a problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URN that names the problem: `urn:foi-docket:problem:` and the code.
    #[schema(example = "urn:foi-docket:problem:stage_forbids")]
    pub r#type: String,
    /// What sort of problem, in the caller's language.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 409)]
    pub status: u16,
    /// What happened and what would help.
    pub detail: String,
    /// The path of the request.
    pub instance: String,
    /// The stable code.
    #[schema(example = "stage_forbids")]
    pub code: String,
    /// The article the refusal rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "33(2)")]
    pub article: Option<String>,
    /// Every field or parameter that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// One wrong field or parameter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/applicants/0/name")]
    pub pointer: Option<String>,
    /// Name of the parameter or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// Stable code.
    pub code: String,
    /// What is wrong.
    pub detail: String,
}

impl Problem {
    /// A fault with its details in Chinese and English.
    pub fn new(fault: Fault, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let mut headers = Vec::new();
        if fault.status() == StatusCode::SERVICE_UNAVAILABLE || matches!(fault, Fault::TooManyTries | Fault::TooManyCalls) {
            headers.push((header::RETRY_AFTER, HeaderValue::from_static("2")));
        }
        if fault.status() == StatusCode::UNAUTHORIZED {
            headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        Self(Box::new(Parts {
            status: fault.status(),
            code: fault.code(),
            title: fault.titles(),
            detail: (zh.into(), en.into()),
            article: None,
            errors: Vec::new(),
            headers,
        }))
    }

    /// A fault whose title says it all.
    pub fn plain(fault: Fault) -> Self {
        let (zh, en) = fault.titles();
        Self::new(fault, zh, en)
    }

    /// The answer to a foreign and to an unknown thing alike.
    pub fn not_found() -> Self {
        Self::plain(Fault::NotFound)
    }

    /// Adds the field or parameter that is wrong.
    #[must_use]
    pub fn with(mut self, field: FieldProblem) -> Self {
        self.0.errors.push(field);
        self
    }

    /// The same problem of a part of the body: every pointer moves below it.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        for pointer in self.0.errors.iter_mut().filter_map(|field| field.pointer.as_mut()) {
            pointer.insert_str(0, prefix);
        }
        self
    }

    /// A malformed query parameter or header.
    pub fn parameter(fault: Fault, name: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let (zh, en) = (zh.into(), en.into());
        Self::new(fault, zh.clone(), en.clone()).with(FieldProblem {
            pointer: None,
            parameter: Some(name.to_owned()),
            code: Cow::Borrowed(fault.code()),
            detail_zh: zh,
            detail_en: en,
        })
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// An unexpected failure: its reason goes to the log, never to the caller.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(reason = %error, "internal error");
        Self::plain(Fault::Internal)
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The answer in the caller's language.
    pub fn render(&self, language: Language, instance: &str) -> HttpResponse {
        let pick = |zh: &str, en: &str| match language {
            Language::Chinese => zh.to_owned(),
            Language::English => en.to_owned(),
        };
        let body = ProblemBody {
            r#type: format!("urn:foi-docket:problem:{}", self.0.code),
            title: pick(self.0.title.0, self.0.title.1),
            status: self.0.status.as_u16(),
            detail: pick(&self.0.detail.0, &self.0.detail.1),
            instance: instance.to_owned(),
            code: self.0.code.to_owned(),
            article: self.0.article.as_deref().map(str::to_owned),
            errors: self
                .0
                .errors
                .iter()
                .map(|field| ProblemField {
                    pointer: field.pointer.clone(),
                    parameter: field.parameter.clone(),
                    code: field.code.to_string(),
                    detail: pick(&field.detail_zh, &field.detail_en),
                })
                .collect(),
        };
        let mut response = HttpResponse::build(self.0.status);
        if self.0.status == StatusCode::REQUEST_TIMEOUT {
            // What is still under way of the body is not waited for.
            response.force_close();
        }
        for (name, value) in &self.0.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.insert_header((header::CONTENT_LANGUAGE, pick("zh-CN", "en")));
        response.content_type("application/problem+json").body(serde_json::to_string(&body).unwrap_or_default())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        self.render(Language::Chinese, "")
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.code.family() {
            Family::Stage => StatusCode::CONFLICT,
            Family::Rule => StatusCode::UNPROCESSABLE_ENTITY,
            Family::Permission => StatusCode::FORBIDDEN,
            Family::Unknown => StatusCode::NOT_FOUND,
        };
        Self(Box::new(Parts {
            status,
            code: refusal.code.as_str(),
            title: (refusal.code.title_zh(), refusal.code.title_en()),
            detail: (refusal.detail_zh, refusal.detail_en),
            article: refusal.article,
            errors: refusal
                .errors
                .into_iter()
                .map(|error| FieldProblem {
                    pointer: Some(error.pointer),
                    parameter: None,
                    code: error.code,
                    detail_zh: error.detail_zh,
                    detail_en: error.detail_en,
                })
                .collect(),
            headers: Vec::new(),
        }))
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        if error.is_unavailable() {
            tracing::warn!(reason = %error, "database unavailable");
            return Self::plain(Fault::Unavailable);
        }
        match &error {
            DbError::Query(diesel::result::Error::NotFound) => Self::not_found(),
            // Waiting longer, or once more, helps: nothing was written.
            DbError::Query(diesel::result::Error::DatabaseError(_, about))
                if ["lock timeout", "statement timeout", "deadlock detected", "could not serialize"]
                    .iter()
                    .any(|why| about.message().contains(why)) =>
            {
                tracing::warn!(reason = %error, "database busy");
                Self::plain(Fault::Unavailable)
            }
            _ => Self::internal(&error),
        }
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        DbError::Query(error).into()
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Query(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<EditionError> for Problem {
    fn from(error: EditionError) -> Self {
        match error {
            EditionError::Query(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Query(error) => error.into(),
            other @ ReplayError::Fold(_) => Self::internal(&other),
        }
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Refused(refusal) => (*refusal).into(),
            JournalError::KeyReused => Self::plain(Fault::KeyReused),
            JournalError::Stale { current } => Self::new(
                Fault::StaleVersion,
                format!("现为第 {current} 版；请重新读取后再办理"),
                format!("it is now at version {current}; read it again"),
            )
            .header(header::ETAG, &format!("\"{current}\"")),
            JournalError::Unknown => Self::not_found(),
            JournalError::CallerGone => Self::plain(Fault::NotSignedIn),
            JournalError::Db(error) => error.into(),
            JournalError::Vault(error) => error.into(),
            JournalError::Edition(error) => error.into(),
            JournalError::Replay(error) => error.into(),
            other @ (JournalError::Newer | JournalError::Fold(_) | JournalError::RolledBack) => Self::internal(&other),
        }
    }
}
