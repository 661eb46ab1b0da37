//! The clocks of the law as data: what starts each, how long it is, what moves it, under which article. Who: everybody.

use super::find;
use super::shape::{Label, view};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::rules::terms::clocks::{CLOCKS, LegalClock, Lengths, Said};
use crate::rules::terms::{Basis, Circumstance, DutyKind, DutyOwner, Unit};
use actix_web::get;
use chrono::NaiveDate;

view! {
    /// How long a clock is, in a circumstance and from a day on.
    pub struct TermLength {
        /// When this length applies.
        circumstance: Circumstance,
        /// How many units; 0 where the unit is itself a date, or where the agency's settings give the number.
        #[schema(example = 20)]
        length: u32,
        /// What is counted.
        unit: Unit,
        /// The article.
        #[schema(example = "33(2)")]
        article: &'static str,
        /// Whether law or the agency's practice sets it.
        basis: Basis,
        /// The rule in words; null where the title says it all.
        rule: Option<Label>,
        /// The first start day it applies to.
        in_force_from: NaiveDate,
    }
    /// A clock of the law.
    pub struct TermRow {
        /// Its name; other rows refer to it.
        #[schema(example = "C2")]
        name: &'static str,
        /// What it is called.
        title: Label,
        /// The duty it makes; null where it makes none in a case.
        duty_kind: Option<DutyKind>,
        /// Whom it binds; null where it makes no duty in a case.
        owed_by: Option<DutyOwner>,
        /// What sets it going.
        trigger: Label,
        /// The day it is counted from, which is not counted.
        counted_from: Label,
        /// Its lengths, the oldest law first.
        lengths: Vec<TermLength>,
        /// Rows whose time is left out of it.
        suspended_by: Vec<&'static str>,
        /// Rows that add days to it.
        lengthened_by: Vec<&'static str>,
        /// Rows that put another start or date in its place.
        replaced_by: Vec<&'static str>,
        /// What ends it.
        ended_by: Label,
    }
    /// Every clock.
    pub struct TermTable {
        /// The clocks, in the order of the law.
        items: Vec<TermRow>,
    }
}

const fn label((zh, en): Said) -> Label {
    Label { zh, en }
}

fn lengths(clock: &LegalClock) -> Vec<TermLength> {
    if let Lengths::Own(rows) = clock.lengths {
        let length = |row: &crate::rules::terms::clocks::OwnLength| TermLength {
            circumstance: Circumstance::Always,
            length: row.length,
            unit: row.unit,
            article: clock.article.unwrap_or_default(),
            basis: row.basis,
            rule: None,
            in_force_from: row.in_force_from,
        };
        return rows.iter().map(length).collect();
    }
    let length = |term: &'static crate::rules::terms::Term| TermLength {
        circumstance: term.circumstance,
        length: term.length,
        unit: term.unit,
        article: clock.article.unwrap_or(term.article),
        basis: term.basis,
        rule: Some(Label { zh: term.source_zh, en: term.source_en }),
        in_force_from: term.in_force_from,
    };
    clock.terms().map(length).collect()
}

fn row(clock: &LegalClock) -> TermRow {
    let duty_kind = match clock.lengths {
        Lengths::Of(kind) => Some(kind),
        Lengths::Own(_) => None,
    };
    TermRow {
        name: clock.name,
        title: label(clock.title),
        duty_kind,
        owed_by: duty_kind.map(DutyKind::owed_by),
        trigger: label(clock.trigger),
        counted_from: label(clock.counted_from),
        lengths: lengths(clock),
        suspended_by: clock.suspended_by.to_vec(),
        lengthened_by: clock.lengthened_by.to_vec(),
        replaced_by: clock.replaced_by.to_vec(),
        ended_by: label(clock.ended_by),
    }
}

/// Every clock of the law.
///
/// What starts it, from which day it counts, how long it is under the law of each day, what suspends, lengthens, replaces or ends
/// it, and the article.
#[utoipa::path(tag = "read", responses((status = 200, description = "The table.", body = TermTable)))]
#[get("/terms")]
pub async fn list_terms(call: Call) -> Answer {
    call.permit("list_terms")?;
    find::no_query(&call)?;
    answer::ok(&TermTable { items: CLOCKS.iter().map(row).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_stands_with_both_laws_and_what_moves_it() {
        let reply = row(LegalClock::named("C2").unwrap());
        let lengths: Vec<_> = reply.lengths.iter().map(|length| (length.length, length.article)).collect();
        assert_eq!(lengths, [(15, "24(2)"), (20, "33(2)")]);
        assert_eq!((reply.lengthened_by, reply.replaced_by), (vec!["C3"], vec!["C5", "C8", "C9"]));
        assert_eq!(row(LegalClock::named("L4").unwrap()).suspended_by, ["L5a"], "复议法 39: no time runs while it rests");
        // 复议法 39, 62; 行诉法 81, 88: what moves the terms of body and court stands there too.
        let decision = row(LegalClock::named("L5").unwrap());
        assert_eq!((decision.suspended_by, decision.lengthened_by, decision.replaced_by), (vec!["L5a"], vec!["L5b"], vec!["L5c"]));
        let judgment = row(LegalClock::named("L11").unwrap());
        assert_eq!((judgment.suspended_by, judgment.lengthened_by, judgment.replaced_by), (vec!["L11a"], vec!["L11b"], vec!["L11c"]));
        for (name, article, length) in [("L1a", "复议法 20(3)", 60), ("L5b", "复议法 62", 30), ("L8b", "行诉解释 64", 12)] {
            let lengths = row(LegalClock::named(name).unwrap()).lengths;
            assert_eq!((lengths[0].article, lengths[0].length), (article, length), "{name}");
        }
        let silence = row(LegalClock::named("C7").unwrap());
        assert_eq!((silence.lengths[0].length, silence.lengths[0].article), (15, "34"));
    }
}
