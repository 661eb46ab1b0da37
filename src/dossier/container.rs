//! The container: a ZIP whose members are stored one after the other, each with its size and checksum in front of it, so that it can be
//! written as a stream and read as one. Nothing in it comes from the clock; with more than 4 GB it becomes a ZIP64.

/// What is said of a member in front of it and in the directory at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its path, ASCII only.
    pub name: String,
    /// CRC-32 of its bytes.
    pub crc: u32,
    /// Its size; no member reaches 4 GB.
    pub size: u32,
}

/// Midnight of 1980-01-01, the first day there is.
const DAY_ONE: u32 = 0x0021_0000;
/// Version 4.5 of the format, on a system with modes of files.
const MADE_BY: u16 = 0x032d;
/// A regular file that its owner writes and everybody reads.
const MODE: u32 = 0o100_644 << 16;
const LOCAL: u32 = 30;

fn u16s(out: &mut Vec<u8>, values: &[u16]) {
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

fn u32s(out: &mut Vec<u8>, values: &[u32]) {
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

fn u64s(out: &mut Vec<u8>, values: &[u64]) {
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

impl Member {
    fn name_length(&self) -> u16 {
        u16::try_from(self.name.len()).unwrap_or(u16::MAX)
    }

    /// The bytes in front of the member's own.
    pub fn head(&self) -> Vec<u8> {
        let mut out = Vec::new();
        u32s(&mut out, &[0x0403_4b50]);
        u16s(&mut out, &[10, 0, 0]);
        u32s(&mut out, &[DAY_ONE, self.crc, self.size, self.size]);
        u16s(&mut out, &[self.name_length(), 0]);
        out.extend_from_slice(self.name.as_bytes());
        out
    }

    /// How much of the container it takes, its head included.
    fn length(&self) -> u64 {
        u64::from(LOCAL) + u64::from(self.name_length()) + u64::from(self.size)
    }

    fn line(&self, offset: u64) -> Vec<u8> {
        let far = u32::try_from(offset).ok().filter(|offset| *offset < u32::MAX);
        let needed = if far.is_none() { 45 } else { 10 };
        let mut out = Vec::new();
        u32s(&mut out, &[0x0201_4b50]);
        u16s(&mut out, &[MADE_BY, needed, 0, 0]);
        u32s(&mut out, &[DAY_ONE, self.crc, self.size, self.size]);
        u16s(&mut out, &[self.name_length(), if far.is_none() { 12 } else { 0 }, 0, 0, 0]);
        u32s(&mut out, &[MODE, far.unwrap_or(u32::MAX)]);
        out.extend_from_slice(self.name.as_bytes());
        if far.is_none() {
            u16s(&mut out, &[1, 8]);
            u64s(&mut out, &[offset]);
        }
        out
    }
}

/// The bytes behind the last member.
pub(super) fn directory(members: &[Member]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut offset = 0;
    for member in members {
        out.extend(member.line(offset));
        offset += member.length();
    }
    let (count, size) = (members.len() as u64, out.len() as u64);
    let near = |value: u64| u32::try_from(value).ok().filter(|value| *value < u32::MAX);
    let few = u16::try_from(count).ok().filter(|count| *count < u16::MAX);
    if near(offset).is_none() || few.is_none() {
        u32s(&mut out, &[0x0606_4b50]);
        u64s(&mut out, &[44]);
        u16s(&mut out, &[MADE_BY, 45]);
        u32s(&mut out, &[0, 0]);
        u64s(&mut out, &[count, count, size, offset]);
        u32s(&mut out, &[0x0706_4b50, 0]);
        u64s(&mut out, &[offset + size]);
        u32s(&mut out, &[1]);
    }
    let few = few.unwrap_or(u16::MAX);
    u32s(&mut out, &[0x0605_4b50]);
    u16s(&mut out, &[0, 0, few, few]);
    u32s(&mut out, &[near(size).unwrap_or(u32::MAX), near(offset).unwrap_or(u32::MAX)]);
    u16s(&mut out, &[0]);
    out
}

/// How long the container is.
pub(super) fn length(members: &[Member]) -> u64 {
    members.iter().map(Member::length).sum::<u64>() + directory(members).len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read};

    fn member(name: &str, bytes: &[u8]) -> Member {
        Member { name: name.to_owned(), crc: crc32fast::hash(bytes), size: u32::try_from(bytes.len()).unwrap() }
    }

    #[test]
    fn another_reader_finds_every_member_as_it_was() {
        let parts: [(&str, &[u8]); 3] = [("a/bagit.txt", b"one"), ("a/data/empty", b""), ("a/data/x.json", "甲".as_bytes())];
        let members: Vec<Member> = parts.iter().map(|(name, bytes)| member(name, bytes)).collect();
        let mut out = Vec::new();
        for (member, (_, bytes)) in members.iter().zip(parts) {
            out.extend(member.head());
            out.extend_from_slice(bytes);
        }
        out.extend(directory(&members));
        assert_eq!(length(&members), out.len() as u64);
        let mut zip = zip::ZipArchive::new(Cursor::new(out)).unwrap();
        assert_eq!(zip.len(), 3);
        for (name, bytes) in parts {
            let mut read = Vec::new();
            let mut file = zip.by_name(name).unwrap();
            assert_eq!(file.unix_mode(), Some(0o100_644));
            file.read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes, "{name}");
        }
    }

    #[test]
    fn beyond_four_gigabytes_offsets_and_directory_are_those_of_zip64() {
        let big = Member { name: "big".into(), crc: 0, size: u32::MAX - 1 };
        let (small, at) = (Member { name: "small".into(), crc: 0, size: 1 }, 33 + u64::from(u32::MAX) - 1);
        let all = directory(&[big.clone(), small.clone()]);
        assert!(small.line(at).ends_with(&[&[1, 0, 8, 0], at.to_le_bytes().as_slice()].concat()));
        assert!(all.windows(4).any(|word| word == 0x0606_4b50_u32.to_le_bytes()));
        assert!(!directory(&[small]).windows(4).any(|word| word == 0x0606_4b50_u32.to_le_bytes()));
        assert_eq!(length(std::slice::from_ref(&big)), 33 + u64::from(big.size) + directory(&[big]).len() as u64);
    }
}
