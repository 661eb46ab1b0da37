//! Table three: which case counts in which row and column of a year (domain 4, "which request is counted where").
//!
//! New by receipt date, answered by the date of the final reply, carried over while neither. What a frozen report counted stays as it was published: a
//! case that it answered is never counted again, one that it carried over appears in the next, in the same column. What became known only after
//! the freezing counts in the first year that is not frozen, so that nothing is lost and nothing doubled.

use super::{CARRIED_OVER, FrozenYears, OTHER_RESULT};
use crate::rules::applicants::ApplicantKind;
use crate::rules::coded::coded;

coded! {
    /// How a case came into the report of a year.
    pub enum Entered {
        New => "new", "本年新收", "received in the year";
        Late => "late", "以前年度收到、其年度报告定稿后登记", "received in an earlier year, registered after its report was frozen";
        Carried => "carried", "上年结转", "carried over from the year before";
    }
}

/// What is known of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The case as it counts now: year of receipt and column; none once it is out of every table.
    pub now: Option<(i32, ApplicantKind)>,
    /// Its answer as it stands now: year of the legal date, row.
    pub answer: Option<(i32, u8)>,
    /// What the last frozen report that named it says: row and column.
    pub published: Option<(u8, ApplicantKind)>,
}

/// Where a case counts in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In row 2 where it was carried over, else in row 1.
    pub entered: Entered,
    /// 3 to 23, or 25.
    pub row: u8,
    /// Its column.
    pub column: ApplicantKind,
}

impl Fact {
    /// Where the case counts in a year; `frozen` are the years before it whose reports are frozen.
    pub fn place(&self, year: i32, frozen: Option<FrozenYears>) -> Option<Place> {
        let first = frozen.map_or(i32::MIN, |frozen| frozen.last.saturating_add(1));
        let (came, entered, column, answer) = match (self.published, self.now) {
            // It was counted, whatever happened since: a new reply changes no row that was published.
            (Some((row, _)), _) if row != CARRIED_OVER => return None,
            // It was carried over and is a case no more, voided or split: it leaves the count as another result.
            (Some((_, column)), None) => (first, Entered::Carried, column, Some((first, OTHER_RESULT))),
            (Some((_, column)), Some(_)) => (first, Entered::Carried, column, self.answer),
            (None, _) if self.ended_before(frozen) => return None,
            (None, Some((received, column))) if received < first => (first, Entered::Late, column, self.answer),
            (None, Some((received, column))) => (received, Entered::New, column, self.answer),
            (None, None) => return None,
        };
        if came > year {
            return None;
        }
        let row = match answer {
            Some((answered, _)) if answered.max(came) < year => return None,
            Some((answered, row)) if answered.max(came) == year => row,
            _ => CARRIED_OVER,
        };
        Some(Place { entered: if came < year { Entered::Carried } else { entered }, row, column })
    }

    /// Whether it was answered before the first year whose report is frozen: no report made here ever counts it.
    fn ended_before(&self, frozen: Option<FrozenYears>) -> bool {
        frozen.is_some_and(|frozen| self.answer.is_some_and(|(answered, _)| answered < frozen.first))
    }

    /// What differs from what the last frozen report published, if anything does.
    pub fn difference(&self, frozen: FrozenYears) -> Option<Difference> {
        let answered_by_then = self.answer.filter(|(year, _)| *year <= frozen.last);
        match (self.published, self.now) {
            (None, _) if self.ended_before(Some(frozen)) => None,
            (None, Some((received, _))) if received <= frozen.last => Some(Difference::EnteredAfterwards),
            (Some(_), None) => Some(Difference::NoCaseAnyMore),
            (Some((_, published)), Some((_, now))) if published != now => Some(Difference::ApplicantKindAmended),
            (Some((CARRIED_OVER, _)), Some(_)) if answered_by_then.is_some() => Some(Difference::AnswerEnteredAfterwards),
            (Some((row, _)), Some(_)) if row != CARRIED_OVER => match answered_by_then {
                Some((_, now)) if now == row => None,
                Some(_) => Some(Difference::ResultAmended),
                None => Some(Difference::AnsweredAnew),
            },
            _ => None,
        }
    }
}

coded! {
    /// Why a case no longer stands as a frozen report counted it.
    pub enum Difference {
        EnteredAfterwards => "entered_afterwards", "上年度报告定稿后登记的上年申请，计入本年新收", "received in that year and registered after its report was frozen; it counts as new in this one";
        NoCaseAnyMore => "no_case_any_more", "定稿后作废或者拆分；上年结转的，计入本年“其他”", "voided or split afterwards; where it had been carried over it counts in row 23";
        ApplicantKindAmended => "applicant_kind_amended", "定稿后更正了申请人类别，仍按已公布的类别统计", "the kind of applicant was amended afterwards; it stays in the column that was published";
        AnswerEnteredAfterwards => "answer_entered_afterwards", "上年已经答复、定稿后登记，结果计入本年", "answered in that year and entered afterwards; the result counts in this one";
        ResultAmended => "result_amended", "定稿后更正了办理结果，已公布的结果不变", "the result was amended afterwards; what was published stays";
        AnsweredAnew => "answered_anew", "定稿后撤销答复或者恢复办理，已公布的结果不变，重新答复不再计数", "the reply was taken back afterwards; what was published stays, and the new reply is not counted again";
    }
}
