//! The body's side of the line: sending what was written until it is acknowledged, polling for what was missed, fetching what was offered.

use crate::Body;
use aws_lc_rs::digest::{SHA256, digest};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use serde_json::Value;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

fn client() -> Option<reqwest::Client> {
    reqwest::Client::builder().redirect(Policy::none()).no_proxy().timeout(Duration::from_secs(20)).build().ok()
}

/// Sends what was written, again and again, until the service says that it is kept.
pub async fn send(body: Arc<Body>) {
    let Some(client) = client() else { return };
    loop {
        let mut unsent = body.ledger().unsent();
        if body.options.shuffle {
            body.chance.lock().unwrap_or_else(PoisonError::into_inner).shuffle(&mut unsent);
        }
        for (id, text) in unsent {
            if body.happens(body.options.lose) {
                continue;
            }
            let times = if body.happens(body.options.double) { 2 } else { 1 };
            for _ in 0..times {
                if push(&body, &client, (&id, &text)).await
                    && let Err(error) = body.ledger().acknowledge(&id)
                {
                    eprintln!("the ledger cannot be written: {error}");
                }
            }
        }
        actix_web::rt::time::sleep(Duration::from_millis(body.options.retry_ms)).await;
    }
}

/// Whether the service has kept it.
async fn push(body: &Body, client: &reqwest::Client, (id, text): (&str, &str)) -> bool {
    #[expect(clippy::disallowed_methods, reason = "a program of its own")]
    let timestamp = chrono::Utc::now().timestamp();
    let request = client
        .post(format!("{}/messages", body.options.foi))
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", body.sign(id, timestamp, text.as_bytes()))
        .body(text.to_owned());
    match request.send().await {
        Ok(answer) if answer.status().is_success() => true,
        Ok(answer) => {
            let status = answer.status();
            eprintln!("message {id}: {status} {}", answer.text().await.unwrap_or_default());
            false
        }
        Err(_) => false,
    }
}

/// Polls from the last place up to which nothing is missing, and goes on where a page ended: places whose words went with a dossier stay
/// empty for ever.
pub async fn poll(body: Arc<Body>) {
    let Some(client) = client() else { return };
    let mut after = body.ledger().complete_up_to();
    loop {
        let request = client.get(format!("{}/messages?after={after}&limit=200", body.options.foi)).bearer_auth(&body.options.token);
        if let Ok(answer) = request.send().await
            && let Ok(page) = answer.json::<Value>().await
        {
            let mut kept = true;
            for message in page.get("items").and_then(Value::as_array).into_iter().flatten() {
                if let Err(error) = body.ledger().take(message) {
                    eprintln!("the ledger cannot be written: {error}");
                    kept = false;
                }
            }
            after = page.get("next_after").and_then(Value::as_i64).filter(|_| kept).unwrap_or(after);
        }
        actix_web::rt::time::sleep(Duration::from_millis(body.options.poll_ms)).await;
    }
}

/// Fetches every package that was offered, until it has come whole: with the digest that the message named.
pub async fn fetch(body: Arc<Body>) {
    let (Some(client), Ok(service)) = (client(), Url::parse(&body.options.foi)) else { return };
    loop {
        let offered = body.ledger().unfetched();
        for (id, address, sha256) in offered {
            if body.happens(body.options.lose) {
                continue;
            }
            let Ok(url) = service.join(&address) else { continue };
            let Ok(answer) = client.get(url).bearer_auth(&body.options.token).send().await else { continue };
            let status = answer.status();
            let came = answer.bytes().await;
            let noted = match (status, came) {
                (StatusCode::OK, Ok(bytes)) => {
                    let got = digest(&SHA256, &bytes).as_ref().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
                    if got != sha256 {
                        eprintln!("package {id}: {got} came, {sha256} was offered");
                        continue;
                    }
                    let kept = std::fs::write(body.options.state.join(format!("{sha256}.zip")), &bytes);
                    kept.map_err(anyhow::Error::from).and_then(|()| body.ledger().fetch(&id, Some(&got)))
                }
                // It is no longer there, or no longer what was offered: another offer follows.
                (StatusCode::NOT_FOUND | StatusCode::CONFLICT, _) => body.ledger().fetch(&id, None),
                _ => continue,
            };
            if let Err(error) = noted {
                eprintln!("package {id} cannot be kept: {error}");
            }
        }
        actix_web::rt::time::sleep(Duration::from_millis(body.options.retry_ms)).await;
    }
}
