//! The description of the API: what handlers say of themselves, and what holds for every one of them, added once.

mod closed;

pub use closed::{close, yaml};

use super::problem::ProblemBody;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use std::collections::BTreeMap;
use utoipa::openapi::path::{HttpMethod, Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder, Type};

/// Tags in the order of the life.
const TAGS: &[(&str, &str)] = &[
    ("receive", "接收 · Applications by every channel, confirmation of receipt"),
    ("register", "登记 · Register, acknowledge, examine"),
    ("handle", "办理 · Between registration and reply"),
    ("reply", "答复 · Draft, review, approve and issue"),
    ("mail", "邮寄送达 · Dispatch, service, return"),
    ("archive", "办结归档 · Close, archive, later papers"),
    ("mend", "更正 · Amend, void, recall, erratum, revoke"),
    ("remedy", "复议诉讼报备 · Reconsideration, litigation, filing"),
    ("read", "查询 · Register, case page, worklist, reference data"),
    ("report", "年度报告与统计 · The annual report, statistics"),
    ("audit", "审计 · The whole trail"),
    ("documents", "材料 · Upload and download"),
    ("letters", "文书 · Templates, previews, download of letters"),
    ("library", "口径与清单 · Agreed answers, negative list, local rules, typical cases"),
    ("supervision", "监督 · Letters of the authority above, inspections"),
    ("exchange", "数据对接 · Neighbouring systems, their messages and what waits"),
    ("people", "人员 · Sign-in, accounts, departments, settings"),
    ("health", "运行 · Health"),
];

/// Changes that need the version read, as every step on a case does.
const VERSIONED: [&str; 3] = ["change_account", "replace_letter_template", "replace_settings"];

/// Operations on several cases at once, which can be tried as a step on one can.
const OF_SEVERAL: [&str; 4] = ["draft_joint_reply", "dispatch_batch", "record_delivery_batch", "open_proceeding"];

/// What every document of ours begins with.
pub fn base() -> OpenApi {
    let tags = TAGS.iter().map(|(name, text)| TagBuilder::new().name(*name).description(Some(*text)).build()).collect::<Vec<_>>();
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("FOI Docket")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Case manager for freedom-of-information requests (依申请公开). Errors are problem+json with a stable `code`; \
                     every step on a case takes `If-Match`, every POST but sign-in and previews an `Idempotency-Key`. 429 and 503 say in \
                     `Retry-After` how many seconds to wait; `RateLimit-Policy` and `RateLimit` say what is allowed and left.",
                ))
                .license(Some(
                    utoipa::openapi::LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build(),
                ))
                .build(),
        )
        .tags(Some(tags))
        .build()
}

/// Adds what holds for every operation: sign-in, headers, path parameters, problems.
pub fn finish(mut api: OpenApi) -> OpenApi {
    let components = api.components.get_or_insert_default();
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()),
    );
    with_problems(&mut api);
    api.security = Some(vec![utoipa::openapi::SecurityRequirement::new("bearer", Vec::<String>::new())]);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in [
            (HttpMethod::Get, item.get.as_mut()),
            (HttpMethod::Post, item.post.as_mut()),
            (HttpMethod::Put, item.put.as_mut()),
            (HttpMethod::Patch, item.patch.as_mut()),
            (HttpMethod::Delete, item.delete.as_mut()),
        ] {
            if let Some(operation) = operation {
                complete(path, &method, operation);
            }
        }
    }
    api
}

fn complete(path: &str, method: &HttpMethod, operation: &mut Operation) {
    let write = *method != HttpMethod::Get;
    let open = operation.security.as_ref().is_some_and(|all| all.iter().any(|one| *one == utoipa::openapi::SecurityRequirement::default()));
    let on_case = path.contains("/cases/{case_id}/");
    let id = operation.operation_id.clone().unwrap_or_default();
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')).map(|part| part.trim_end_matches('}')) {
        parameter(operation, name, ParameterIn::Path);
    }
    // A preview writes nothing: there is no effect to have once.
    if write && !open && *method == HttpMethod::Post && id != "preview_clock" {
        parameter(operation, "Idempotency-Key", ParameterIn::Header);
    }
    let versioned = on_case || VERSIONED.contains(&id.as_str());
    if write && versioned {
        parameter(operation, "If-Match", ParameterIn::Header);
    }
    if write && (on_case || OF_SEVERAL.contains(&id.as_str())) {
        parameter(operation, "validate_only", ParameterIn::Query);
    }
    let mut statuses: Vec<(u16, &str)> =
        vec![(400, "The request is malformed."), (422, "A rule refuses it."), (503, "The service is unavailable for the moment.")];
    if !open {
        statuses.push((401, "No valid token."));
        statuses.push((429, "Too many calls, or too many tries."));
        statuses.push((403, "The caller's roles do not allow it."));
    }
    let of_agency =
        operation.parameters.iter().flatten().any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == "agency"));
    if path.contains('{') || of_agency {
        statuses.push((404, "Unknown, or nothing the caller may know of."));
    }
    if write {
        statuses.extend([
            (409, "The stage of the case, or something of the same name, forbids it."),
            (408, "The body took too long to arrive."),
            (413, "The body is too large."),
            (415, "The media type is not supported."),
        ]);
        if versioned {
            statuses.extend([(412, "It moved since the caller read it."), (428, "If-Match is needed.")]);
        }
    }
    match id.as_str() {
        "create_session" => statuses.extend([(401, "Wrong username or password."), (429, "Too many tries.")]),
        "add_to_report" => statuses.push((412, "Another version was added since the caller read it.")),
        "refresh_session" => statuses.push((401, "The refresh token is not valid any more.")),
        _ => {}
    }
    if operation.tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag == "health")) {
        statuses.retain(|(status, _)| *status == 503);
    }
    for (status, text) in statuses {
        operation.responses.responses.entry(status.to_string()).or_insert_with(|| {
            RefOr::T(
                ResponseBuilder::new()
                    .description(text)
                    .content("application/problem+json", ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build())
                    .build(),
            )
        });
    }
}

