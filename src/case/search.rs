//! What a case can be found by: the words of its request, corrections, replies and reasons, as keyed tokens. A pure function of the case,
//! its opened texts and the key; the journal writes it.
//!
//! People are not in it: somebody is looked for over the blind index alone. Drafts, reviews and opinions are not in it either.

use super::model::Case;
use super::private::{Private, RequestWords, Texts};
use crate::crypto::BlindIndex;
use crate::rules::words;
use chrono::{Datelike, Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Lists of hashes by which alike requests meet: each holds the least of so many.
const BANDS: u32 = 8;
/// Hashes of a list. Two requests that share 6 of 10 telling words meet with a probability of 0.86, 3 of 10 with 0.2.
const ROWS: u32 = 3;
/// A request with fewer telling words is like too many others.
const FEWEST_WORDS: usize = 4;

/// What a text is to its case, and how much a word in it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What is asked.
    Request,
    /// What is answered.
    Reply,
    /// Anything written on the way.
    Reason,
}

impl Part {
    const fn weight(self) -> u32 {
        match self {
            Self::Request => 3,
            Self::Reply => 2,
            Self::Reason => 1,
        }
    }
}

/// The texts a case is found by.
pub fn passages(case: &Case) -> Vec<(&Private, Part)> {
    let mut passages = vec![(&case.request.words, Part::Request)];
    for correction in &case.corrections {
        passages.extend([(&correction.points, Part::Reason), (&correction.reasons, Part::Reason)]);
        passages.extend(correction.answers.iter().map(|answer| (&answer.words, Part::Reason)));
    }
    passages.extend(case.extensions.iter().map(|extension| (&extension.reasons, Part::Reason)));
    for reply in &case.replies {
        for item in &reply.items {
            passages.extend([(&item.subject, Part::Reply), (&item.reasons, Part::Reply)]);
            passages.extend(item.grounds.how_to_obtain.iter().map(|text| (text, Part::Reply)));
        }
        passages.extend(reply.errata.iter().map(|erratum| (&erratum.text, Part::Reason)));
        passages.extend(reply.revocation.iter().map(|revocation| (&revocation.reason, Part::Reason)));
    }
    passages
}

/// The day that decides which case is the newer.
pub fn dated_on(case: &Case) -> NaiveDate {
    case.received_on().unwrap_or(case.arrived_on)
}

/// The words of one text; nothing where it was shredded.
fn read(texts: &Texts, reference: &Private, part: Part) -> Option<String> {
    let text = texts.get(reference)?;
    if part != Part::Request {
        return Some(text.to_owned());
    }
    let words: RequestWords = serde_json::from_str(text).ok()?;
    Some([Some(words.description), words.document_number, words.features].into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// The texts a case is found by, as they are read.
pub fn read_all(case: &Case, texts: &Texts) -> Vec<String> {
    passages(case).into_iter().filter_map(|(reference, part)| read(texts, reference, part)).collect()
}

/// What a case asks, for holding it against what another asks.
pub fn asked(case: &Case, texts: &Texts) -> Option<String> {
    read(texts, &case.request.words, Part::Request)
}

/// What stands in `case_search`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The day that decides which case is the newer.
    pub dated_on: NaiveDate,
    /// Tokens that alike requests share.
    pub bands: Vec<i32>,
    /// Tokens of its words, of its bands and of its month, rising.
    pub words: Vec<i32>,
    /// How much each weighs.
    pub weights: Vec<u8>,
}

/// Makes tokens: without the key nobody knows which word one stands for.
#[derive(Debug, Clone, Copy)]
pub struct Tokens<'a>(pub &'a BlindIndex);

