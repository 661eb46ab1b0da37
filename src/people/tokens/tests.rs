//! Tokens as an enemy would write them. Unless a row says otherwise, the forger even has our signing key, so that the row is refused for
//! what it is and not for its signature.

#![expect(clippy::string_slice, reason = "a token is ASCII")]

use aws_lc_rs::hmac;
use serde_json::{Map, Value, json};

use super::*;

const ISSUER: &str = "https://foi.example.invalid";
const NOW: i64 = 1_746_500_000;

struct Forger {
    tokens: Tokens,
    pair: Ed25519KeyPair,
}

fn forger() -> Forger {
    let pkcs8 = Tokens::generate_pkcs8().unwrap();
    Forger { tokens: Tokens::from_pkcs8(ISSUER, &pkcs8).unwrap(), pair: Ed25519KeyPair::from_pkcs8(&pkcs8).unwrap() }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOW + seconds, 0).unwrap()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn text(members: &Map<String, Value>) -> String {
    serde_json::to_string(members).unwrap()
}

impl Forger {
    fn header(&self) -> Map<String, Value> {
        object(json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.tokens.key_id}))
    }

    fn claims() -> Map<String, Value> {
        object(json!({
            "iss": ISSUER, "aud": "foi-docket", "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2), "jti": Uuid::from_u128(3),
            "iat": NOW, "nbf": NOW, "exp": NOW + 600,
        }))
    }

    fn raw(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        let message = format!("{}.{}", b64(header), b64(payload));
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", b64(signature))
    }

    fn good(&self) -> String {
        self.raw(text(&self.header()), text(&Self::claims()))
    }

    fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = self.header();
        header.insert(name.to_owned(), value);
        self.raw(text(&header), text(&Self::claims()))
    }

    fn without_header(&self, name: &str) -> String {
        let mut header = self.header();
        header.remove(name).unwrap();
        self.raw(text(&header), text(&Self::claims()))
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = Self::claims();
        claims.insert(name.to_owned(), value);
        self.raw(text(&self.header()), text(&claims))
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = Self::claims();
        claims.remove(name).unwrap();
        self.raw(text(&self.header()), text(&claims))
    }

    /// The good claims as text, with `extra` before the closing brace.
    fn with_raw_claim(&self, extra: &str) -> String {
        let claims = text(&Self::claims());
        self.raw(text(&self.header()), format!("{},{extra}}}", claims.strip_suffix('}').unwrap()))
    }

    fn hmac(&self, algorithm: &str, key: &[u8]) -> String {
        let mut header = self.header();
        header.insert("alg".to_owned(), json!(algorithm));
        let message = format!("{}.{}", b64(text(&header)), b64(text(&Self::claims())));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
        format!("{message}.{}", b64(tag))
    }

    /// The good token with its signature bytes changed.
    fn resigned(&self, change: impl FnOnce(&mut Vec<u8>)) -> String {
        let good = self.good();
        let (message, signature) = good.rsplit_once('.').unwrap();
        let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        change(&mut signature);
        format!("{message}.{}", b64(signature))
    }
}

/// Adds the order of the group to the scalar: the same signature in a second, forbidden form.
fn add_group_order(signature: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
}

#[test]
fn an_issued_token_says_who_for_ten_minutes() {
    let tokens = forger().tokens;
    let (account, session) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let token = tokens.issue(account, session, at(0)).unwrap();
    let claims = tokens.verify(&token, at(0)).unwrap();
    assert_eq!((claims.account, claims.session), (account, session));
    assert_eq!((claims.issued_at, claims.expires_at), (at(0), at(600)));
    assert_ne!(claims.token, tokens.verify(&tokens.issue(account, session, at(0)).unwrap(), at(0)).unwrap().token);
    assert_eq!(tokens.verify(&token, at(604)), Ok(claims), "leeway");
    assert_eq!(tokens.verify(&token, at(605)), Err(TokenRefusal::Expired));
    assert_eq!(tokens.verify(&token, at(-5)), Ok(claims), "leeway");
    assert_eq!(tokens.verify(&token, at(-6)), Err(TokenRefusal::NotYetValid));
}

