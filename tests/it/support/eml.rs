//! A mail as a reader sees it: headers unfolded and decoded (RFC 2047), the body decoded from its transfer encoding.
//! Written apart from the library that makes the mails, so that a fault of its encoding shows.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a broken mail must fail the test that reads it")]

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The decoded mail.
#[derive(Debug, Clone)]
pub struct Eml {
    /// Name as written, value decoded, in order.
    pub headers: Vec<(String, String)>,
    /// UTF-8, line ends as `\n`.
    pub body: String,
}

impl Eml {
    /// Reads a whole mail; panics where it breaks RFC 5322.
    pub fn read(raw: &[u8]) -> Self {
        let end = raw.windows(4).position(|w| w == b"\r\n\r\n").expect("no empty line after the headers");
        let head = std::str::from_utf8(&raw[..end]).expect("headers are not UTF-8");
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            assert!(!line.contains(['\r', '\n', '\0']), "a bare CR, LF or NUL in {line:?}");
            if let (true, Some(last)) = (line.starts_with([' ', '\t']), headers.last_mut()) {
                last.1.push_str(line);
            } else {
                let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("not a header: {line:?}"));
                headers.push((name.to_owned(), value.trim().to_owned()));
            }
        }
        for (_, value) in &mut headers {
            *value = decode_words(value);
        }
        let mut mail = Self { headers, body: String::new() };
        mail.body = decode_body(&raw[end + 4..], &mail.header("Content-Transfer-Encoding")).replace("\r\n", "\n");
        mail
    }

    /// All values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str()).collect()
    }

    /// The one value of a header; empty where it is missing. Panics where it stands twice.
    pub fn header(&self, name: &str) -> String {
        let all = self.all(name);
        assert!(all.len() < 2, "{name} stands twice: {all:?}");
        all.first().copied().unwrap_or_default().to_owned()
    }

    /// The decoded subject.
    pub fn subject(&self) -> String {
        self.header("Subject")
    }
}

/// RFC 2047: `=?utf-8?b?…?=` and `=?utf-8?q?…?=`; the space between two encoded words is none.
fn decode_words(value: &str) -> String {
    let (mut out, mut rest, mut after_word) = (String::new(), value, false);
    while let Some((before, word)) = rest.split_once("=?") {
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        let mut parts = word.splitn(3, '?');
        let (charset, kind, tail) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let (text, tail) = tail.split_once("?=").unwrap();
        assert!(charset.eq_ignore_ascii_case("utf-8"), "charset {charset}");
        let bytes = match kind {
            "b" | "B" => STANDARD.decode(text).unwrap(),
            "q" | "Q" => quoted_printable(text.replace('_', " ").as_bytes()),
            other => panic!("encoding {other}"),
        };
        out.push_str(&String::from_utf8(bytes).expect("an encoded word cuts a character"));
        (rest, after_word) = (tail, true);
    }
    out + rest
}

fn decode_body(raw: &[u8], encoding: &str) -> String {
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "base64" => STANDARD.decode(raw.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect::<Vec<_>>()).unwrap(),
        "quoted-printable" => quoted_printable(raw),
        "" | "7bit" | "8bit" => raw.to_vec(),
        other => panic!("transfer encoding {other}"),
    };
    String::from_utf8(bytes).expect("the body is not UTF-8")
}

fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < raw.len() {
        match &raw[at..] {
            [b'=', b'\r', b'\n', ..] => at += 3,
            [b'=', high, low, ..] => {
                let hex = [*high, *low];
                out.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
                at += 3;
            }
            other => {
                out.push(other[0]);
                at += 1;
            }
        }
    }
    out
}
