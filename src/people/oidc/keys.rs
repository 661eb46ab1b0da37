//! The provider's keys: a JWK set (RFC 7517) as it may come, of which only what can verify safely is kept.
//!
//! Each key gets its one algorithm here, from its type: a token can no longer choose. Unknown kinds of keys are passed over, since a
//! provider may publish them for others; a key id that stands twice names nothing.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::people::tokens::jws::VerifyingKey;

/// The most keys read from a set.
const MAX_KEYS: usize = 64;

/// The shortest RSA modulus, in bytes: 2,048 bits.
const MIN_RSA_BYTES: usize = 256;

/// The document is no JWK set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the provider's answer is not a key set")]
pub struct NotAKeySet;

/// The keys that can verify a token, by key id.
#[derive(Debug, Clone, Default)]
pub struct KeySet(BTreeMap<String, VerifyingKey>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a JWK set.
    pub fn parse(json: &[u8]) -> Result<Self, NotAKeySet> {
        let document: Document = serde_json::from_slice(json).map_err(|_| NotAKeySet)?;
        let mut keys = BTreeMap::<String, Option<VerifyingKey>>::new();
        for (id, key) in document.keys.into_iter().take(MAX_KEYS).filter_map(usable) {
            keys.entry(id).and_modify(|twice| *twice = None).or_insert(Some(key));
        }
        Ok(Self(keys.into_iter().filter_map(|(id, key)| Some((id, key?))).collect()))
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no key can be used.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key has this id.
    pub fn knows(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&VerifyingKey> {
        self.0.get(id)
    }
}

fn usable(value: Value) -> Option<(String, VerifyingKey)> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    if jwk.common.key_operations.as_ref().is_some_and(|operations| !operations.contains(&KeyOperations::Verify)) {
        return None;
    }
    let id = jwk.common.key_id.clone().filter(|id| !id.is_empty())?;
    let (algorithm, declared) = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) if bytes(&rsa.n)? >= MIN_RSA_BYTES => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 && bytes(&ec.x)? == 32 && bytes(&ec.y)? == 32 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 && bytes(&okp.x)? == 32 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        // Symmetric keys above all: whoever can read them can sign.
        _ => return None,
    };
    if jwk.common.key_algorithm.is_some_and(|named| named != declared) {
        return None;
    }
    Some((id, VerifyingKey { algorithm, key: DecodingKey::from_jwk(&jwk).ok()? }))
}

fn bytes(base64url: &str) -> Option<usize> {
    Some(URL_SAFE_NO_PAD.decode(base64url).ok()?.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(keys: &Value) -> KeySet {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    fn ed(id: &str) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": URL_SAFE_NO_PAD.encode([5; 32])})
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    #[test]
    fn keys_get_the_algorithm_of_their_type() {
        let long = URL_SAFE_NO_PAD.encode([0xc5; 256]);
        let half = URL_SAFE_NO_PAD.encode([7; 32]);
        let set = parse(&json!([
            ed("ed"),
            {"kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": long, "e": "AQAB"},
            {"kty": "EC", "crv": "P-256", "kid": "ec", "x": half, "y": half, "x5c": ["ignored"]},
        ]));
        let algorithm = |id: &str| set.get(id).unwrap().algorithm;
        assert_eq!((algorithm("ed"), algorithm("rsa"), algorithm("ec")), (Algorithm::EdDSA, Algorithm::RS256, Algorithm::ES256));
    }

    #[test]
    fn what_cannot_verify_safely_is_passed_over() {
        let half = URL_SAFE_NO_PAD.encode([7; 32]);
        let short = URL_SAFE_NO_PAD.encode([0xc5; 128]);
        let long = URL_SAFE_NO_PAD.encode([0xc5; 256]);
        let bad = [
            json!({"kty": "oct", "kid": "a", "k": half, "alg": "HS256"}),
            json!({"kty": "RSA", "kid": "a", "n": short, "e": "AQAB"}),
            json!({"kty": "RSA", "kid": "a", "n": long, "e": "AQAB", "alg": "PS256"}),
            json!({"kty": "RSA", "kid": "a", "n": long, "e": "AQAB", "alg": "HS256"}),
            json!({"kty": "RSA", "kid": "a", "n": long, "e": "AQAB", "use": "enc"}),
            json!({"kty": "EC", "crv": "P-384", "kid": "a", "x": half, "y": half}),
            json!({"kty": "EC", "crv": "secp256k1", "kid": "a", "x": half, "y": half}),
            json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": half, "y": ""}),
            json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": "+/", "y": half}),
            with(ed("a"), "crv", json!("X25519")),
            with(ed("a"), "x", json!("AAAA")),
            with(ed("a"), "alg", json!("ES256")),
            with(ed("a"), "use", json!("enc")),
            with(ed("a"), "key_ops", json!(["sign"])),
            with(ed("a"), "kid", Value::Null),
            with(ed("a"), "kid", json!("")),
            with(ed("a"), "kid", json!(7)),
            json!("a"),
            json!(null),
        ];
        for key in &bad {
            let set = parse(&json!([key, ed("good")]));
            assert_eq!(set.len(), 1, "{key}");
            assert!(set.knows("good") && !set.is_empty(), "{key}");
        }
    }

    #[test]
    fn an_id_that_stands_twice_names_nothing() {
        let set = parse(&json!([ed("twice"), ed("once"), ed("twice"), ed("twice")]));
        assert!(!set.knows("twice") && set.knows("once"));
    }

    #[test]
    fn a_set_has_a_limit() {
        let many: Vec<_> = (0..MAX_KEYS + 10).map(|n| ed(&n.to_string())).collect();
        assert_eq!(parse(&json!(many)).len(), MAX_KEYS);
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, "<html>", r#"{"keys":[]} x"#] {
            assert_eq!(KeySet::parse(text.as_bytes()).unwrap_err(), NotAKeySet, "{text}");
        }
        assert!(parse(&json!([])).is_empty());
    }
}
