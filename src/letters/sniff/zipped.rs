//! Office files that are archives, told by what their directory lists. Everything in them is unpacked once and thrown away: what an
//! archive says of its own sizes counts for nothing.

use super::{DOCX, DocumentType, NotTaken, ODS, ODT, OFD, PPTX, XLSX};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};
use std::io::{Cursor, Read};
use zip::{CompressionMethod, ZipArchive};

/// Most parts of an office file.
const MOST_PARTS: usize = 10_000;
/// Most bytes an office file unpacks to.
const MOST_UNPACKED: u64 = 512 << 20;
/// The type of an open document stands in a part of its own, which is short.
const MIMETYPE: usize = 100;
/// Endings of programs and scripts: no office file needs one inside.
const PROGRAMS: &[&str] = &[
    ".bat", ".cmd", ".com", ".cpl", ".dll", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".msi", ".ps1", ".scr", ".vbe", ".vbs", ".wsf",
];

/// Where office programs look for macros: scripts of open documents, macro sheets of workbooks.
const SCRIPTS: &[&str] = &["basic/", "scripts/", "xl/macrosheets/"];
/// What the parts that say what the others are say of macros, whatever these are called.
const SAID: &[&[u8]] = &[b"vbaproject", b"macroenabled", b"xlmacrosheet", b"full-path=\"basic/", b"full-path=\"scripts/"];
/// Most bytes that are read of a part that says what the others are.
const MOST_SAID: usize = 4 << 20;

/// What is known of an archive's parts.
#[derive(Default)]
struct Parts {
    names: Vec<String>,
    mimetype: Vec<u8>,
}

/// The type of an office file that is an archive.
pub(super) fn office_file(bytes: &[u8]) -> Result<DocumentType, NotTaken> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NotTaken::Unknown)?;
    if archive.offset() != 0 {
        return Err(NotTaken::Ambiguous);
    }
    if archive.len() > MOST_PARTS || archive.has_overlapping_files().map_err(|_| NotTaken::Unknown)? {
        return Err(NotTaken::Bomb);
    }
    let mut parts = Parts::default();
    let mut left = MOST_UNPACKED;
    for n in 0..archive.len() {
        let mut part = archive.by_index_raw(n).map_err(|_| NotTaken::Unknown)?;
        let name = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase().replace('\\', "/");
        let name = name.trim_start_matches(['.', '/']).to_owned();
        let scripted = name.ends_with("vbaproject.bin") || SCRIPTS.iter().any(|folder| name.starts_with(folder));
        if scripted || PROGRAMS.iter().any(|ending| name.ends_with(ending)) {
            return Err(NotTaken::Active);
        }
        if part.encrypted() {
            return Err(NotTaken::Unknown);
        }
        let (declared, stored, method) = (part.size(), part.compressed_size(), part.compression());
        let says = name == "[content_types].xml" || name == "meta-inf/manifest.xml" || name.rsplit('.').next() == Some("rels");
        let mut said = says.then(Vec::new);
        let unpacked = match method {
            CompressionMethod::Stored if name == "mimetype" => {
                (&mut part).take(MIMETYPE as u64).read_to_end(&mut parts.mimetype).map_err(|_| NotTaken::Unknown)?;
                declared
            }
            CompressionMethod::Stored => {
                if let Some(said) = &mut said {
                    (&mut part).take(MOST_SAID as u64).read_to_end(said).map_err(|_| NotTaken::Unknown)?;
                }
                stored
            }
            CompressionMethod::DEFLATE => unpack(part, left, said.as_mut())?,
            _ => return Err(NotTaken::Unknown),
        };
        left = left.checked_sub(unpacked).ok_or(NotTaken::Bomb)?;
        if unpacked != declared {
            return Err(NotTaken::Unknown);
        }
        if let Some(said) = said {
            told(&name, &said)?;
        }
        parts.names.push(name);
    }
    parts.kind().ok_or(NotTaken::Unknown)
}