/// Makes the shape of a problem known to a description.
pub fn with_problems(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    let (name, schema) = (<ProblemBody as utoipa::ToSchema>::name(), <ProblemBody as utoipa::PartialSchema>::schema());
    components.schemas.insert(name.into_owned(), schema);
    let mut dependencies = Vec::new();
    <ProblemBody as utoipa::ToSchema>::schemas(&mut dependencies);
    components.schemas.extend(dependencies);
}

/// Describes an id in the path.
pub fn path_id(operation: &mut Operation, name: &str) {
    parameter(operation, name, ParameterIn::Path);
}

fn parameter(operation: &mut Operation, name: &str, place: ParameterIn) {
    let parameters = operation.parameters.get_or_insert_default();
    if parameters.iter().any(|known| matches!(known, RefOr::T(known) if known.name == name)) {
        return;
    }
    let text = ObjectBuilder::new().schema_type(Type::String);
    let (schema, required, description) = match name {
        "Idempotency-Key" => (
            text.min_length(Some(1)).max_length(Some(255)).pattern(Some("^[\\x21-\\x7e]+$")),
            Required::False,
            "The same key with the same body has one effect; the repeat gets the same answer.",
        ),
        "If-Match" => {
            (text.pattern(Some("^(\"[0-9]{1,9}\"|\\*)$")), Required::True, "The ETag as read; additive steps on a case also take `*`.")
        }
        "validate_only" => (
            ObjectBuilder::new().schema_type(Type::Boolean),
            Required::False,
            "Run every check and write nothing; the answer shows the case as it would be.",
        ),
        "n" => (
            ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(100_000)),
            Required::True,
            "The number within the case, from 1.",
        ),
        "name" => (text.min_length(Some(1)).max_length(Some(60)), Required::True, "The name."),
        "instant" => (text.format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))), Required::True, "An instant, UTC."),
        _ => (text.format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))), Required::True, "The id."),
    };
    parameters.push(RefOr::T(
        ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(description))
            .schema(Some(schema))
            .build(),
    ));
}

/// The published description, with what it says of each path.
pub struct Published {
    json: String,
    paths: BTreeMap<String, Vec<&'static str>>,
}

impl Published {
    /// Prepares a description for serving.
    pub fn new(document: &OpenApi) -> Self {
        let paths = document
            .paths
            .paths
            .iter()
            .map(|(path, item)| {
                let mut methods = Vec::new();
                for (name, operation) in
                    [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)]
                {
                    if operation.is_some() {
                        methods.push(name);
                    }
                }
                if methods.contains(&"GET") {
                    methods.push("HEAD");
                }
                (path.clone(), methods)
            })
            .collect();
        Self { json: close(document).to_string(), paths }
    }

    /// The methods of a path; none if there is no such path.
    pub fn methods(&self, path: &str) -> Vec<&'static str> {
        let fits = |template: &str| {
            let (mut wanted, mut found) = (template.split('/'), path.split('/'));
            loop {
                match (wanted.next(), found.next()) {
                    (None, None) => return true,
                    (Some(wanted), Some(found)) if wanted == found || (wanted.starts_with('{') && !found.is_empty()) => {}
                    _ => return false,
                }
            }
        };
        self.paths.iter().find(|(template, _)| fits(template)).map(|(_, methods)| methods.clone()).unwrap_or_default()
    }
}

/// The description of the API.
///
/// OpenAPI 3.1: this document itself.
#[utoipa::path(tag = "health", security(()), responses(
    (status = 200, description = "The description.", body = serde_json::Value, content_type = "application/json"),
))]
#[get("/openapi.json")]
pub async fn get_openapi(published: Data<Published>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(published.json.clone())
}

/// The page that shows the description, off line.
pub fn docs(config: &mut ServiceConfig) {
    config.service(web::redirect("/docs", "/docs/")).service(
        utoipa_swagger_ui::SwaggerUi::new("/docs/{_:.*}")
            .config(utoipa_swagger_ui::Config::new(["/api/v1/openapi.json"]).validator_url("none")),
    );
}
