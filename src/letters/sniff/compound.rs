//! Office files from before 2007: compound files ([MS-CFB]), as installers and mails of one program are. Told by the streams that stand at
//! their root, never by words somewhere in them. Whatever carries macros is refused: a VBA project as its own storage, in presentations by the
//! atom that announces it, in workbooks of old by their macro sheets.

use super::{DOC, DocumentType, NotTaken, PPT, XLS};

/// How a compound file begins.
pub(super) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const NO_ENTRY: u32 = 0xFFFF_FFFF;
const ENTRY: usize = 128;
/// Streams shorter than this lie together in the stream of the root.
const MINI_CUTOFF: u64 = 4096;
const MINI_SECTOR: usize = 64;
/// Sectors of the table that the head itself lists.
const IN_HEAD: usize = 109;

/// What a VBA project lies in, in small letters.
const VBA: &[&str] = &["_vba_project", "_vba_project_cur", "vba", "macros"];

/// The type of an office file that is a compound file.
pub(super) fn office_file(bytes: &[u8]) -> Result<DocumentType, NotTaken> {
    let file = Compound::read(bytes).ok_or(NotTaken::Unknown)?;
    let root = file.entries.first().ok_or(NotTaken::Unknown)?;
    // Windows Installer: packages, patches, transforms.
    if root.class.get(1..4) == Some([0x10, 0x0C, 0x00].as_slice()) {
        return Err(NotTaken::Unknown);
    }
    if file.entries.iter().any(|entry| VBA.contains(&entry.name.as_str())) {
        return Err(NotTaken::Active);
    }
    let standing = file.at_root().ok_or(NotTaken::Unknown)?;
    let stream = |name: &str| standing.iter().find(|entry| entry.sort == Sort::Stream && entry.name == name);
    let mut found = [("worddocument", DOC), ("workbook", XLS), ("book", XLS), ("powerpoint document", PPT)]
        .into_iter()
        .filter_map(|(name, kind)| Some((stream(name)?, kind)));
    let (main, kind) = found.next().ok_or(NotTaken::Unknown)?;
    if found.any(|(_, other)| other != kind) {
        return Err(NotTaken::Ambiguous);
    }
    let content = file.content(main).ok_or(NotTaken::Unknown)?;
    let active = match kind {
        XLS => has_macro_sheet(&content),
        PPT => announces_vba(&content),
        _ => false,
    };
    if active { Err(NotTaken::Active) } else { Ok(kind) }
}

/// A workbook lists its sheets among its first records; a sheet of type 1 is one of macros, 6 a module.
fn has_macro_sheet(workbook: &[u8]) -> bool {
    const BOUNDSHEET: u16 = 0x0085;
    const EOF: u16 = 0x000A;
    let mut at = 0;
    while let (Some(kind), Some(length)) = (u16_at(workbook, at), u16_at(workbook, at + 2)) {
        if kind == EOF {
            return false;
        }
        if kind == BOUNDSHEET && matches!(workbook.get(at + 9), Some(1 | 6)) {
            return true;
        }
        at += 4 + usize::from(length);
    }
    false
}

/// `VBAInfoAtom` with its flag that there are macros: a record of 12 bytes, whose second word is the flag.
fn announces_vba(presentation: &[u8]) -> bool {
    const HEAD: &[u8] = &[0x02, 0x00, 0x00, 0x04, 0x0C, 0x00, 0x00, 0x00];
    presentation.windows(HEAD.len() + 8).any(|window| window.starts_with(HEAD) && u32_at(window, HEAD.len() + 4) == Some(1))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Storage,
    Stream,
    Root,
}

struct Entry {
    /// In small letters: names differ by more than that.
    name: String,
    sort: Sort,
    class: Vec<u8>,
    siblings: [u32; 2],
    child: u32,
    start: u32,
    size: u64,
}

struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    mini_table: Vec<u32>,
    entries: Vec<Entry>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0))
}

/// The sectors of a chain; none where it runs in a circle or out of the table.
fn chain(table: &[u32], start: u32) -> Option<Vec<u32>> {
    let (mut all, mut next) = (Vec::new(), start);
    while next != END_OF_CHAIN {
        if all.len() >= table.len() {
            return None;
        }
        all.push(next);
        next = *table.get(usize::try_from(next).ok()?)?;
    }
    Some(all)
}