/// Refuses a part that says what the others are and names macros; in two bytes a character too, and not hidden behind references.
fn told(name: &str, said: &[u8]) -> Result<(), NotTaken> {
    if said.len() >= MOST_SAID {
        return Err(NotTaken::Unknown);
    }
    let text: Vec<u8> = said.iter().filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    let says = |words: &[&[u8]]| words.iter().any(|word| super::contains(&text, word));
    if says(SAID) || (name == "[content_types].xml" && says(&[b"&#", b"<!doctype"])) { Err(NotTaken::Active) } else { Ok(()) }
}

/// How many bytes a part unpacks to; more than what is left is a bomb. What it says is kept where that is asked for.
fn unpack(mut packed: impl Read, left: u64, mut said: Option<&mut Vec<u8>>) -> Result<u64, NotTaken> {
    let mut state = InflateState::new_boxed(DataFormat::Raw);
    let (mut input, mut output) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    let mut unpacked = 0_u64;
    loop {
        let read = packed.read(&mut input).map_err(|_| NotTaken::Unknown)?;
        let mut rest = input.get(..read).unwrap_or_default();
        loop {
            let done = inflate(&mut state, rest, &mut output, MZFlush::None);
            unpacked += done.bytes_written as u64;
            if let Some(said) = said.as_mut().filter(|said| said.len() < MOST_SAID) {
                said.extend_from_slice(output.get(..done.bytes_written).unwrap_or_default());
            }
            if unpacked > left {
                return Err(NotTaken::Bomb);
            }
            rest = rest.get(done.bytes_consumed..).unwrap_or_default();
            match done.status {
                Ok(MZStatus::StreamEnd) => return Ok(unpacked),
                // Everything that was read is unpacked.
                _ if rest.is_empty() && done.bytes_written < output.len() => break,
                Ok(_) if done.bytes_consumed + done.bytes_written > 0 => {}
                _ => return Err(NotTaken::Unknown),
            }
        }
        if read == 0 {
            return Err(NotTaken::Unknown);
        }
    }
}