impl Tokens<'_> {
    fn of(self, kind: &str, text: &str) -> i32 {
        let [a, b, c, d, ..] = self.0.of(kind, text);
        i32::from_be_bytes([a, b, c, d])
    }

    /// The token of a word.
    pub fn word(self, word: &str) -> i32 {
        self.of("word", word)
    }

    /// The token of an agency's month.
    pub fn month(self, agency: Uuid, on: NaiveDate) -> i32 {
        self.of("month", &format!("{agency} {}-{:02}", on.year(), on.month()))
    }

    /// The months from one day back to another, the newest first.
    pub fn months(self, agency: Uuid, (newest, oldest): (NaiveDate, NaiveDate)) -> Vec<i32> {
        let month_of = |day: NaiveDate| day.with_day(1).unwrap_or(day);
        let back = |month: &NaiveDate| month.checked_sub_months(Months::new(1));
        let months = std::iter::successors(Some(month_of(newest)), back);
        months.take_while(|month| *month >= month_of(oldest)).map(|month| self.month(agency, month)).collect()
    }

    /// The bands of a request: of its telling words the least under each of several hashes, so many at a time.
    pub fn bands(self, agency: Uuid, request: &str) -> Vec<i32> {
        let telling: Vec<u64> = words::telling_words(request).iter().map(|word| u64::from(self.word(word).cast_unsigned())).collect();
        if telling.len() < FEWEST_WORDS {
            return Vec::new();
        }
        let least = |hash: u32| telling.iter().map(|word| mixed(*word | u64::from(hash) << 32)).min().unwrap_or_default();
        let band = |n: u32| {
            let hashes = (n * ROWS..(n + 1) * ROWS).map(|hash| least(hash).to_string()).collect::<Vec<_>>().join(" ");
            self.of("band", &format!("{agency} {n} {hashes}"))
        };
        (0..BANDS).map(band).collect()
    }

    /// What stands in `case_search` for a case.
    pub fn found(self, case: &Case, texts: &Texts) -> Found {
        let dated_on = dated_on(case);
        let mut weights: BTreeMap<i32, u32> = BTreeMap::new();
        for (reference, part) in passages(case) {
            for (word, times) in read(texts, reference, part).iter().flat_map(|text| words::words(text)) {
                let weight = weights.entry(self.word(&word)).or_default();
                *weight = weight.saturating_add(times.saturating_mul(part.weight()));
            }
        }
        let bands = asked(case, texts).map(|request| self.bands(case.agency_id, &request)).unwrap_or_default();
        // A case whose texts are gone is found by nothing.
        let month = (!weights.is_empty()).then(|| self.month(case.agency_id, dated_on));
        for token in bands.iter().copied().chain(month) {
            weights.entry(token).or_default();
        }
        let (words, weights) = weights.into_iter().map(|(token, weight)| (token, u8::try_from(weight).unwrap_or(u8::MAX))).unzip();
        Found { dated_on, bands, words, weights }
    }

    /// The tokens that a case must have.
    pub fn wanted(self, asked: &words::Asked) -> Vec<i32> {
        let tokens: BTreeSet<i32> = asked.words().iter().map(|word| self.word(word)).collect();
        tokens.into_iter().collect()
    }
}

/// The finishing step of `SplitMix64`: spreads the bits of a number over all of it.
const fn mixed(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::{AGENCY, Bench, day};
    use crate::crypto::MasterKey;
    use crate::rules::words::Asked;

    fn key(n: u8) -> BlindIndex {
        let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [n; 32]);
        MasterKey::from_base64(&key).unwrap().blind_index().unwrap()
    }

    fn texts(bench: &Bench) -> Texts {
        bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect()
    }

    #[test]
    fn a_case_is_found_by_its_words_and_by_nobody_s_name() {
        let (key, bench) = (key(1), Bench::received("2026-11-02"));
        let tokens = Tokens(&key);
        let found = tokens.found(bench.case(), &texts(&bench));
        let has = |question: &str| tokens.wanted(&Asked::parse(question).unwrap()).iter().all(|token| found.words.contains(token));
        let words: RequestWords = serde_json::from_str(texts(&bench).get(&bench.case().request.words).unwrap()).unwrap();
        assert!(has(words.description.trim_end_matches('。')));
        let person: crate::case::private::PersonDetails =
            serde_json::from_str(texts(&bench).get(bench.case().first_applicant().unwrap()).unwrap()).unwrap();
        assert!(!has(&person.name) && !has("没有"));
        assert!(found.words.is_sorted() && found.words.len() == found.weights.len());
        assert!(
            found.words.contains(&tokens.month(AGENCY, day("2026-11-30")))
                && !found.words.contains(&tokens.month(AGENCY, day("2026-12-01")))
        );
    }

    #[test]
    fn a_shredded_case_is_found_by_nothing_and_another_key_gives_other_tokens() {
        let (key, bench) = (key(1), Bench::received("2026-11-02"));
        let gone = Tokens(&key).found(bench.case(), &Texts::default());
        assert!(gone.words.is_empty() && gone.bands.is_empty() && gone.weights.is_empty());
        assert_ne!(Tokens(&key).word("征地"), Tokens(&self::key(2)).word("征地"));
    }

    #[test]
    fn months_go_back_from_the_newest() {
        let key = key(1);
        let tokens = Tokens(&key);
        let months = tokens.months(AGENCY, (day("2026-02-28"), day("2025-11-30")));
        let expected = ["2026-02-01", "2026-01-31", "2025-12-31", "2025-11-01"].map(|on| tokens.month(AGENCY, day(on)));
        assert_eq!(months, expected);
        assert!(tokens.months(AGENCY, (day("2026-01-01"), day("2026-02-01"))).is_empty());
    }

    #[test]
    fn alike_requests_share_a_band_and_others_none() {
        let key = key(1);
        let shared = |one: &str, other: &str| {
            let (one, other) = (Tokens(&key).bands(AGENCY, one), Tokens(&key).bands(AGENCY, other));
            one.iter().filter(|band| other.contains(band)).count()
        };
        let one = "申请公开示范区幸福里小区3号楼电梯2025年度检验报告及整改记录。";
        assert_eq!(shared(one, one), 8);
        assert!(shared(one, "本人申请公开示范区幸福里小区3号楼电梯2025年度检验报告、整改记录") > 0);
        assert_eq!(shared(one, "申请公开2024年度食品抽检不合格企业名单和处罚决定书。"), 0);
        assert!(Tokens(&key).bands(AGENCY, "申请公开信息").is_empty());
    }
}