impl<'a> Compound<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let sector = match (u16_at(bytes, 26)?, u16_at(bytes, 30)?) {
            (3, 9) => 512,
            (4, 12) => 4096,
            _ => return None,
        };
        let mut file = Self { bytes, sector, table: Vec::new(), mini_table: Vec::new(), entries: Vec::new() };
        let sectors = bytes.len() / sector;
        let mut of_table: Vec<u32> = words(bytes.get(76..76 + 4 * IN_HEAD)?).collect();
        let mut more = u32_at(bytes, 68)?;
        let mut read = 0;
        while more < END_OF_CHAIN {
            read += 1;
            if read > sectors {
                return None;
            }
            let mut listed: Vec<u32> = words(file.sector(more)?).collect();
            more = listed.pop()?;
            of_table.extend(listed);
        }
        for n in of_table.into_iter().filter(|n| *n < END_OF_CHAIN).take(sectors) {
            let part = words(file.sector(n)?);
            file.table.extend(part);
        }
        let directory = file.joined(u32_at(bytes, 48)?)?;
        file.entries = directory.chunks_exact(ENTRY).map(entry).collect::<Option<_>>()?;
        let mini = u32_at(bytes, 60)?;
        if mini < END_OF_CHAIN {
            file.mini_table = words(&file.joined(mini)?).collect();
        }
        file.entries.first().is_some_and(|entry| entry.sort == Sort::Root).then_some(file)
    }

    fn sector(&self, n: u32) -> Option<&'a [u8]> {
        let at = usize::try_from(n).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        // The last sector may be cut short.
        self.bytes.get(at..at.checked_add(self.sector)?.min(self.bytes.len())).filter(|sector| !sector.is_empty())
    }

    fn joined(&self, start: u32) -> Option<Vec<u8>> {
        let parts = chain(&self.table, start)?.into_iter().map(|n| self.sector(n)).collect::<Option<Vec<_>>>()?;
        Some(parts.concat())
    }

    /// The bytes of a stream.
    fn content(&self, entry: &Entry) -> Option<Vec<u8>> {
        let size = usize::try_from(entry.size).ok()?;
        let mut content = if entry.size >= MINI_CUTOFF {
            self.joined(entry.start)?
        } else {
            let whole = self.joined(self.entries.first()?.start)?;
            let part = |n: u32| {
                let at = usize::try_from(n).ok()?.checked_mul(MINI_SECTOR)?;
                whole.get(at..at.checked_add(MINI_SECTOR)?.min(whole.len()))
            };
            chain(&self.mini_table, entry.start)?.into_iter().map(part).collect::<Option<Vec<_>>>()?.concat()
        };
        content.truncate(size);
        (content.len() == size).then_some(content)
    }

    /// The entries that stand at the root; none where their tree runs in a circle.
    fn at_root(&self) -> Option<Vec<&Entry>> {
        let (mut found, mut open) = (Vec::new(), vec![self.entries.first()?.child]);
        while let Some(n) = open.pop() {
            if n == NO_ENTRY {
                continue;
            }
            if found.len() >= self.entries.len() {
                return None;
            }
            let entry = self.entries.get(usize::try_from(n).ok()?)?;
            open.extend(entry.siblings);
            found.push(entry);
        }
        Some(found)
    }
}

/// An entry of the directory: one that is free keeps its place and has no name; none where it is of no sort at all.
fn entry(bytes: &[u8]) -> Option<Entry> {
    let sort = match bytes.get(66)? {
        0 | 1 => Sort::Storage,
        2 => Sort::Stream,
        5 => Sort::Root,
        _ => return None,
    };
    let length = usize::from(u16_at(bytes, 64)?).saturating_sub(2).min(62);
    let units: Vec<u16> = bytes.get(..length)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).collect();
    Some(Entry {
        name: String::from_utf16_lossy(&units).to_lowercase(),
        sort,
        class: bytes.get(80..96)?.to_vec(),
        siblings: [u32_at(bytes, 68)?, u32_at(bytes, 72)?],
        child: u32_at(bytes, 76)?,
        start: u32_at(bytes, 116)?,
        // Of version 3 the upper half may be rubbish.
        size: u64::from(u32_at(bytes, 120)?),
    })
}

