//! What is proved by walking the description of the API, so that nothing new can be forgotten.

mod drift;
mod keys;
mod matrix;
mod scenes;
mod walk;

use reqwest::Method;
use utoipa::openapi::path::Operation;

/// One operation of the description.
pub struct Op {
    /// Its id, the name of its handler.
    pub id: String,
    /// Its method.
    pub method: Method,
    /// Its path, with placeholders.
    pub path: String,
    /// It needs no sign-in.
    pub open: bool,
    /// It takes a JSON body.
    pub takes_json: bool,
    /// Its description.
    pub operation: Operation,
}

impl Op {
    /// It may change something.
    pub fn writes(&self) -> bool {
        self.method != Method::GET
    }

    /// It is a step on a case.
    pub fn on_case(&self) -> bool {
        self.path.contains("/cases/{case_id}")
    }

    /// The path with every placeholder filled.
    pub fn path_with(&self, fill: impl Fn(&str) -> String) -> String {
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            path.push('/');
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => path.push_str(&fill(name)),
                None => path.push_str(part),
            }
        }
        path
    }
}

/// Every operation, in the order of their paths.
pub fn operations() -> Vec<Op> {
    let api = foi_docket::http::server::description();
    let mut all = Vec::new();
    for (path, item) in api.paths.paths {
        for (method, operation) in [
            (Method::GET, item.get),
            (Method::POST, item.post),
            (Method::PUT, item.put),
            (Method::PATCH, item.patch),
            (Method::DELETE, item.delete),
        ] {
            let Some(operation) = operation else { continue };
            let open = operation.security.as_ref().is_some_and(|all| all.contains(&utoipa::openapi::SecurityRequirement::default()));
            let takes_json = operation.request_body.as_ref().is_some_and(|body| match body {
                utoipa::openapi::RefOr::T(body) => body.content.contains_key("application/json"),
                utoipa::openapi::RefOr::Ref(_) => true,
            });
            let id = operation.operation_id.clone().unwrap();
            all.push(Op { id, method, path: path.clone(), open, takes_json, operation });
        }
    }
    assert!(all.len() > 40, "the description is not empty");
    all
}

/// What is compared with a file in the tree; `UPDATE_SNAPSHOTS=1 cargo test` writes it anew.
pub fn compare(file: &str, found: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == found,
        "{file} is not what the program says; run UPDATE_SNAPSHOTS=1 cargo test --test it contract and read the difference"
    );
}
