//! The numbers without gaps: every one that a counter has drawn is borne by one case (登记编号) or one letter (文号), and no other is borne.

use super::report::Report;
use crate::case::facts::NumberKind;
use crate::case::model::{Case, DrawnNumber, Reply, ReplyState};
use crate::db::schema::counters;
use chrono::Datelike;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers drawn and borne, as bits a sequence: an eighth of a byte a number.
pub(super) struct Numbers(BTreeMap<(NumberKind, i32), Sequence>);

#[derive(Default)]
struct Sequence {
    /// What the counter says; none where it has no row.
    last: Option<u32>,
    borne: Vec<u64>,
    /// Letters written before events told the number: their document number alone stands on the trail.
    untold: u32,
}

const fn words(kind: NumberKind) -> (&'static str, &'static str) {
    match kind {
        NumberKind::Register => ("register number", "case"),
        NumberKind::RecordCorrection => ("number in the register of corrections", "case"),
        NumberKind::Reply => ("document number", "letter"),
        NumberKind::Notice(_) => ("document number", "notice"),
    }
}

impl Numbers {
    pub fn load(conn: &mut PgConnection, report: &mut Report) -> QueryResult<Self> {
        let rows: Vec<(String, i32, i32)> = counters::table
            .filter(counters::agency_id.eq(report.agency))
            .select((counters::kind, counters::year, counters::last))
            .load(conn)?;
        let mut sequences = BTreeMap::new();
        for (kind, year, last) in rows {
            match NumberKind::all().find(|known| known.code() == kind) {
                Some(kind) => {
                    let last = Some(u32::try_from(last).unwrap_or(0));
                    sequences.insert((kind, year), Sequence { last, ..Sequence::default() });
                }
                None => report.note(format!("the counter {kind} of {year} counts nothing")),
            }
        }
        Ok(Self(sequences))
    }

    /// The numbers of a case and its letters.
    pub fn see(&mut self, case: &Case, report: &mut Report) {
        if let Some(entry) = &case.registration {
            self.bear(NumberKind::of(case.matter), DrawnNumber { year: entry.year, number: entry.number }, case, report);
        }
        for (kind, drawn) in case.notice_numbers() {
            self.bear(NumberKind::Notice(kind), drawn, case, report);
        }
        // A reply recalled before it left gives its number to the next.
        let (mut given_on, mut untold) = (BTreeSet::new(), BTreeSet::new());
        // The numbers of a document of several cases are told once, by the first of them.
        let told = |reply: &&Reply| reply.joint.as_ref().is_none_or(|joint| joint.bearer() == case.id);
        for reply in case.replies.iter().filter(told) {
            match reply.drawn {
                Some(drawn) if given_on.remove(&drawn) => {}
                Some(drawn) => self.bear(NumberKind::Reply, drawn, case, report),
                None if untold.insert(reply.document_number.as_str()) => self.untold(reply.on.year()),
                None => {}
            }
            if reply.state == ReplyState::Recalled {
                given_on.extend(reply.drawn);
            }
            let errata = reply.errata.iter().map(|erratum| (erratum.drawn, erratum.on));
            for (drawn, on) in errata.chain(reply.revocation.as_ref().map(|revocation| (revocation.drawn, revocation.on))) {
                match drawn {
                    Some(drawn) => self.bear(NumberKind::Reply, drawn, case, report),
                    None => self.untold(on.year()),
                }
            }
        }
    }

    fn untold(&mut self, year: i32) {
        self.0.entry((NumberKind::Reply, year)).or_default().untold += 1;
    }

    fn bear(&mut self, kind: NumberKind, DrawnNumber { year, number }: DrawnNumber, case: &Case, report: &mut Report) {
        let (name, bearer) = words(kind);
        let sequence = self.0.entry((kind, year)).or_default();
        if number == 0 || sequence.last.is_none_or(|last| number > last) {
            report.note_stream(case.id, format!("its {name} {number} of {year} was never drawn"));
            return;
        }
        let (word, bit) = (usize::try_from(number / 64).unwrap_or(usize::MAX), 1_u64 << (number % 64));
        if sequence.borne.len() <= word {
            sequence.borne.resize(word + 1, 0);
        }
        if let Some(known) = sequence.borne.get_mut(word) {
            if *known & bit != 0 {
                report.note_stream(case.id, format!("its {name} {number} of {year} is another {bearer}'s too"));
            }
            *known |= bit;
        }
    }