#[test]
fn a_kept_key_verifies_after_a_restart_and_another_does_not() {
    let pkcs8 = Tokens::generate_pkcs8().unwrap();
    let token = Tokens::from_pkcs8(ISSUER, &pkcs8).unwrap().issue(Uuid::nil(), Uuid::nil(), at(0)).unwrap();
    assert!(Tokens::from_pkcs8(ISSUER, &pkcs8).unwrap().verify(&token, at(1)).is_ok());
    assert_eq!(Tokens::from_pkcs8("https://other.invalid", &pkcs8).unwrap().verify(&token, at(1)), Err(TokenRefusal::WrongIssuer));
    assert_eq!(Tokens::generate(ISSUER).unwrap().verify(&token, at(1)), Err(TokenRefusal::UnknownKey));
    assert_eq!(Tokens::from_pkcs8(ISSUER, b"no key").unwrap_err(), BadTokenKey);
}

/// The example of RFC 8037, appendix A.3.
#[test]
fn the_key_is_named_by_its_thumbprint() {
    let public = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    assert_eq!(thumbprint(&public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn the_signing_key_is_not_printed() {
    let tokens = forger().tokens;
    assert_eq!(format!("{tokens:?}"), format!("Tokens({ISSUER}, key {}, redacted)", tokens.key_id));
}

type Row = (&'static str, String, TokenRefusal);

fn hostile_headers(forger: &Forger) -> Vec<Row> {
    use TokenRefusal::{ForbiddenHeader, Malformed, UnknownKey, WrongAlgorithm, WrongType};
    let public = forger.pair.public_key().as_ref();
    let claims = text(&Forger::claims());
    let header = text(&forger.header());
    let open = header.strip_suffix('}').unwrap();
    let unsigned = |alg: &str| {
        let mut header = forger.header();
        header.insert("alg".to_owned(), json!(alg));
        format!("{}.{}.", b64(text(&header)), b64(&claims))
    };
    vec![
        ("alg none without signature", unsigned("none"), Malformed),
        ("alg EdDSA without signature", unsigned("EdDSA"), Malformed),
        ("alg none with a signature", forger.with_header("alg", json!("none")), WrongAlgorithm),
        ("alg None", forger.with_header("alg", json!("None")), WrongAlgorithm),
        ("alg nOnE", forger.with_header("alg", json!("nOnE")), WrongAlgorithm),
        ("alg empty", forger.with_header("alg", json!("")), WrongAlgorithm),
        ("HS256 keyed with the public key", forger.hmac("HS256", public), WrongAlgorithm),
        ("HS256 keyed with the public key in base64", forger.hmac("HS256", b64(public).as_bytes()), WrongAlgorithm),
        ("HS256 keyed with the kid", forger.hmac("HS256", forger.tokens.key_id.as_bytes()), WrongAlgorithm),
        ("HS256 keyed with nothing", forger.hmac("HS256", b""), WrongAlgorithm),
        ("an HMAC called EdDSA", forger.hmac("EdDSA", public), TokenRefusal::BadSignature),
        ("alg HS512", forger.with_header("alg", json!("HS512")), WrongAlgorithm),
        ("alg RS256", forger.with_header("alg", json!("RS256")), WrongAlgorithm),
        ("alg ES256", forger.with_header("alg", json!("ES256")), WrongAlgorithm),
        ("alg PS256", forger.with_header("alg", json!("PS256")), WrongAlgorithm),
        ("alg Ed25519", forger.with_header("alg", json!("Ed25519")), WrongAlgorithm),
        ("alg in lower case", forger.with_header("alg", json!("eddsa")), WrongAlgorithm),
        ("alg with a space", forger.with_header("alg", json!("EdDSA ")), WrongAlgorithm),
        ("alg missing", forger.without_header("alg"), WrongAlgorithm),
        ("alg null", forger.with_header("alg", Value::Null), WrongAlgorithm),
        ("alg a list", forger.with_header("alg", json!(["EdDSA"])), WrongAlgorithm),
        ("alg twice", forger.raw(format!(r#"{open},"alg":"EdDSA"}}"#), &claims), Malformed),
        ("alg twice, once escaped", forger.raw(format!(r#"{open},"\u0061lg":"none"}}"#), &claims), Malformed),
        ("kid twice", forger.raw(format!(r#"{open},"kid":"x"}}"#), &claims), Malformed),
        ("kid missing", forger.without_header("kid"), UnknownKey),
        ("kid null", forger.with_header("kid", Value::Null), UnknownKey),
        ("kid empty", forger.with_header("kid", json!("")), UnknownKey),
        ("kid a number", forger.with_header("kid", json!(0)), UnknownKey),
        ("kid a list", forger.with_header("kid", json!([forger.tokens.key_id])), UnknownKey),
        ("kid of somebody else", forger.with_header("kid", json!("other")), UnknownKey),
        ("kid in another case", forger.with_header("kid", json!(forger.tokens.key_id.to_lowercase() + "_")), UnknownKey),
        ("kid a path", forger.with_header("kid", json!("../../../../dev/null")), UnknownKey),
        ("kid a statement", forger.with_header("kid", json!("' OR 1=1 --")), UnknownKey),
        ("kid of 4,000 characters", forger.with_header("kid", json!("k".repeat(4000))), UnknownKey),
        ("typ missing", forger.without_header("typ"), WrongType),
        ("typ null", forger.with_header("typ", Value::Null), Malformed),
        ("typ a number", forger.with_header("typ", json!(1)), Malformed),
        ("typ JWT", forger.with_header("typ", json!("JWT")), WrongType),
        ("typ of a logout token", forger.with_header("typ", json!("logout+jwt")), WrongType),
        ("typ almost right", forger.with_header("typ", json!("at+jwt ")), WrongType),
        ("jku", forger.with_header("jku", json!("https://evil.invalid/jwks")), ForbiddenHeader),
        ("jku null", forger.with_header("jku", Value::Null), ForbiddenHeader),
        ("x5u", forger.with_header("x5u", json!("https://evil.invalid/cert")), ForbiddenHeader),
        ("x5c", forger.with_header("x5c", json!(["MIIB"])), ForbiddenHeader),
        ("x5t", forger.with_header("x5t", json!("AAAA")), ForbiddenHeader),
        ("embedded jwk", forger.with_header("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": b64(public)})), ForbiddenHeader),
        ("crit", forger.with_header("crit", json!(["exp"])), ForbiddenHeader),
        ("crit empty", forger.with_header("crit", json!([])), ForbiddenHeader),
        ("b64 false", forger.with_header("b64", json!(false)), ForbiddenHeader),
        ("zip", forger.with_header("zip", json!("DEF")), ForbiddenHeader),
        ("enc", forger.with_header("enc", json!("A256GCM")), ForbiddenHeader),
        ("cty JWT", forger.with_header("cty", json!("JWT")), ForbiddenHeader),
        ("an unknown member", forger.with_header("role", json!("admin")), ForbiddenHeader),
        ("header a list", forger.raw("[]", &claims), Malformed),
        ("header a text", forger.raw(r#""EdDSA""#, &claims), Malformed),
        ("header null", forger.raw("null", &claims), Malformed),
        ("header empty object", forger.raw("{}", &claims), WrongAlgorithm),
        ("header not JSON", forger.raw("alg=EdDSA", &claims), Malformed),
        ("header cut off", forger.raw(open, &claims), Malformed),
        ("header with a second object", forger.raw(format!("{header}{header}"), &claims), Malformed),
        ("header with a byte order mark", forger.raw(format!("\u{feff}{header}"), &claims), Malformed),
        ("header with a comment", forger.raw(format!("{header}//"), &claims), Malformed),
        ("header of 1,000 lists", forger.raw("[".repeat(1000), &claims), Malformed),
    ]
}

fn hostile_claims(forger: &Forger) -> Vec<Row> {
    use TokenRefusal::{BadClaim, Expired, LivesTooLong, Malformed, NotYetValid, WrongAudience, WrongIssuer};
    let header = text(&forger.header());
    let future = |seconds: i64| {
        let mut claims = Forger::claims();
        for name in ["iat", "nbf", "exp"] {
            let moved = claims[name].as_i64().unwrap() + seconds;
            claims.insert(name.to_owned(), json!(moved));
        }
        forger.raw(&header, text(&claims))
    };
    let mut rows = vec![
        ("iss wrong", forger.with_claim("iss", json!("https://evil.invalid")), WrongIssuer),
        ("iss with a slash", forger.with_claim("iss", json!(format!("{ISSUER}/"))), WrongIssuer),
        ("iss empty", forger.with_claim("iss", json!("")), WrongIssuer),
        ("iss a list with ours", forger.with_claim("iss", json!([ISSUER])), BadClaim("iss")),
        ("iss null", forger.with_claim("iss", Value::Null), BadClaim("iss")),
        ("iss an object", forger.with_claim("iss", json!({})), BadClaim("iss")),
        ("aud wrong", forger.with_claim("aud", json!("other")), WrongAudience),
        ("aud in another case", forger.with_claim("aud", json!("FOI-Docket")), WrongAudience),
        ("aud a beginning", forger.with_claim("aud", json!("foi")), WrongAudience),
        ("aud a list with ours", forger.with_claim("aud", json!(["foi-docket", "other"])), WrongAudience),
        ("aud a list of ours", forger.with_claim("aud", json!(["foi-docket"])), WrongAudience),
        ("aud a list of others", forger.with_claim("aud", json!(["other"])), WrongAudience),
        ("aud an empty list", forger.with_claim("aud", json!([])), WrongAudience),
        ("aud null", forger.with_claim("aud", Value::Null), BadClaim("aud")),
        ("aud a number", forger.with_claim("aud", json!(1)), BadClaim("aud")),
        ("aud an object", forger.with_claim("aud", json!({"foi-docket": true})), BadClaim("aud")),
        ("sub empty", forger.with_claim("sub", json!("")), BadClaim("sub")),
        ("sub a number", forger.with_claim("sub", json!(1)), BadClaim("sub")),
        ("sub null", forger.with_claim("sub", Value::Null), BadClaim("sub")),
        ("sub no id", forger.with_claim("sub", json!("admin")), BadClaim("sub")),
        ("sub a list", forger.with_claim("sub", json!([Uuid::from_u128(1)])), Malformed),
        ("sid no id", forger.with_claim("sid", json!("1")), BadClaim("sid")),
        ("jti a number", forger.with_claim("jti", json!(1)), BadClaim("jti")),
        ("exp a second before the leeway", forger.with_claim("exp", json!(NOW - 6)), Expired),
        ("exp at the end of the leeway", forger.with_claim("exp", json!(NOW - 5)), Expired),
        ("exp zero", forger.with_claim("exp", json!(0)), Expired),
        ("exp a text", forger.with_claim("exp", json!((NOW + 600).to_string())), BadClaim("exp")),
        ("exp negative", forger.with_claim("exp", json!(-1)), BadClaim("exp")),
        ("exp null", forger.with_claim("exp", Value::Null), BadClaim("exp")),
        ("exp true", forger.with_claim("exp", json!(true)), BadClaim("exp")),
        ("exp a list", forger.with_claim("exp", json!([NOW + 600])), Malformed),
        ("exp a fraction", forger.with_claim("exp", json!(1_746_500_600.5)), BadClaim("exp")),
        ("exp past the calendar", forger.with_claim("exp", json!(i64::MAX)), BadClaim("exp")),
        ("exp past signed numbers", forger.with_claim("exp", json!(u64::MAX)), BadClaim("exp")),
        ("exp a second longer than issued", forger.with_claim("exp", json!(NOW + 601)), LivesTooLong),
        ("exp in 100 years", forger.with_claim("exp", json!(NOW + 3_155_760_000)), LivesTooLong),
        ("iat in 100 years, backwards", forger.with_claim("iat", json!(NOW + 3_155_760_000)), NotYetValid),
        ("iat a text", forger.with_claim("iat", json!("now")), BadClaim("iat")),
        ("iat negative, to live long", forger.with_claim("iat", json!(-1)), BadClaim("iat")),
        ("nbf past the leeway", forger.with_claim("nbf", json!(NOW + 6)), NotYetValid),
        ("nbf a text", forger.with_claim("nbf", json!("now")), BadClaim("nbf")),
        ("nbf negative", forger.with_claim("nbf", json!(-1)), BadClaim("nbf")),
        ("all of it tomorrow", future(86_400), NotYetValid),
        ("all of it yesterday", future(-86_400), Expired),
        ("exp twice", forger.with_raw_claim(&format!(r#""exp":{}"#, NOW + 600)), Malformed),
        ("sub twice", forger.with_raw_claim(&format!(r#""sub":"{}""#, Uuid::from_u128(9))), Malformed),
        ("sub twice, once escaped", forger.with_raw_claim(&format!(r#""s\u0075b":"{}""#, Uuid::from_u128(9))), Malformed),
        ("an unknown claim twice", forger.with_raw_claim(r#""role":"clerk","role":"admin""#), Malformed),
        ("a number past every number", forger.with_raw_claim(r#""x":1e999"#), Malformed),
        ("lists without end", forger.with_raw_claim(&format!(r#""x":{}{}"#, "[".repeat(1000), "]".repeat(1000))), Malformed),
        ("claims a list", forger.raw(&header, "[]"), Malformed),
        ("claims a text", forger.raw(&header, r#""admin""#), Malformed),
        ("claims not JSON", forger.raw(&header, "sub=admin"), Malformed),
        ("claims not UTF-8", forger.raw(&header, [b"{\"sub\":\"", &[0xff, 0xfe][..], b"\"}"].concat()), Malformed),
        ("claims cut off", forger.raw(&header, text(&Forger::claims()).strip_suffix('}').unwrap()), Malformed),
    ];
    for claim in ["iss", "aud", "sub", "exp", "iat", "nbf", "sid", "jti"] {
        rows.push((claim, forger.without_claim(claim), BadClaim(claim)));
    }
    rows
}

fn hostile_forms(forger: &Forger) -> Vec<Row> {
    use TokenRefusal::{BadSignature, Malformed, TooLong};
    let good = forger.good();
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let stranger = Forger { tokens: forger_tokens(&forger.tokens), pair: Ed25519KeyPair::generate().unwrap() };
    let mut other = Forger::claims();
    other.insert("sub".to_owned(), json!(Uuid::from_u128(9)));
    let other = b64(text(&other));
    // The last character of a signature carries two bits that mean nothing: a lax reader takes three more spellings.
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
    vec![
        ("nothing", String::new(), Malformed),
        ("a dot", ".".to_owned(), Malformed),
        ("two dots", "..".to_owned(), Malformed),
        ("three dots", "...".to_owned(), Malformed),
        ("one part", header.to_owned(), Malformed),
        ("two parts", format!("{header}.{payload}"), Malformed),
        ("four parts", format!("{good}.{signature}"), Malformed),
        ("five parts", format!("{good}.{signature}.{signature}"), Malformed),
        ("a dot at the end", format!("{good}."), Malformed),
        ("a dot at the beginning", format!(".{good}"), Malformed),
        ("doubled dots", good.replace('.', ".."), Malformed),
        ("no header", format!(".{payload}.{signature}"), Malformed),
        ("no claims", format!("{header}..{signature}"), Malformed),
        ("no signature", format!("{header}.{payload}."), Malformed),
        ("signature cut by a character", good[..good.len() - 1].to_owned(), Malformed),
        ("signature cut by half", format!("{header}.{payload}.{}", &signature[..40]), BadSignature),
        ("claims cut", format!("{header}.{}.{signature}", &payload[..payload.len() - 4]), BadSignature),
        ("header cut", format!("{}.{payload}.{signature}", &header[..header.len() - 4]), Malformed),
        ("padding", format!("{good}=="), Malformed),
        ("the signature's idle bits", format!("{header}.{payload}.{}{next}", &signature[..signature.len() - 1]), Malformed),
        ("the standard alphabet", format!("{header}.{payload}.{}", "+/".repeat(43)), Malformed),
        ("a space before", format!(" {good}"), Malformed),
        ("a space after", format!("{good} "), Malformed),
        ("a line break after", format!("{good}\n"), Malformed),
        ("a line break within", good.replacen('.', "\r\n.", 1), Malformed),
        ("a NUL within", good.replacen('.', "\0.", 1), Malformed),
        ("the scheme before", format!("Bearer {good}"), Malformed),
        ("two tokens", format!("{good},{good}"), Malformed),
        ("Chinese", "令牌.令牌.令牌".to_owned(), Malformed),
        ("full-width dots", good.replace('.', "．"), Malformed),
        ("full-width letters", "ｅｙ.ｅｙ.ｅｙ".to_owned(), Malformed),
        ("a zero-width space", format!("{good}\u{200b}"), Malformed),
        ("JSON form", json!({"payload": payload, "signature": signature, "protected": header}).to_string(), Malformed),
        ("a megabyte", "a".repeat(1 << 20), TooLong),
        ("a megabyte of dots", ".".repeat(1 << 20), TooLong),
        ("a byte too long", forger.with_claim("x", json!("x".repeat(MAX_TOKEN_BYTES))), TooLong),
        ("another key under our kid", stranger.good(), BadSignature),
        ("other claims under this signature", format!("{header}.{other}.{signature}"), BadSignature),
        ("signature of zeros", forger.resigned(|s| s.fill(0)), BadSignature),
        ("signature of ones", forger.resigned(|s| s.fill(0xff)), BadSignature),
        ("first bit flipped", forger.resigned(|s| s[0] ^= 1), BadSignature),
        ("last bit flipped", forger.resigned(|s| s[63] ^= 0x80), BadSignature),
        ("a byte more", forger.resigned(|s| s.push(0)), BadSignature),
        ("a byte less", forger.resigned(|s| s.truncate(63)), BadSignature),
        ("halves swapped", forger.resigned(|s| s.rotate_left(32)), BadSignature),
        ("the scalar plus the order", forger.resigned(|s| add_group_order(s)), BadSignature),
        (
            "a neutral point as signature",
            forger.resigned(|s| {
                s.fill(0);
                s[0] = 1;
            }),
            BadSignature,
        ),
    ]
}

/// The same verifier again, for a forger with another key.
fn forger_tokens(tokens: &Tokens) -> Tokens {
    Tokens {
        signing: tokens.signing.clone(),
        verifying: tokens.verifying.clone(),
        key_id: tokens.key_id.clone(),
        expected: tokens.expected.clone(),
    }
}

#[test]
fn no_hostile_token_is_accepted() {
    let forger = forger();
    assert!(forger.tokens.verify(&forger.good(), at(0)).is_ok(), "the forger's tool makes good tokens");
    let longest = MAX_TOKEN_BYTES * 3 / 4 - 700;
    assert!(forger.tokens.verify(&forger.with_claim("x", json!("x".repeat(longest))), at(0)).is_ok(), "an unknown claim, not too long");
    let rows = [hostile_headers(&forger), hostile_claims(&forger), hostile_forms(&forger)].concat();
    assert!(rows.len() > 150, "{}", rows.len());
    let wrong: Vec<_> = rows
        .iter()
        .filter_map(|(name, token, refusal)| {
            let found = forger.tokens.verify(token, at(0));
            (found != Err(*refusal)).then(|| format!("{name}: {found:?}, not {refusal:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_flipped_bit_is_accepted() {
    let forger = forger();
    let good = forger.good();
    for at_byte in 0..good.len() {
        for bit in 0..7 {
            let mut bytes = good.clone().into_bytes();
            bytes[at_byte] ^= 1 << bit;
            let altered = String::from_utf8(bytes).unwrap();
            assert!(forger.tokens.verify(&altered, at(0)).is_err(), "byte {at_byte} bit {bit}: {altered}");
        }
    }
}
