//! A provider of our own, with a key of each kind, and a small real HTTP server that publishes them.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::*;

const ISSUER: &str = "https://login.example.invalid/realms/bureau";
const NOW: i64 = 1_746_500_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOW + seconds, 0).unwrap()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The provider's private side.
struct Realm {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
}

impl Realm {
    fn new() -> Self {
        Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
            ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            ed: Ed25519KeyPair::generate().unwrap(),
        }
    }

    fn rsa_public(&self) -> RsaPublicKeyComponents<Vec<u8>> {
        self.rsa.public_key().into()
    }

    fn jwks(&self) -> Value {
        let RsaPublicKeyComponents { n, e } = self.rsa_public();
        let point = self.ec.public_key().as_ref();
        json!({"keys": [
            {"kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": b64(n), "e": b64(e)},
            {"kty": "EC", "crv": "P-256", "kid": "ec", "x": b64(&point[1..33]), "y": b64(&point[33..])},
            {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "alg": "EdDSA", "x": b64(self.ed.public_key())},
        ]})
    }

    fn keys(&self) -> KeySet {
        KeySet::parse(self.jwks().to_string().as_bytes()).unwrap()
    }

    /// Signs with the key named by `signer`, whatever the header says.
    fn sign(&self, signer: &str, header: &Value, claims: &Map<String, Value>) -> String {
        let message = format!("{}.{}", b64(header.to_string()), b64(serde_json::to_string(claims).unwrap()));
        let bytes = message.as_bytes();
        let signature = match signer {
            "rsa" => {
                let mut signature = vec![0; self.rsa.public_modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature).unwrap();
                signature
            }
            "ec" => self.ec.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec(),
            "ed" => self.ed.sign(bytes).as_ref().to_vec(),
            secret => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), bytes).as_ref().to_vec(),
        };
        format!("{message}.{}", b64(signature))
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = claims();
        claims.insert(name.to_owned(), value);
        self.sign("ed", &header("EdDSA", "ed"), &claims)
    }

    fn without(&self, name: &str) -> String {
        let mut claims = claims();
        claims.remove(name).unwrap();
        self.sign("ed", &header("EdDSA", "ed"), &claims)
    }
}

fn header(algorithm: &str, key: &str) -> Value {
    json!({"alg": algorithm, "typ": "JWT", "kid": key})
}

fn header_with(name: &str, value: Value) -> Value {
    let mut header = header("EdDSA", "ed");
    header[name] = value;
    header
}

fn claims() -> Map<String, Value> {
    let claims = json!({
        "iss": ISSUER, "aud": ["foi-docket", "account"], "sub": "f:1:clerk", "preferred_username": "clerk",
        "iat": NOW, "exp": NOW + 300, "azp": "console", "realm_access": {"roles": ["admin"]},
    });
    claims.as_object().unwrap().clone()
}

fn settings(jwks_url: &str) -> ProviderSettings<'_> {
    ProviderSettings { issuer: ISSUER, audience: "foi-docket", jwks_url, username_claim: "preferred_username" }
}

fn provider() -> Provider {
    Provider::new(settings("https://login.example.invalid/certs"), Transport::Https).unwrap()
}

fn clerk() -> Identity {
    Identity { subject: "f:1:clerk".to_owned(), username: "clerk".to_owned() }
}

#[test]
fn good_tokens_of_every_kind_of_key_are_accepted() {
    let (realm, provider) = (Realm::new(), provider());
    let keys = realm.keys();
    for (algorithm, key) in [("RS256", "rsa"), ("ES256", "ec"), ("EdDSA", "ed")] {
        let token = realm.sign(key, &header(algorithm, key), &claims());
        assert_eq!(provider.verify(&keys, &token, at(0)), Ok(clerk()), "{algorithm}");
        assert_eq!(provider.verify(&keys, &token, at(329)), Ok(clerk()), "leeway");
        assert_eq!(provider.verify(&keys, &token, at(330)), Err(TokenRefusal::Expired));
    }
    assert!(provider.verify(&keys, &realm.with("aud", json!("foi-docket")), at(0)).is_ok());
    for typ in ["at+jwt", "application/at+JWT", "jwt"] {
        assert!(provider.verify(&keys, &realm.sign("ed", &header_with("typ", json!(typ)), &claims()), at(0)).is_ok(), "{typ}");
    }
    let untyped = json!({"alg": "EdDSA", "kid": "ed", "x5t": "AAAA"});
    assert!(provider.verify(&keys, &realm.sign("ed", &untyped, &claims()), at(0)).is_ok());
}