    /// Every number drawn is explained. Letters that do not tell their number explain one each.
    pub fn finish(&self, report: &mut Report) {
        for ((kind, year), sequence) in &self.0 {
            let (name, bearer) = words(*kind);
            let last = sequence.last.unwrap_or(0);
            let gaps = sequence.gaps(last);
            let missing: u32 = gaps.iter().map(|(from, to)| to - from + 1).sum();
            if missing == sequence.untold {
                continue;
            }
            if missing < sequence.untold {
                report.note(format!("{} {bearer}s bear a {name} of {year}, and only {missing} are left for them", sequence.untold));
                continue;
            }
            for (from, to) in gaps {
                report.note(format!("the {name}s {from} to {to} of {year} have no {bearer}"));
            }
            if sequence.untold > 0 {
                report.note(format!("{} of these {name}s of {year} are borne by older {bearer}s that do not tell which", sequence.untold));
            }
        }
    }
}

impl Sequence {
    /// Numbers up to the last that nobody bears, as ranges.
    fn gaps(&self, last: u32) -> Vec<(u32, u32)> {
        let mut gaps: Vec<(u32, u32)> = Vec::new();
        for n in 1..=last {
            let word = usize::try_from(n / 64).ok().and_then(|word| self.borne.get(word)).copied().unwrap_or(0);
            if word >> (n % 64) & 1 == 1 {
                continue;
            }
            match gaps.last_mut() {
                Some((_, to)) if *to + 1 == n => *to = n,
                _ => gaps.push((n, n)),
            }
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::{Extension, NoticeNumber};
    use crate::case::private::Private;
    use crate::rules::numbering::NoticeKind;
    use crate::steps::fixtures::served;
    use rstest::rstest;
    use uuid::Uuid;

    /// A case of the register number 1 with replies in these states, each with the number behind its document number.
    fn case(replies: &[(ReplyState, Option<u32>)]) -> Case {
        let mut case = served("2026-08-03", "2026-08-05").case.unwrap();
        let entry = case.registration.as_mut().unwrap();
        (entry.year, entry.number) = (2026, 1);
        let like = case.replies.remove(0);
        for (n, (state, number)) in replies.iter().enumerate() {
            let mut reply = like.clone();
            reply.state = *state;
            reply.drawn = number.map(|number| DrawnNumber { year: 2026, number });
            reply.document_number = number.map_or_else(|| format!("old {n}"), |number| number.to_string());
            case.replies.push(reply);
        }
        case
    }

    fn found(drawn: u32, cases: &[Case]) -> Vec<String> {
        let sequence = |kind, last| ((kind, 2026), Sequence { last: Some(last), ..Sequence::default() });
        let mut numbers = Numbers([sequence(NumberKind::Register, 1), sequence(NumberKind::Reply, drawn)].into());
        let mut report = Report::of(Uuid::nil());
        for case in cases {
            numbers.see(case, &mut report);
        }
        numbers.finish(&mut report);
        report.findings.into_iter().map(|finding| finding.what).collect()
    }

    use ReplyState::{Issued, Recalled, Revoked};

    #[rstest]
    #[case(&[(Revoked, Some(1)), (Issued, Some(2))], 2, &[])]
    #[case(&[(Recalled, Some(1)), (Issued, Some(1))], 1, &[])]
    #[case(&[(Recalled, Some(1)), (Recalled, Some(1)), (Issued, Some(1))], 1, &[])]
    #[case(&[(Recalled, Some(1))], 1, &[])]
    #[case(&[(Revoked, Some(1)), (Issued, Some(1))], 1, &["its document number 1 of 2026 is another letter's too"])]
    #[case(&[(Recalled, Some(1)), (Revoked, Some(1)), (Issued, Some(1))], 1, &["its document number 1 of 2026 is another letter's too"])]
    #[case(&[(Issued, Some(3))], 2, &["its document number 3 of 2026 was never drawn", "the document numbers 1 to 2 of 2026 have no letter"])]
    #[case(&[(Issued, Some(2))], 4, &["the document numbers 1 to 1 of 2026 have no letter", "the document numbers 3 to 4 of 2026 have no letter"])]
    // Letters from before the numbers stood in the events.
    #[case(&[(Revoked, None), (Revoked, Some(2)), (Issued, None)], 3, &[])]
    #[case(&[(Revoked, None), (Issued, Some(2))], 2, &[])]
    #[case(&[(Revoked, None), (Issued, None)], 1, &["2 letters bear a document number of 2026, and only 1 are left for them"])]
    #[case(&[(Revoked, None), (Issued, Some(2))], 3, &[
        "the document numbers 1 to 1 of 2026 have no letter", "the document numbers 3 to 3 of 2026 have no letter",
        "1 of these document numbers of 2026 are borne by older letters that do not tell which",
    ])]
    fn every_number_drawn_is_borne_once(#[case] replies: &[(ReplyState, Option<u32>)], #[case] drawn: u32, #[case] expected: &[&str]) {
        assert_eq!(found(drawn, &[case(replies)]), expected);
    }

    #[test]
    fn an_old_recalled_reply_and_its_successor_bear_one_number() {
        let mut both = case(&[(Recalled, None), (Issued, None)]);
        both.replies[1].document_number = both.replies[0].document_number.clone();
        assert_eq!(found(1, &[both]), [""; 0]);
    }

    #[test]
    fn domain_6_2_the_numbers_of_a_kind_of_notice_are_a_sequence_of_their_own_and_a_voided_one_keeps_its() {
        let extension = |n: u32, drawn: Option<u32>| Extension {
            n,
            on: "2026-08-10".parse().unwrap(),
            by: Uuid::nil(),
            working_days: 20,
            reasons: Private { id: Uuid::nil(), commitment: String::new() },
            voided: None,
            number: drawn
                .map(|number| NoticeNumber { document_number: number.to_string(), drawn: Some(DrawnNumber { year: 2026, number }) }),
        };
        let found = |extensions: Vec<Extension>, last: u32| {
            let mut case = case(&[(Issued, Some(1))]);
            case.extensions = extensions;
            let kind = NumberKind::Notice(NoticeKind::Extension);
            let sequence = |last| Sequence { last: Some(last), ..Sequence::default() };
            let known =
                [((NumberKind::Register, 2026), sequence(1)), ((NumberKind::Reply, 2026), sequence(1)), ((kind, 2026), sequence(last))];
            let (mut numbers, mut report) = (Numbers(known.into()), Report::of(Uuid::nil()));
            numbers.see(&case, &mut report);
            numbers.finish(&mut report);
            report.findings.into_iter().map(|finding| finding.what).collect::<Vec<_>>()
        };
        assert_eq!(found(vec![extension(1, Some(1)), extension(2, Some(2))], 2), [""; 0]);
        assert_eq!(found(vec![extension(1, None), extension(2, Some(1))], 1), [""; 0], "one from before there were numbers");
        assert_eq!(found(vec![extension(1, Some(1)), extension(2, Some(1))], 1), ["its document number 1 of 2026 is another notice's too"]);
        assert_eq!(found(vec![extension(1, Some(2))], 2), ["the document numbers 1 to 1 of 2026 have no notice"]);
    }

    #[test]
    fn two_cases_never_share_a_register_number() {
        let twin = case(&[(Issued, Some(1))]);
        let mut other = twin.clone();
        other.replies.clear();
        assert_eq!(found(1, &[twin, other]), ["its register number 1 of 2026 is another case's too"]);
    }
}
