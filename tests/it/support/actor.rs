//! People who act over HTTP, with methods like what they do at their desks.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// Somebody with a token, or without.
#[derive(Clone)]
pub struct Actor {
    base: String,
    token: Option<String>,
    client: Client,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, null where it is empty or no JSON.
    pub body: Value,
}

impl Reply {
    /// It went well.
    #[track_caller]
    pub fn good(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {:#}", self.status, self.body);
        self.body
    }

    /// It was refused with this code, as problem+json.
    #[track_caller]
    pub fn refused(self, code: &str) -> Value {
        assert!(self.status >= 400, "was not refused: {} {:#}", self.status, self.body);
        assert_eq!(self.headers.get("content-type").unwrap(), "application/problem+json");
        assert_eq!(self.body["code"], code, "{:#}", self.body);
        assert_eq!(self.body["status"], self.status);
        self.body
    }
}

impl Actor {
    /// Nobody in particular.
    pub fn stranger(base: &str) -> Self {
        Self { base: base.to_owned(), token: None, client: Client::new() }
    }

    /// Signs in.
    pub async fn sign_in(base: &str, username: &str, password: &str) -> Self {
        let stranger = Self::stranger(base);
        let session = stranger.post("/api/v1/sessions", json!({"username": username, "password": password})).await.good();
        Self { token: Some(session["access_token"].as_str().unwrap().to_owned()), ..stranger }
    }

    /// The token, for requests made by hand.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    /// Any request; it must be answered.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Reply {
        self.request(method, path, headers, body).await.unwrap()
    }

    /// A request that may find the service gone.
    pub async fn try_send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Option<Reply> {
        self.request(method, path, headers, Some(body)).await.ok()
    }

    async fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> reqwest::Result<Reply> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?;
        Ok(Reply { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    /// Reads what is no JSON.
    pub async fn text(&self, path: &str, media_type: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.base)).bearer_auth(self.token()).header("accept", media_type);
        request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap()
    }

    /// Posts.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, &[], Some(body.to_string().into_bytes())).await
    }

    /// Takes a step on a case as it was last seen.
    pub async fn step(&self, case: &Value, path: &str, body: Value) -> Reply {
        let id = case["id"].as_str().unwrap();
        let version = format!("\"{}\"", case["version"]);
        self.send(Method::POST, &format!("/api/v1/cases/{id}{path}"), &[("if-match", &version)], Some(body.to_string().into_bytes())).await
    }

    /// Receives an application at the counter.
    pub async fn receive(&self, arrived_on: &str) -> Value {
        self.post("/api/v1/cases", application(arrived_on)).await.good()
    }
}

/// An ordinary application at the counter.
pub fn application(arrived_on: &str) -> Value {
    json!({
        "channel": "counter", "arrived_on": arrived_on,
        "applicants": [{"kind": "natural_person", "name": "甲某某", "id_kind": "resident_id_card", "id_number": "110101199003070011",
                        "phone": "13800000000", "address": "示范市示范区示范路1号"}],
        "request": {"description": "申请公开2025年度行政处罚罚没款总额。", "wanted_form": "paper", "delivery_channel": "post"}
    })
}
