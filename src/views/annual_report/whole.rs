//! The report of an agency and all below it (Art 49(2)): its numbers are the sums of their reports, as frozen or as they stand; its texts are its own.
//!
//! Chosen: table two as typed in is added to the sums, for what no part has, such as rules that the government made itself, also what was typed in so into
//! the report of all below one of the parts. A part that is not final is named, and the explanations say why before anybody approves. Rule 4 compares with
//! the report of all as it was published; rules 4, 7 and 9 must hold in each part too, and one that only parts break that are not final just warns. Of the
//! cases of another agency it says how many: who makes it may not read them.

use super::body::{self, Body, Differences, Part, ProceedingChanges, Read, ReportWarning};
use crate::db::report::{self, Asked, Key};
use crate::http::problem::Problem;
use crate::rules::annual_report::additions::Additions;
use crate::rules::annual_report::checks::{Check, LastYear};
use crate::rules::annual_report::tables::{TableThree, TableTwo};
use crate::rules::annual_report::warnings::{ReportWarningKind, Warned};
use crate::rules::annual_report::{CARRIED_OVER, Extent};
use diesel::prelude::*;
use uuid::Uuid;

/// Counts the report of these agencies, the first of which makes it.
pub fn count(conn: &mut PgConnection, (agency, agencies): (Uuid, &[Uuid]), year: i32) -> Result<Body, Problem> {
    let mut whole = Body::empty((agency, crate::people::agencies::name(conn, agency)?), year);
    let (mut checks, mut unregistered) = (Vec::new(), (0, Vec::new()));
    for part in agencies {
        let Read { body, sha256, frozen } = body::read(conn, *part, year)?;
        whole.table_two.add(&body.table_two);
        whole.table_three.add(&body.table_three);
        whole.table_four.add(&body.table_four);
        whole.fees.add(&body.fees);
        let own = *part == agency;
        if !own {
            whole.table_two.add(&typed_for_all(conn, *part, year)?);
        }
        let (differing_cases, differing_proceedings) = (body.differences.total, body.proceeding_differences.total);
        take(&mut whole, (body.differences, body.proceeding_differences), own);
        for warning in body.warnings.into_iter().filter(|warning| warning.code == ReportWarningKind::Unregistered) {
            unregistered.0 += warning.total;
            unregistered.1.extend(warning.cases.into_iter().filter(|_| own));
        }
        checks.push(OfPart { agency: body.agency.clone(), frozen, checks: body.checks });
        whole.parts.push(Part { agency_id: *part, agency: body.agency, frozen, sha256, differing_cases, differing_proceedings });
    }
    let key = Key { agency, year, extent: Extent::Consolidated };
    let (version, added) = body::newest(conn, key)?;
    whole.table_two.add(&added.table_two);
    whole.write(version, &added);
    whole.checks = whole.checked(&last_year(conn, key, (agencies, &added))?);
    in_each(&mut whole.checks, &checks);
    let open: Vec<&str> = whole.parts.iter().filter(|part| !part.frozen).map(|part| part.agency.as_str()).collect();
    let warned = Warned::open(&open).into_iter().chain(Warned::of_government(&whole.overview)).map(ReportWarning::from);
    let of_cases = Warned::unregistered(unregistered.0, year).map(|warned| ReportWarning { cases: unregistered.1, ..warned.into() });
    whole.warnings = of_cases.into_iter().chain(warned).collect();
    Ok(whole)
}

/// Table two as it was typed into the report of all below an agency, beside the reports that it adds up.
fn typed_for_all(conn: &mut PgConnection, agency: Uuid, year: i32) -> Result<TableTwo, Problem> {
    Ok(body::newest(conn, Key { agency, year, extent: Extent::Consolidated })?.1.table_two)
}

fn take(whole: &mut Body, (cases, proceedings): (Differences, ProceedingChanges), own: bool) {
    whole.differences.total += cases.total;
    whole.differences.cases.extend(cases.cases.into_iter().filter(|_| own));
    whole.proceeding_differences.total += proceedings.total;
    whole.proceeding_differences.proceedings.extend(proceedings.proceedings.into_iter().filter(|_| own));
}

