//! The HTTP server: every route, once; problems in the caller's language; 404, 405 and HEAD as the standard wants them.

use super::call::language;
use super::metrics::{Figures, Served};
use super::problem::{Fault, Problem};
use super::rate;
use super::trace::{self, REQUEST_ID, TRACEPARENT};
use super::{health, metrics, openapi};
use crate::app::App;
use crate::case::trail::RequestId;
use actix_cors::CorsError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpServer};
use std::net::TcpListener;
use std::time::{Duration, Instant};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation below `/api/v1`.
fn api(config: &mut ServiceConfig) {
    config.service(openapi::get_openapi);
    crate::steps::routes(config);
    crate::views::routes(config);
    crate::letters::routes(config);
    crate::dossier::routes(config);
    crate::people::routes(config);
    crate::exchange::routes(config);
    crate::supervision::routes(config);
    crate::notify::routes(config);
}

/// Every operation outside the API's base.
fn outside(config: &mut ServiceConfig) {
    config.service(health::livez).service(health::readyz).service(health::get_version);
}

/// The figures for a monitor.
fn figures(config: &mut ServiceConfig) {
    config.service(metrics::get_metrics);
}

/// The description of the API, as generated from the handlers.
pub fn description() -> OpenApi {
    let (_, api) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(openapi::base())
        .configure(outside)
        .configure(figures)
        .service(utoipa_actix_web::scope("/api/v1").configure(api))
        .split_for_parts();
    openapi::finish(api)
}

/// The description as it is published and checked in.
pub fn document() -> serde_json::Value {
    openapi::close(&description())
}

/// Serves until told to stop. The listener is bound beforehand, so that its address is known.
pub fn serve(app: Data<App>, listener: TcpListener, workers: usize) -> std::io::Result<actix_web::dev::Server> {
    let description = Data::new(openapi::Published::new(&description()));
    let (origins, here) = (app.net.origins.clone(), app.net.figures == Figures::WithTheApi);
    let server = HttpServer::new(move || {
        let (actix, _) = actix_web::App::new()
            .into_utoipa_app()
            .app_data(app.clone())
            .app_data(description.clone())
            .configure(outside)
            .configure(|config| {
                if here {
                    figures(config);
                }
            })
            .service(utoipa_actix_web::scope("/api/v1").configure(api))
            .split_for_parts();
        actix
            .configure(crate::exchange::contracts::routes)
            .configure(openapi::docs)
            .default_service(web::to(nothing_here))
            .wrap(origins.middleware())
            .wrap(from_fn(around))
    });
    Ok(server
        .workers(workers)
        .client_request_timeout(Duration::from_secs(15))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(20)
        .listen(listener)?
        .run())
}

/// Serves the figures for a monitor and nothing else; it ends with the runtime.
pub fn serve_figures(app: Data<App>, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || {
        let (actix, _) = actix_web::App::new().into_utoipa_app().app_data(app.clone()).configure(figures).split_for_parts();
        actix.default_service(web::to(only_figures)).wrap(from_fn(around))
    });
    Ok(server.workers(1).disable_signals().client_request_timeout(Duration::from_secs(15)).listen(listener)?.run())
}

async fn only_figures() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}

/// What is on no route: 405 with `Allow` where only the method is wrong, else 404.
async fn nothing_here(request: HttpRequest, published: Data<openapi::Published>) -> Result<HttpResponse, Problem> {
    let allowed = published.methods(request.path());
    // What is described and not served here, as the figures, is not here.
    if allowed.is_empty() || allowed.iter().any(|method| *method == request.method().as_str()) {
        return Err(Problem::not_found());
    }
    Err(Problem::plain(Fault::MethodNotAllowed).header(header::ALLOW, &allowed.join(", ")))
}

/// What lets a page of another origin read an answer, be it a problem.
fn is_cors(name: &HeaderName) -> bool {
    *name == header::VARY || name.as_str().starts_with("access-control-")
}

