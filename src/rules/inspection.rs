//! Inspection of dossiers by the authority (执法检查, Art 46, 47): a random sample that everybody can draw again, and a score sheet.
//!
//! The sample is no choice of the inspector: every dossier of the year gets a number from the seed, and the smallest are taken. The same seed over
//! the same dossiers gives the same sample, in whatever order they were read.

use crate::crypto;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the sample is drawn by; stands in the event of every inspection.
pub const ALGORITHM: &str = "sha256-order-v1";

/// The algorithm in words, Chinese and English.
pub const EXPLAINED: (&str, &str) = (
    "对每件计算 SHA-256（种子的 UTF-8 字节、一个零字节、机关 UUID 的16字节、案件 UUID 的16字节依次相连），按摘要由小到大取所需件数",
    "SHA-256 over the seed's UTF-8 bytes, one zero byte, the 16 bytes of the agency's UUID and the 16 bytes of the case's UUID; the dossiers with the \
     smallest digests are taken, in that order",
);

/// A dossier: agency and case.
pub type Dossier = (Uuid, Uuid);

fn place(seed: &str, (agency, case): Dossier) -> [u8; 32] {
    crypto::sha256(&[seed.as_bytes(), &[0], agency.as_bytes(), case.as_bytes()].concat())
}

/// Draws so many dossiers, or all where there are fewer.
pub fn draw(seed: &str, population: &[Dossier], size: usize) -> Vec<Dossier> {
    let all: BTreeSet<([u8; 32], Dossier)> = population.iter().map(|dossier| (place(seed, *dossier), *dossier)).collect();
    all.into_iter().take(size).map(|(_, dossier)| dossier).collect()
}

/// SHA-256 over the dossiers that could have been drawn, in hexadecimal: pairs of 16-byte UUIDs, rising.
pub fn population_digest(population: &[Dossier]) -> String {
    let all: BTreeSet<&Dossier> = population.iter().collect();
    let bytes: Vec<u8> = all.into_iter().flat_map(|(agency, case)| agency.as_bytes().iter().chain(case.as_bytes()).copied()).collect();
    crypto::hex(&crypto::sha256(&bytes))
}

/// One line of a score sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Criterion {
    /// Its code, once in the sheet.
    #[schema(example = "search")]
    pub code: String,
    /// What is looked at.
    #[schema(example = "检索记录完整，协查部门齐全（条例36(4)）")]
    pub title: String,
    /// Most points.
    #[schema(minimum = 1, maximum = 1000, example = 20)]
    pub points: u32,
}

/// The score sheet where the inspector gives none: a hundred points over the nodes of the life.
pub fn usual_sheet() -> Vec<Criterion> {
    let lines: [(&str, &str, u32); 8] = [
        ("registration", "登记及时，要素完整（条例45）", 10),
        ("receipt", "收到日期认定准确（条例31）", 10),
        ("search", "检索、协查记录完整（条例36(4)）", 20),
        ("procedure", "补正、征求意见、延期程序合法（条例30、32、33）", 15),
        ("grounds", "条款适用准确，区分处理（条例36、37）", 20),
        ("remedy", "救济途径告知准确（复议法20、22；行诉法46）", 10),
        ("service", "按期答复，送达凭证齐全（条例33）", 10),
        ("dossier", "案卷齐全，归档规范（条例45）", 5),
    ];
    lines.map(|(code, title, points)| Criterion { code: code.to_owned(), title: title.to_owned(), points }).into()
}

/// What stands against scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScoreError {
    /// A line of the sheet has no score.
    Missing(String),
    /// The sheet has no such line, or the score stands there twice.
    Unknown(usize),
    /// More points than the line has.
    TooMany(usize),
}

/// Adds the scores up: one for every line of the sheet, none above its points.
pub fn total(sheet: &[Criterion], scores: &[(String, u32)]) -> Result<u32, ScoreError> {
    let mut seen = BTreeSet::new();
    let mut sum = 0_u32;
    for (index, (code, points)) in scores.iter().enumerate() {
        let line = sheet.iter().find(|line| line.code == *code).filter(|_| seen.insert(code.as_str()));
        let line = line.ok_or(ScoreError::Unknown(index))?;
        if *points > line.points {
            return Err(ScoreError::TooMany(index));
        }
        sum = sum.saturating_add(*points);
    }
    match sheet.iter().find(|line| !seen.contains(line.code.as_str())) {
        Some(missing) => Err(ScoreError::Missing(missing.code.clone())),
        None => Ok(sum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dossiers(count: u128) -> Vec<Dossier> {
        (0..count).map(|n| (Uuid::from_u128(n % 3), Uuid::from_u128(1_000 + n))).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_sample_in_whatever_order_the_dossiers_come() {
        let mut population = dossiers(500);
        let drawn = draw("2026年执法检查", &population, 20);
        population.reverse();
        assert_eq!(draw("2026年执法检查", &population, 20), drawn);
        assert_eq!(drawn.len(), 20);
        assert!(drawn.iter().all(|dossier| population.contains(dossier)));
        assert_ne!(draw("2026年执法检查二", &population, 20), drawn);
        assert_eq!(draw("x", &population, 20).first(), draw("x", &population, 1).first(), "a larger sample begins with the smaller");
    }

    #[test]
    fn a_dossier_that_comes_later_pushes_at_most_one_out() {
        let before = draw("seed", &dossiers(500), 50);
        let after = draw("seed", &dossiers(501), 50);
        assert!(before.iter().filter(|dossier| !after.contains(dossier)).count() <= 1);
    }

    #[test]
    fn every_dossier_has_the_same_chance() {
        let population = dossiers(100);
        let mut taken = std::collections::BTreeMap::new();
        for seed in 0..2_000 {
            for dossier in draw(&seed.to_string(), &population, 10) {
                *taken.entry(dossier).or_insert(0_u32) += 1;
            }
        }
        assert_eq!(taken.len(), 100);
        assert!(taken.values().all(|count| (140..=260).contains(count)), "200 expected of each: {taken:?}");
    }

    #[test]
    fn fewer_dossiers_than_asked_for_are_all_drawn_once() {
        let mut population = dossiers(3);
        population.extend(dossiers(3));
        assert_eq!(draw("seed", &population, 10).len(), 3);
        assert_eq!(population_digest(&population), population_digest(&dossiers(3)));
        assert_ne!(population_digest(&dossiers(2)), population_digest(&dossiers(3)));
    }

    #[test]
    fn scores_fit_the_sheet() {
        let sheet = usual_sheet();
        assert_eq!(sheet.iter().map(|line| line.points).sum::<u32>(), 100);
        let full: Vec<(String, u32)> = sheet.iter().map(|line| (line.code.clone(), line.points)).collect();
        assert_eq!(total(&sheet, &full), Ok(100));
        assert_eq!(total(&sheet, &full[1..]), Err(ScoreError::Missing("registration".into())));
        let mut twice = full.clone();
        twice.push(full[0].clone());
        assert_eq!(total(&sheet, &twice), Err(ScoreError::Unknown(8)));
        let mut much = full;
        much[7].1 = 6;
        assert_eq!(total(&sheet, &much), Err(ScoreError::TooMany(7)));
    }
}