#[test]
fn no_hostile_token_is_accepted() {
    use TokenRefusal::{
        BadClaim, BadSignature, Expired, ForbiddenHeader, LivesTooLong, Malformed, NotYetValid, UnknownKey, WrongAlgorithm, WrongAudience,
        WrongIssuer, WrongType,
    };
    let (realm, other) = (Realm::new(), Realm::new());
    let keys = realm.keys();
    let modulus = String::from_utf8_lossy(&realm.rsa_public().n).into_owned();
    let jwk = realm.jwks()["keys"][2].clone();
    let sign = |signer: &str, algorithm: &str, key: &str| realm.sign(signer, &header(algorithm, key), &claims());
    let good = sign("ed", "EdDSA", "ed");
    let rows = [
        ("alg none", sign("ed", "none", "ed"), WrongAlgorithm),
        ("alg none without signature", good.rsplit_once('.').unwrap().0.to_owned() + ".", Malformed),
        ("HS256 keyed with the modulus", sign(&modulus, "HS256", "rsa"), WrongAlgorithm),
        ("HS256 keyed with the key's text", sign(jwk["x"].as_str().unwrap(), "HS256", "ed"), WrongAlgorithm),
        ("RS256 with the EC key's id", sign("rsa", "RS256", "ec"), WrongAlgorithm),
        ("ES256 with the RSA key's id", sign("ec", "ES256", "rsa"), WrongAlgorithm),
        ("EdDSA with the EC key's id", sign("ed", "EdDSA", "ec"), WrongAlgorithm),
        ("RS512 with the RSA key", sign("rsa", "RS512", "rsa"), WrongAlgorithm),
        ("PS256 with the RSA key", sign("rsa", "PS256", "rsa"), WrongAlgorithm),
        ("ES384 with the EC key", sign("ec", "ES384", "ec"), WrongAlgorithm),
        ("signed by another of its keys", sign("ec", "EdDSA", "ed"), BadSignature),
        ("signed by another RSA key", other.sign("rsa", &header("RS256", "rsa"), &claims()), BadSignature),
        ("signed by another EC key", other.sign("ec", &header("ES256", "ec"), &claims()), BadSignature),
        ("signed by another Ed key", other.sign("ed", &header("EdDSA", "ed"), &claims()), BadSignature),
        ("kid unknown", sign("ed", "EdDSA", "other"), UnknownKey),
        ("kid missing", realm.sign("ed", &json!({"alg": "EdDSA", "typ": "JWT"}), &claims()), UnknownKey),
        ("embedded jwk", realm.sign("ed", &header_with("jwk", jwk), &claims()), ForbiddenHeader),
        ("jku", realm.sign("ed", &header_with("jku", json!("https://evil.invalid")), &claims()), ForbiddenHeader),
        ("x5u", realm.sign("ed", &header_with("x5u", json!("https://evil.invalid")), &claims()), ForbiddenHeader),
        ("x5c", realm.sign("ed", &header_with("x5c", json!(["MIIB"])), &claims()), ForbiddenHeader),
        ("crit", realm.sign("ed", &header_with("crit", json!(["b64"])), &claims()), ForbiddenHeader),
        ("a logout token by type", realm.sign("ed", &header_with("typ", json!("logout+jwt")), &claims()), WrongType),
        ("a logout token by claim", realm.with("events", json!({"http://schemas.openid.net/event/backchannel-logout": {}})), WrongType),
        ("a security event", realm.sign("ed", &header_with("typ", json!("secevent+jwt")), &claims()), WrongType),
        ("iss missing", realm.without("iss"), BadClaim("iss")),
        ("iss of another realm", realm.with("iss", json!("https://login.example.invalid/realms/other")), WrongIssuer),
        ("iss a list", realm.with("iss", json!([ISSUER])), BadClaim("iss")),
        ("aud missing", realm.without("aud"), BadClaim("aud")),
        ("aud of others", realm.with("aud", json!(["account", "console"])), WrongAudience),
        ("aud an empty list", realm.with("aud", json!([])), WrongAudience),
        ("aud a mixed list", realm.with("aud", json!(["foi-docket", 7])), BadClaim("aud")),
        ("sub missing", realm.without("sub"), BadClaim("sub")),
        ("sub blank", realm.with("sub", json!(" ")), BadClaim("sub")),
        ("exp missing", realm.without("exp"), BadClaim("exp")),
        ("exp past", realm.with("exp", json!(NOW - 31)), Expired),
        ("exp a text", realm.with("exp", json!("2099")), BadClaim("exp")),
        ("exp a fraction", realm.with("exp", json!(1_746_500_300.5)), BadClaim("exp")),
        ("exp huge", realm.with("exp", json!(u64::MAX)), BadClaim("exp")),
        ("exp in two days", realm.with("exp", json!(NOW + 172_800)), LivesTooLong),
        ("iat missing", realm.without("iat"), BadClaim("iat")),
        ("iat in the future", realm.with("iat", json!(NOW + 31)), NotYetValid),
        ("nbf in the future", realm.with("nbf", json!(NOW + 31)), NotYetValid),
        ("nbf a text", realm.with("nbf", json!("soon")), BadClaim("nbf")),
        ("no user name", realm.without("preferred_username"), BadClaim("user name")),
        ("user name a number", realm.with("preferred_username", json!(7)), BadClaim("user name")),
        ("user name blank", realm.with("preferred_username", json!("  ")), BadClaim("user name")),
        ("user name with a line break", realm.with("preferred_username", json!("clerk\nadmin")), BadClaim("user name")),
        ("four parts", format!("{good}.x"), Malformed),
        ("huge", format!("{good}{}", "A".repeat(9000)), TokenRefusal::TooLong),
    ];
    let wrong: Vec<_> = rows
        .iter()
        .filter_map(|(name, token, refusal)| {
            let found = provider().verify(&keys, token, at(0));
            (found != Err(*refusal)).then(|| format!("{name}: {found:?}, not {refusal:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[rstest]
#[case("https://login.example.invalid/certs", Transport::Https, true)]
#[case("http://login.example.invalid/certs", Transport::Https, false)]
#[case("http://login.example.invalid/certs", Transport::PlainLoopback, false)]
#[case("http://127.0.0.1:80/certs", Transport::Https, false)]
#[case("http://127.0.0.1:80/certs", Transport::PlainLoopback, true)]
#[case("http://[::1]:80/certs", Transport::PlainLoopback, true)]
#[case("http://127.0.0.1.example.invalid/", Transport::PlainLoopback, false)]
#[case("http://localhost/", Transport::PlainLoopback, false)]
#[case("http://10.0.0.1/", Transport::PlainLoopback, false)]
#[case("https://user:secret@login.example.invalid/certs", Transport::Https, false)]
#[case("file:///etc/passwd", Transport::PlainLoopback, false)]
#[case("certs", Transport::Https, false)]
fn only_safe_addresses_are_taken(#[case] url: &str, #[case] transport: Transport, #[case] taken: bool) {
    assert_eq!(Provider::new(settings(url), transport).is_ok(), taken);
}

#[test]
fn empty_settings_are_refused() {
    for (issuer, audience, username_claim) in [("", "a", "c"), ("i", " ", "c"), ("i", "a", "")] {
        let settings = ProviderSettings { issuer, audience, jwks_url: "https://login.example.invalid/", username_claim };
        assert_eq!(Provider::new(settings, Transport::Https).unwrap_err(), BadProvider::Empty);
    }
}

/// A server that gives whatever it is told to, and counts.
struct Publisher {
    url: String,
    answer: Arc<Mutex<Vec<u8>>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/certs", listener.local_addr().unwrap());
        let (answer, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (give, count) = (Arc::clone(&answer), Arc::clone(&asked));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                count.fetch_add(1, Ordering::SeqCst);
                // A client that has read enough may have gone.
                let _ = stream.write_all(&give.lock().unwrap());
            }
        });
        Self { url, answer, asked }
    }

    fn publish(&self, status: &str, body: &str) {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        *self.answer.lock().unwrap() = [head.as_bytes(), body.as_bytes()].concat();
    }

    fn say(&self, answer: String) {
        *self.answer.lock().unwrap() = answer.into_bytes();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn sign_in(&self) -> SignIn {
        SignIn::new(Provider::new(settings(&self.url), Transport::PlainLoopback).unwrap()).unwrap()
    }
}

fn long_token(realm: &Realm) -> String {
    let mut claims = claims();
    claims.insert("exp".to_owned(), json!(NOW + 86_400));
    realm.sign("ed", &header("EdDSA", "ed"), &claims)
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_for_an_unknown_key_after_a_minute() {
    let (publisher, realm) = (Publisher::start(), Realm::new());
    publisher.publish("200 OK", &realm.jwks().to_string());
    let sign_in = publisher.sign_in();
    let token = long_token(&realm);
    assert_eq!(publisher.asked(), 0);
    for _ in 0..5 {
        assert_eq!(sign_in.verify(&token, at(0)).await, Ok(clerk()));
    }
    assert_eq!(publisher.asked(), 1);
    assert_eq!(sign_in.verify("no token", at(120)).await, Err(TokenRefusal::Malformed));
    let stranger = realm.sign("ed", &header("EdDSA", "next"), &claims());
    for seconds in 0..60 {
        assert_eq!(sign_in.verify(&stranger, at(seconds)).await, Err(TokenRefusal::UnknownKey));
    }
    assert_eq!(publisher.asked(), 1, "a fetch within the last minute was enough");
    let mut jwks = realm.jwks();
    jwks["keys"][2]["kid"] = json!("next");
    publisher.publish("200 OK", &jwks.to_string());
    let (one, two) = tokio::join!(sign_in.verify(&stranger, at(60)), sign_in.verify(&stranger, at(60)));
    assert_eq!((one, two), (Ok(clerk()), Ok(clerk())));
    assert_eq!(publisher.asked(), 2, "both callers share one fetch");
    assert_eq!(sign_in.verify(&token, at(61)).await, Err(TokenRefusal::UnknownKey), "the withdrawn key is gone");
    assert_eq!(format!("{sign_in:?}"), format!("SignIn({ISSUER}, 3 keys)"));
}

#[tokio::test]
async fn keys_are_renewed_by_the_hour_and_believed_for_a_day_without_the_provider() {
    let (publisher, realm) = (Publisher::start(), Realm::new());
    publisher.publish("200 OK", &realm.jwks().to_string());
    let sign_in = publisher.sign_in();
    let token = long_token(&realm);
    assert!(sign_in.verify(&token, at(0)).await.is_ok());
    assert!(sign_in.verify(&token, at(3599)).await.is_ok());
    assert_eq!(publisher.asked(), 1);
    publisher.publish("503 Service Unavailable", "");
    assert!(sign_in.verify(&token, at(3600)).await.is_ok());
    assert!(sign_in.verify(&token, at(3630)).await.is_ok());
    assert_eq!(publisher.asked(), 2);
    assert!(sign_in.verify(&token, at(86_399)).await.is_ok());
    assert_eq!(sign_in.verify(&token, at(86_400)).await, Err(TokenRefusal::UnknownKey));
    publisher.publish("200 OK", r#"{"keys":[]}"#);
    assert_eq!(sign_in.verify(&token, at(86_460)).await, Err(TokenRefusal::UnknownKey), "the provider withdrew every key");
}

#[tokio::test]
async fn bad_answers_bring_no_keys() {
    let (publisher, elsewhere, realm) = (Publisher::start(), Publisher::start(), Realm::new());
    let good = realm.jwks().to_string();
    elsewhere.publish("200 OK", &good);
    let padded = format!("{good}{}", " ".repeat(MAX_KEY_SET_BYTES));
    let answers = [
        format!("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", elsewhere.url),
        format!("HTTP/1.1 404 Not Found\r\nContent-Length: {}\r\n\r\n{good}", good.len()),
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{padded}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{padded}", padded.len()),
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{good}", good.len() + 1),
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>".to_owned(),
        "no HTTP at all\r\n\r\n".to_owned(),
        String::new(),
    ];
    for answer in answers {
        let before = publisher.asked();
        let shown: String = answer.chars().take(60).collect();
        publisher.say(answer);
        assert_eq!(publisher.sign_in().verify(&long_token(&realm), at(0)).await, Err(TokenRefusal::UnknownKey), "{shown}");
        assert!(publisher.asked() > before, "{shown}");
    }
    assert_eq!(elsewhere.asked(), 0, "a redirect is not followed");
    let fitting = format!("{good}{}", " ".repeat(MAX_KEY_SET_BYTES - good.len()));
    publisher.publish("200 OK", &fitting);
    assert!(publisher.sign_in().verify(&long_token(&realm), at(0)).await.is_ok());
}