/// The problem behind an error of whatever origin.
fn problem_of(error: &actix_web::Error) -> Problem {
    if error.as_error::<CorsError>().is_some() {
        return Problem::new(Fault::Forbidden, "该来源、方法或请求头未获许可", "this origin, method or header is not on the list");
    }
    error.as_error::<Problem>().cloned().unwrap_or_else(|| match error.as_response_error().status_code().as_u16() {
        404 => Problem::not_found(),
        413 => Problem::plain(Fault::TooLarge),
        400..=499 => Problem::new(Fault::MalformedBody, "请求无法读取", "the request cannot be read"),
        _ => Problem::internal(error),
    })
}

/// Request id in and out, HEAD as GET without a body, problems in the caller's language, nothing cached.
async fn around(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let begun = Instant::now();
    let id = trace::of(request.headers());
    request.extensions_mut().insert(id.clone());
    let head = request.method() == Method::HEAD;
    if head {
        request.head_mut().method = Method::GET;
    }
    let (method, path) = (request.method().clone(), request.path().to_owned());
    // The request itself may not be kept: actix writes the matched path into it, and panics where a clone is held.
    let wanted = language(request.request());
    let app = request.app_data::<Data<App>>().cloned();
    let mut response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        // A layer below gave up without an answer of its own, and took the request with it.
        Err(error) => {
            let problem = problem_of(&error);
            let mut response = problem.render(wanted, &path);
            if let Some(app) = app {
                app.metrics.count(Served { operation: None, status: response.status(), code: Some(problem.code()), took: begun.elapsed() });
            }
            dress(response.headers_mut(), &id);
            tracing::info!(%method, path, status = response.status().as_u16(), request_id = id.id, traceparent = id.traceparent, "served");
            return Err(InternalError::from_response(problem, response).into());
        }
    };
    let problem = response.response().error().map(problem_of);
    let code = problem.as_ref().map(Problem::code);
    if let Some(problem) = problem {
        let shared: Vec<_> = response.headers().iter().filter(|(name, _)| is_cors(name)).map(|(n, v)| (n.clone(), v.clone())).collect();
        response = response.into_response(problem.render(wanted, &path));
        for (name, value) in shared {
            response.headers_mut().append(name, value);
        }
    }
    if head {
        response = response.map_body(|_, _| BoxBody::new(()));
    }
    let request = response.request().clone();
    if let Some(app) = app {
        app.metrics.count(Served { operation: request.match_name(), status: response.status(), code, took: begun.elapsed() });
    }
    let headers = response.headers_mut();
    rate::write(&request, headers);
    dress(headers, &id);
    tracing::info!(%method, path, status = response.status().as_u16(), request_id = id.id, traceparent = id.traceparent, "served");
    Ok(response)
}

/// What every answer has.
fn dress(headers: &mut HeaderMap, id: &RequestId) {
    for (name, value) in [(REQUEST_ID, Some(&id.id)), (TRACEPARENT, id.traceparent.as_ref())] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::dev::Service as _;
    use actix_web::http::StatusCode;
    use actix_web::test;

    #[actix_web::test]
    async fn an_error_without_an_answer_is_dressed_like_any_other() {
        async fn give_up(_: ServiceRequest, _: Next<impl MessageBody>) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
            Err(actix_web::error::ErrorPayloadTooLarge("too much"))
        }
        let service = test::init_service(actix_web::App::new().wrap(from_fn(give_up)).wrap(from_fn(around))).await;
        let request = test::TestRequest::get().uri("/").insert_header((header::ACCEPT_LANGUAGE, "en")).insert_header((REQUEST_ID, "one"));
        let error = service.call(request.to_request()).await.err().unwrap();
        let response = error.error_response();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!((header("x-request-id"), header("cache-control")), ("one", "no-store"));
        assert_eq!(header("content-type"), "application/problem+json");
        let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert!(body["code"] == "too_large" && body["title"].as_str().unwrap().is_ascii(), "{body}");
    }
}