/// A compound file of these entries below the root, each the sibling of the one before; streams lie in the stream of the root, an entry with
/// another number as its parent below that one.
#[cfg(test)]
pub(super) fn built(class: u8, parts: &[(&str, Option<&[u8]>, usize)]) -> Vec<u8> {
    let mut mini = Vec::new();
    let mut mini_table: Vec<u32> = Vec::new();
    let mut entries = Vec::new();
    let one = |name: &str, sort: u8, [right, child]: [u32; 2], start: u32, size: usize| {
        let mut entry = vec![0; ENTRY];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64..66].copy_from_slice(&u16::try_from(units.len() + 2).unwrap().to_le_bytes());
        entry[66] = sort;
        entry[68..72].copy_from_slice(&NO_ENTRY.to_le_bytes());
        entry[72..76].copy_from_slice(&right.to_le_bytes());
        entry[76..80].copy_from_slice(&child.to_le_bytes());
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        entry
    };
    let child_of = |parent: usize, after: usize| {
        let next = parts.iter().enumerate().skip(after).find(|(_, part)| part.2 == parent);
        next.map_or(NO_ENTRY, |(n, _)| u32::try_from(n + 1).unwrap())
    };
    for (n, (name, content, parent)) in parts.iter().enumerate() {
        let links = [child_of(*parent, n + 1), child_of(n + 1, 0)];
        let Some(content) = content else {
            entries.push(one(name, 1, links, 0, 0));
            continue;
        };
        let start = u32::try_from(mini_table.len()).unwrap();
        let sectors = content.len().div_ceil(MINI_SECTOR).max(1);
        for k in 1..=sectors {
            mini_table.push(if k == sectors { END_OF_CHAIN } else { start + u32::try_from(k).unwrap() });
        }
        mini.extend_from_slice(content);
        mini.resize(mini_table.len() * MINI_SECTOR, 0);
        entries.push(one(name, 2, links, start, content.len()));
    }
    let padded = |mut bytes: Vec<u8>, fill: u8| {
        bytes.resize(bytes.len().div_ceil(512).max(1) * 512, fill);
        bytes
    };
    // Sector 0 is the table, 1 the mini table, then the directory, then the stream of the root.
    let of_directory = (entries.len() + 1).div_ceil(4);
    let mut root = one("Root Entry", 5, [NO_ENTRY, child_of(0, 0)], u32::try_from(2 + of_directory).unwrap(), mini.len());
    root[80..84].copy_from_slice(&[class, 0x10, if class == 0 { 0 } else { 0x0C }, 0]);
    let directory = padded([root, entries.concat()].concat(), 0);
    let mini = padded(mini, 0);
    let mut table = vec![0xFFFF_FFFD, END_OF_CHAIN];
    for length in [directory.len() / 512, mini.len() / 512] {
        for k in 1..=length {
            table.push(if k == length { END_OF_CHAIN } else { u32::try_from(table.len() + 1).unwrap() });
        }
    }
    let little = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut head = vec![0; 512];
    head[..8].copy_from_slice(SIGNATURE);
    head[26..28].copy_from_slice(&3_u16.to_le_bytes());
    head[30..32].copy_from_slice(&9_u16.to_le_bytes());
    head[48..52].copy_from_slice(&2_u32.to_le_bytes());
    head[60..64].copy_from_slice(&1_u32.to_le_bytes());
    head[68..72].copy_from_slice(&END_OF_CHAIN.to_le_bytes());
    head[76..].fill(0xFF);
    head[76..80].copy_from_slice(&0_u32.to_le_bytes());
    [head, padded(little(&table), 0xFF), padded(little(&mini_table), 0xFF), directory, mini].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets(sort: u8) -> Vec<u8> {
        let mut workbook = vec![0x09, 0x08, 0x04, 0, 0, 6, 5, 0];
        workbook.extend([0x85, 0, 8, 0, 0, 0, 0, 0, 0, sort, 1, 0]);
        workbook.extend([0x0A, 0, 0, 0]);
        workbook
    }

    #[test]
    fn an_old_office_file_is_told_by_the_stream_at_its_root() {
        let text = [7; 700];
        for (name, content, kind) in [
            ("WordDocument", text.as_slice(), DOC),
            ("Workbook", sheets(0).as_slice(), XLS),
            ("Book", sheets(2).as_slice(), XLS),
            ("PowerPoint Document", text.as_slice(), PPT),
        ] {
            let parts = [("\u{5}SummaryInformation", Some([1; 90].as_slice()), 0), (name, Some(content), 0), ("ObjectPool", None, 0)];
            assert_eq!(office_file(&built(0, &parts)), Ok(kind), "{name}");
        }
        let embedded = [("WordDocument", Some(text.as_slice()), 0), ("ObjectPool", None, 0), ("Workbook", Some(text.as_slice()), 2)];
        assert_eq!(office_file(&built(0, &embedded)), Ok(DOC), "a table in a letter");
    }

    #[test]
    fn an_installer_and_a_stream_below_are_no_workbook() {
        let below = [("Anything", None, 0), ("Workbook", Some([0; 70].as_slice()), 1)];
        assert_eq!(office_file(&built(0, &below)), Err(NotTaken::Unknown));
        let named = [("Workbook", Some([0; 70].as_slice()), 0)];
        assert_eq!(office_file(&built(0x84, &named)), Err(NotTaken::Unknown), "the class of an installer");
        let said: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(office_file(&built(0, &[("MsiFile", Some(&said), 0)])), Err(NotTaken::Unknown), "a word in a stream");
        let two = [("Workbook", Some(sheets(0)), 0), ("WordDocument", Some(vec![0; 70]), 0)];
        let two: Vec<_> = two.iter().map(|(name, content, parent)| (*name, content.as_deref(), *parent)).collect();
        assert_eq!(office_file(&built(0, &two)), Err(NotTaken::Ambiguous));
    }

    #[test]
    fn macros_are_refused_wherever_they_lie() {
        let text = Some([7; 70].as_slice());
        let word = [("WordDocument", text, 0), ("Macros", None, 0), ("VBA", None, 2), ("_VBA_PROJECT", text, 3)];
        assert_eq!(office_file(&built(0, &word)), Err(NotTaken::Active));
        let deep = [("WordDocument", text, 0), ("ObjectPool", None, 0), ("_1", None, 2), ("_VBA_PROJECT_CUR", None, 3)];
        assert_eq!(office_file(&built(0, &deep)), Err(NotTaken::Active), "in what is embedded");
        for sort in [1, 6] {
            assert_eq!(office_file(&built(0, &[("Workbook", Some(&sheets(sort)), 0)])), Err(NotTaken::Active), "sheet of type {sort}");
        }
        let atom = |flag: u8| [&[9; 80], [2, 0, 0, 4, 12, 0, 0, 0, 3, 0, 0, 0, flag, 0, 0, 0, 2, 0, 0, 0].as_slice()].concat();
        assert_eq!(office_file(&built(0, &[("PowerPoint Document", Some(&atom(1)), 0)])), Err(NotTaken::Active));
        assert_eq!(office_file(&built(0, &[("PowerPoint Document", Some(&atom(0)), 0)])), Ok(PPT));
    }

    #[test]
    fn cut_off_and_circular_files_are_none() {
        let whole = built(0, &[("WordDocument", Some(&[7; 700]), 0), ("1Table", Some(&[8; 70]), 0)]);
        for end in (0..whole.len() - 512).step_by(7) {
            assert!(office_file(&whole[..end]).is_err(), "cut at {end}");
        }
        for (at, word) in [(48, 0), (60, 0), (68, 0), (512 + 8, 2), (512 + 12, 2), (512 + 16, 4), (1024 + 76, 0), (1024 + 128 + 72, 1)] {
            let mut bent = whole.clone();
            bent[at..at + 4].copy_from_slice(&u32::to_le_bytes(word));
            let _ = office_file(&bent);
        }
        let mut circle = whole.clone();
        circle[1536 + 128 + 72..1536 + 128 + 76].copy_from_slice(&1_u32.to_le_bytes());
        assert_eq!(office_file(&circle), Err(NotTaken::Unknown), "its own sibling");
    }
}
