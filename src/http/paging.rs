//! Pages: an opaque cursor, a limit, and `Link: rel="next"`.

use super::problem::{Fault, Problem};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

/// Rows of a page unless the caller says otherwise.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most rows of a page.
pub const MAX_LIMIT: u32 = 200;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; null on the last.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
    /// How many rows there are in all; only with `include_total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<i64>,
}

/// The number of rows asked for.
pub fn limit(asked: Option<u32>) -> Result<i64, Problem> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        n @ 1..=MAX_LIMIT => Ok(i64::from(n)),
        n => Err(Problem::parameter(
            Fault::MalformedParameter,
            "limit",
            format!("limit 须为 1 至 {MAX_LIMIT}，而非 {n}"),
            format!("limit must be 1 to {MAX_LIMIT}, not {n}"),
        )),
    }
}

/// Packs the place after which the next page begins.
pub fn pack(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

/// Unpacks a cursor; one that is not ours is refused.
pub fn unpack<T: DeserializeOwned>(cursor: &str) -> Result<T, Problem> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| Problem::parameter(Fault::ParameterRefused, "cursor", "cursor 无效", "the cursor is not one of ours"))
}

/// Cuts a page out of one row more than asked for.
pub fn cut<T, C: Serialize>(mut rows: Vec<T>, limit: i64, place: impl Fn(&T) -> C) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = if more { rows.last().map(|row| pack(&place(row))) } else { None };
    Page { items: rows, next_cursor, total: None }
}

/// A page as an answer, with its link to the next.
pub fn answer<T: Serialize>(request: &HttpRequest, page: &Page<T>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &page.next_cursor {
        let kept = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let query = kept.map(str::to_owned).chain(std::iter::once(format!("cursor={cursor}"))).collect::<Vec<_>>().join("&");
        response.insert_header((header::LINK, format!("<{}?{query}>; rel=\"next\"", request.path())));
    }
    response.json(page)
}
