//! The contracts: what a neighbour's developers need and nothing else, as OpenAPI documents of their own.

use super::inbox::receive;
use super::outbox::{dossier::fetch, poll};
use super::platform;
use crate::http::openapi;
use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};
use std::sync::OnceLock;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

/// Where the contract with the reconsideration system is spoken.
pub const RECONSIDERATION: &str = "/exchange/reconsideration/v1";
/// Where the contract with the city's platform is spoken.
pub const PLATFORM: &str = "/exchange/platform/v1";

fn reconsideration(config: &mut ServiceConfig) {
    config.service(receive::receive_message).service(poll::poll_messages).service(poll::fetch_paper).service(fetch::fetch_dossier);
}

fn platform(config: &mut ServiceConfig) {
    config
        .service(platform::receive_platform_message)
        .service(platform::poll_platform_messages)
        .service(platform::files::put_platform_file);
}

/// Every route of a neighbour. They stand in the contracts, not in the description of the API.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::scope(RECONSIDERATION)
            .service(get_reconsideration_contract)
            .service(receive::receive_message)
            .service(poll::poll_messages)
            .service(poll::fetch_paper)
            .service(fetch::fetch_dossier),
    );
    config.service(
        web::scope(PLATFORM)
            .service(get_platform_contract)
            .service(platform::receive_platform_message)
            .service(platform::poll_platform_messages)
            .service(platform::files::put_platform_file),
    );
}

/// What a contract says of itself.
struct Preface {
    /// Where it is spoken.
    scope: &'static str,
    title: &'static str,
    description: &'static str,
    /// What its messages are pushed to.
    pushed_to: &'static str,
    /// The schema of a message that is pushed.
    outgoing: &'static str,
}

/// The contract with the reconsideration system, as generated from the handlers.
pub fn reconsideration_contract() -> Value {
    let preface = Preface {
        scope: RECONSIDERATION,
        title: "FOI Docket: exchange with a reconsideration system (行政复议系统数据对接)",
        description: "Both sides push signed messages (Standard Webhooks); the reconsideration system may also poll. Every message has an \
                      id for ever: whoever gets it twice acts once. Messages may be lost, doubled, late and in any order; the sender repeats \
                      a message, with the same bytes, until it is answered 2xx. To the address of the reconsideration system the messages \
                      described as Outgoing are pushed with the same three headers; 410 ends the pushing. The type of a message says which \
                      of the shapes of `data` it has.",
        pushed_to: "the reconsideration system",
        outgoing: "Outgoing",
    };
    contract(&preface, reconsideration)
}

/// The contract with the city's platform for applications, as generated from the handlers.
pub fn platform_contract() -> Value {
    let preface = Preface {
        scope: PLATFORM,
        title: "FOI Docket: exchange with a city's platform for applications (市政务公开工作平台数据对接)",
        description: "Both sides push signed messages (Standard Webhooks); the platform may also poll. Every message has an id for ever: \
                      whoever gets it twice acts once. Messages may be lost, doubled, late and in any order; the sender repeats a message, \
                      with the same bytes, until it is answered 2xx. An application that came by another channel is told as `entry`; the \
                      platform answers with `number_assigned`. From then on `status_change` says where the case stands, and `status_told` \
                      what the platform shows; both sides are compared daily. The type of a message says which of the shapes of `data` it has.",
        pushed_to: "the platform",
        outgoing: "PlatformOutgoing",
    };
    contract(&preface, platform)
}

fn contract(preface: &Preface, routes: fn(&mut ServiceConfig)) -> Value {
    let base = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(preface.title)
                .version("1.0")
                .description(Some(preface.description))
                .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
                .build(),
        )
        .tags(Some([TagBuilder::new().name("messages").description(Some("Messages in both directions")).build()]))
        .build();
    let (_, api) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(base)
        .service(utoipa_actix_web::scope(preface.scope).configure(routes))
        .split_for_parts();
    let mut contract = openapi::close(&finish(api));
    if let Some(contract) = contract.as_object_mut() {
        contract.insert("webhooks".to_owned(), pushed(preface));
    }
    contract
}

