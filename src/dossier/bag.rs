//! The bag (`BagIt` 1.0, RFC 8493): the payload below `data/`, a manifest of its digests, and tag files that say what it is.

use crate::crypto;
use std::fmt::Write as _;

/// A file of the payload: its path below the bag, SHA-256 and size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payload {
    /// From `data/` on.
    pub path: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
}

/// A tag file.
pub(super) type Tag = (&'static str, String);

const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// The tag files, the manifest of themselves last. `about` are the labels and values that describe the bag.
pub(super) fn tags(payload: &[Payload], about: &[(&str, String)]) -> Vec<Tag> {
    let size: u64 = payload.iter().map(|file| file.size).sum();
    let mut info = String::new();
    for (label, value) in about {
        // A value is one line: a line break in it would begin another label.
        let value = value.split(char::is_control).collect::<Vec<_>>().join(" ");
        let _ = writeln!(info, "{label}: {value}");
    }
    let _ = writeln!(info, "Payload-Oxum: {size}.{}", payload.len());
    let mut manifest = String::new();
    for file in payload {
        let _ = writeln!(manifest, "{}  {}", file.sha256, file.path);
    }
    let mut tags: Vec<Tag> = vec![("bagit.txt", DECLARATION.to_owned()), ("bag-info.txt", info), ("manifest-sha256.txt", manifest)];
    let mut own = String::new();
    for (name, text) in &tags {
        let _ = writeln!(own, "{}  {name}", crypto::hex(&crypto::sha256(text.as_bytes())));
    }
    tags.push(("tagmanifest-sha256.txt", own));
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_files_are_those_of_rfc_8493() {
        let payload = [Payload { path: "data/a.txt".into(), sha256: "00".repeat(32), size: 3 }];
        let tags = tags(&payload, &[("Source-Organization", "示范局\nPayload-Oxum: 9.9".to_owned())]);
        let names: Vec<_> = tags.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"]);
        assert_eq!(tags[0].1, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        assert_eq!(tags[1].1, "Source-Organization: 示范局 Payload-Oxum: 9.9\nPayload-Oxum: 3.1\n", "a value adds no label");
        assert_eq!(tags[2].1, format!("{}  data/a.txt\n", "00".repeat(32)));
        assert_eq!(tags[3].1.lines().count(), 3);
    }
}