impl Parts {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    fn kind(&self) -> Option<DocumentType> {
        match self.mimetype.as_slice() {
            b"application/vnd.oasis.opendocument.text" => return Some(ODT),
            b"application/vnd.oasis.opendocument.spreadsheet" => return Some(ODS),
            _ => {}
        }
        if self.has("ofd.xml") {
            return Some(OFD);
        }
        if !self.has("[content_types].xml") {
            return None;
        }
        [("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX)]
            .into_iter()
            .find_map(|(part, kind)| self.has(part).then_some(kind))
    }
}

/// An archive of these parts, not packed.
#[cfg(test)]
pub(super) fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, plain).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, Crc, write::DeflateEncoder};
    use std::io::Write;

    const DOCUMENT: &[(&str, &[u8])] = &[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")];

    /// An archive by hand, so that it can lie: names, packed bytes, the size it tells, where it says that each part lies.
    fn by_hand(parts: &[(&str, Vec<u8>, u32)], lies_at: impl Fn(usize, u32) -> u32) -> Vec<u8> {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for (n, (name, packed, told)) in parts.iter().enumerate() {
            let at = u32::try_from(bytes.len()).unwrap();
            let mut crc = Crc::new();
            crc.update(packed);
            let common = [
                &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0][..],
                &crc.sum().to_le_bytes(),
                &u32::try_from(packed.len()).unwrap().to_le_bytes(),
                &told.to_le_bytes(),
                &u16::try_from(name.len()).unwrap().to_le_bytes(),
                &[0, 0],
            ]
            .concat();
            bytes.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), packed].concat());
            let lies = lies_at(n, at).to_le_bytes();
            directory.extend([b"PK\x01\x02\x14\x00", common.as_slice(), &[0; 10], &lies, name.as_bytes()].concat());
        }
        let (count, at) = (u16::try_from(parts.len()).unwrap().to_le_bytes(), u32::try_from(bytes.len()).unwrap().to_le_bytes());
        let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
        [bytes.as_slice(), &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &at, &[0, 0]].concat()
    }

    fn deflated(zeros: usize) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        let block = vec![0; 1 << 20];
        for _ in 0..zeros / block.len() {
            encoder.write_all(&block).unwrap();
        }
        encoder.write_all(&block[..zeros % block.len()]).unwrap();
        encoder.finish().unwrap()
    }

    fn document(packed: Vec<u8>, told: u32) -> Vec<u8> {
        by_hand(&[("[Content_Types].xml", deflated(9), 9), ("word/document.xml", packed, told)], |_, at| at)
    }

    #[test]
    fn an_honest_archive_is_what_it_is() {
        assert_eq!(office_file(&packed(DOCUMENT)), Ok(DOCX));
        assert_eq!(office_file(&document(deflated(5 << 20), 5 << 20)), Ok(DOCX));
    }

    #[test]
    fn a_bomb_is_found_whatever_it_tells_of_its_sizes() {
        let packed = deflated((MOST_UNPACKED + 1).try_into().unwrap());
        assert!(packed.len() < 600_000, "a small file");
        assert_eq!(office_file(&document(packed.clone(), u32::try_from(MOST_UNPACKED).unwrap() + 1)), Err(NotTaken::Bomb));
        assert_eq!(office_file(&document(packed, 9)), Err(NotTaken::Bomb), "it tells 9 bytes");
        assert_eq!(office_file(&document(deflated(1 << 20), 9)), Err(NotTaken::Unknown), "a small lie is no office file either");
    }

    #[test]
    fn parts_that_share_their_bytes_are_a_bomb() {
        let parts = [("[Content_Types].xml", deflated(9), 9), ("word/document.xml", deflated(1 << 20), 1 << 20), ("a", deflated(9), 9)];
        assert_eq!(office_file(&by_hand(&parts, |_, at| at)), Ok(DOCX));
        let second = |n: usize, at: u32| if n == 2 { u32::try_from(30 + 19 + deflated(9).len()).unwrap() } else { at };
        assert!(matches!(office_file(&by_hand(&parts, second)), Err(NotTaken::Bomb | NotTaken::Unknown)));
    }

    #[test]
    fn macros_and_programs_inside_are_refused() {
        for name in ["word/vbaProject.bin", "xl/VBAPROJECT.BIN", "word/media/setup.EXE", "run.js"] {
            let parts = [DOCUMENT, &[(name, b"x".as_slice())]].concat();
            assert_eq!(office_file(&packed(&parts)), Err(NotTaken::Active), "{name}");
        }
        let open = |name: &str, bytes: &[u8]| {
            office_file(&packed(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>"), (name, bytes)]))
        };
        for name in ["Basic/script-lc.xml", "Scripts/python/a.py", "./Basic/Standard/Module1.xml", "basic\\script-lb.xml"] {
            assert_eq!(open(name, b"<x/>"), Err(NotTaken::Active), "{name}");
        }
        assert_eq!(open("META-INF/manifest.xml", b"<m:file-entry m:full-path=\"Basic/Standard/\"/>"), Err(NotTaken::Active));
        assert_eq!(open("META-INF/manifest.xml", b"<m:file-entry m:full-path=\"content.xml\"/>"), Ok(ODT));
        let renamed = b"<Override PartName=\"/word/a.bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/>";
        let two_bytes: Vec<u8> = renamed.iter().flat_map(|byte| [*byte, 0]).collect();
        let hidden = b"<Override ContentType=\"application/vnd.ms-office.vbaProj&#101;ct\"/>";
        for types in [renamed.as_slice(), &two_bytes, hidden] {
            assert_eq!(office_file(&packed(&[("[Content_Types].xml", types), ("word/document.xml", b"<w/>")])), Err(NotTaken::Active));
        }
        let harmless = [DOCUMENT, &[("word/embeddings/oleObject1.bin", b"x".as_slice())]].concat();
        assert_eq!(office_file(&packed(&harmless)), Ok(DOCX));
    }

    #[test]
    fn broken_encrypted_and_cut_off_archives_are_no_office_files() {
        let whole = packed(DOCUMENT);
        for end in 0..whole.len() {
            assert!(office_file(&whole[..end]).is_err(), "cut at {end}");
        }
        assert_eq!(office_file(&document(vec![0xff; 100], 9)), Err(NotTaken::Unknown));
        let mut cut = deflated(1 << 20);
        cut.truncate(cut.len() / 2);
        assert_eq!(office_file(&document(cut, 1 << 20)), Err(NotTaken::Unknown));
        let prefixed = [b"PK\x03\x04 something else".as_slice(), &whole].concat();
        assert!(office_file(&prefixed).is_err());
    }
}