/// What rules 4, 7 and 9 compare with: the report of all as it was frozen, else what was typed in.
fn last_year(conn: &mut PgConnection, key: Key, (agencies, added): (&[Uuid], &Additions)) -> Result<LastYear, Problem> {
    let before = key.of_year(key.year - 1);
    if let Some(row) = report::frozen(conn, before)? {
        let published = body::frozen(&row)?;
        return Ok(LastYear {
            carried_over: Some(published.table_three.row(CARRIED_OVER).to_vec()),
            table_two: Some(published.table_two),
            fee_notices: published.fees.notices,
        });
    }
    let mut fee_notices = 0;
    for agency in agencies {
        fee_notices += report::fees(conn, Asked { agency: *agency, year: before.year, frozen: None })?.notices;
    }
    let typed = added.published_before.as_deref().and_then(TableThree::of);
    let table_two = typed_in(conn, before, agencies)?;
    Ok(LastYear { carried_over: typed.map(|table| table.row(CARRIED_OVER).to_vec()), table_two, fee_notices })
}

/// The sum of last year's tables two where each of the agencies typed one in; else there is nothing to compare with.
fn typed_in(conn: &mut PgConnection, before: Key, agencies: &[Uuid]) -> Result<Option<TableTwo>, Problem> {
    let mut sum = TableTwo::default();
    for agency in agencies {
        let Some(own) = report::newest_additions(conn, Key::own(*agency, before.year))? else { return Ok(None) };
        sum.add(&body::additions_of(&own)?.table_two);
        sum.add(&typed_for_all(conn, *agency, before.year)?);
    }
    Ok(Some(sum))
}

/// The checks of a part.
struct OfPart {
    agency: String,
    frozen: bool,
    checks: Vec<Check>,
}

/// A rule that compares with last year holds for all only where it holds for each. Where only parts break it that are not final it warns: what they are is
/// theirs to mend, and the explanations say that they are open.
fn in_each(checks: &mut [Check], parts: &[OfPart]) {
    for check in checks.iter_mut().filter(|check| [4, 7, 9].contains(&check.rule)) {
        let broken = |of: &&OfPart| of.checks.iter().any(|one| one.rule == check.rule && !one.holds);
        let broken: Vec<&OfPart> = parts.iter().filter(broken).collect();
        if broken.is_empty() {
            continue;
        }
        let before = if check.holds { String::new() } else { format!("{}；", check.detail) };
        let name = |of: &&OfPart| if of.frozen { of.agency.clone() } else { format!("{}（年度报告尚未定稿）", of.agency) };
        let names: Vec<String> = broken.iter().map(name).collect();
        check.detail = format!("{before}不符合的机关：{}", names.join("、"));
        // What the sum breaks by itself stands against it, whatever the parts are.
        check.warning |= check.holds && broken.iter().all(|of| !of.frozen);
        check.holds = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: u8, holds: bool) -> Check {
        Check { rule, holds, detail: "比较".into(), warning: false }
    }

    fn part(agency: &str, frozen: bool, checks: Vec<Check>) -> OfPart {
        OfPart { agency: agency.to_owned(), frozen, checks }
    }

    /// Domain 4, rules 4, 7 and 9: a sum that fits hides no part that does not; a sentence (rule 8) is each report's own.
    #[test]
    fn a_rule_about_last_year_holds_only_where_it_holds_in_each() {
        let mut checks = vec![check(4, false), check(7, true), check(8, true), check(9, true)];
        let parts = [part("甲局", true, vec![check(4, false), check(8, false)]), part("乙局", true, vec![check(4, true), check(9, false)])];
        in_each(&mut checks, &parts);
        let told: Vec<(bool, &str)> = checks.iter().map(|check| (check.holds, check.detail.as_str())).collect();
        assert_eq!(told, [(false, "比较；不符合的机关：甲局"), (true, "比较"), (true, "比较"), (false, "不符合的机关：乙局")]);
        assert!(checks.iter().all(|check| !check.warning));
    }

    /// Domain 4, rule 9: what a part breaks that is not final is explained and named; it does not keep the whole from being approved.
    #[test]
    fn a_rule_that_only_open_parts_break_warns() {
        let one = |sum: bool, frozen: &[bool]| {
            let mut checks = vec![check(9, sum)];
            let parts: Vec<OfPart> = frozen.iter().map(|frozen| part("甲局", *frozen, vec![check(9, false)])).collect();
            in_each(&mut checks, &parts);
            checks.remove(0)
        };
        let open = one(true, &[false]);
        assert_eq!((open.holds, open.warning, open.detail.as_str()), (false, true, "不符合的机关：甲局（年度报告尚未定稿）"));
        assert!(!one(false, &[false]).warning, "what the sum breaks stands against it");
        assert!(!one(true, &[false, true]).warning);
        assert!(!one(false, &[]).warning);
    }
}
