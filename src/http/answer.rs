//! Answers: JSON with the case's version as `ETag`, `Location` for what was made.

use super::problem::Problem;
use crate::case::journal::agency::Attempt;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;

/// What every handler gives.
pub type Answer = Result<HttpResponse, Problem>;

/// 200 with JSON.
pub fn ok(body: &impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(body))
}

/// 201 for what was written, 200 for what was only validated.
pub fn made(attempt: Attempt, body: &impl Serialize) -> Answer {
    let status = match attempt {
        Attempt::Written => StatusCode::CREATED,
        Attempt::Tried => StatusCode::OK,
    };
    Ok(HttpResponse::build(status).json(body))
}

/// A versioned resource, with its `ETag`.
pub fn versioned(status: StatusCode, version: i32, location: Option<&str>, body: &impl Serialize) -> Answer {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::ETAG, format!("\"{version}\"")));
    if let Some(location) = location {
        response.insert_header((header::LOCATION, location));
    }
    Ok(response.json(body))
}