/// What is pushed to the neighbour's own address.
fn pushed(preface: &Preface) -> Value {
    let header = |name: &str, kind: &str, description: &str| json!({"name": name, "in": "header", "required": true, "description": description, "schema": {"type": kind}});
    json!({"message": {"post": {
        "operationId": "push_message",
        "tags": ["messages"],
        "summary": format!("A message to {}.", preface.pushed_to),
        "description": "Pushed to the address that was agreed, again and again for five days, until it is answered 2xx; it can be polled in any \
                        case. The same message may come more than once, with the same id and the same bytes.",
        "security": [{}],
        "parameters": [
            header("webhook-id", "string", "The id of the message."),
            header("webhook-timestamp", "integer", "Seconds since 1970."),
            header("webhook-signature", "string", "`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`; of two secrets while one follows the other.")
        ],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{}", preface.outgoing)}}}},
        "responses": {
            "2XX": {"description": "It is kept."},
            "410": {"description": "Nothing is to be pushed here any more."},
            "default": {"description": "It is pushed again later."}
        }
    }}})
}

/// Adds what holds for every operation: the path parameter, the problems, how one is known.
fn finish(mut api: OpenApi) -> OpenApi {
    openapi::with_problems(&mut api);
    let components = api.components.get_or_insert_default();
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token handed over with the secrets.")).build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    for item in api.paths.paths.values_mut() {
        if let Some(operation) = item.get.as_mut() {
            operation.security = Some(vec![utoipa::openapi::SecurityRequirement::new("token", Vec::<String>::new())]);
            let unknown = (404, "There is nothing here for you.");
            complete(operation, &[(400, "A parameter is malformed."), (401, "No valid token."), unknown]);
        }
        if let Some(operation) = item.put.as_mut() {
            operation.security = Some(vec![utoipa::openapi::SecurityRequirement::new("token", Vec::<String>::new())]);
            complete(
                operation,
                &[
                    (400, "A parameter is malformed, or the bytes are not whole."),
                    (401, "No valid token."),
                    (408, "The bytes did not arrive in time."),
                    (413, "The file is too large."),
                    (422, "The file is not taken: the code says why."),
                ],
            );
        }
        if let Some(operation) = item.post.as_mut() {
            operation.security = Some(vec![utoipa::openapi::SecurityRequirement::default()]);
            complete(
                operation,
                &[
                    (400, "The message is malformed; it is not kept."),
                    (401, "The signature is not good; nothing is kept."),
                    (409, "The id was used with other words."),
                    (413, "The message is too large."),
                    (415, "The media type is not supported."),
                    (422, "A field breaks a rule; the message is not kept."),
                ],
            );
        }
    }
    api
}

fn complete(operation: &mut Operation, statuses: &[(u16, &str)]) {
    openapi::path_id(operation, "peer_id");
    let shared = [(429, "Too many calls, or too many wrong signatures."), (503, "The service is unavailable for the moment.")];
    for (status, text) in statuses.iter().chain(&shared) {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new().description(*text).content("application/problem+json", problem).build();
        operation.responses.responses.entry(status.to_string()).or_insert(RefOr::T(response));
    }
}

/// The contract with the reconsideration system.
#[get("/openapi.json")]
async fn get_reconsideration_contract() -> HttpResponse {
    static CONTRACT: OnceLock<String> = OnceLock::new();
    let contract = CONTRACT.get_or_init(|| reconsideration_contract().to_string());
    HttpResponse::Ok().content_type("application/json").body(contract.as_str())
}

/// The contract with the city's platform.
#[get("/openapi.json")]
async fn get_platform_contract() -> HttpResponse {
    static CONTRACT: OnceLock<String> = OnceLock::new();
    let contract = CONTRACT.get_or_init(|| platform_contract().to_string());
    HttpResponse::Ok().content_type("application/json").body(contract.as_str())
}
