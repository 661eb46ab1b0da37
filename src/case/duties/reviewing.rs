//! What waits for a reviewer or the signer (审核、签发), from the moment it waits: each review of the chain that a draft was written under, the
//! second approval of a denial (Art 36(3)), and the signature.
//!
//! A duty of the role that may do it, not of the handler: it is on that role's worklist. Due within the inner limit of the step where the
//! registration names one, else within the agency's usual two working days; never the legal date. It is on no list of somebody who may not do
//! it. A draft that was replaced owes nothing any more; one that was sent back is its author's to revise, or the handler's.

use super::inner::limit_of;
use super::{Duty, Start, Whose, counted};
use crate::case::four_eyes::{drafters, only_approval, spent};
use crate::case::model::{Case, Draft, DraftState, ReplyState, Review, ReviewKind, Verdict};
use crate::rules::calendar::Calendar;
use crate::rules::inner::InnerStep;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::review::{self, ReviewLine, default_chain};
use crate::rules::terms::{Circumstance, DutyKind};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let on_case = OnCase { case, calendar, over: case.standing_reply().is_some() || case.closing.is_some() };
    case.drafts.iter().flat_map(|draft| on_case.of_draft(draft)).collect()
}

/// The lines of the chain that a draft is reviewed by; one from before they were kept with it goes by what the law asks.
fn lines(draft: &Draft) -> Vec<ReviewLine> {
    draft.chain.clone().unwrap_or_else(|| review::covering(&default_chain(), &kinds(draft)))
}

fn kinds(draft: &Draft) -> Vec<ReplyKind> {
    draft.items.iter().map(|item| item.kind).collect()
}

fn passed(draft: &Draft, kind: ReviewKind) -> Option<NaiveDate> {
    draft.reviews.iter().filter(|review| review.kind == kind && review.verdict == Verdict::Approved).map(|review| review.on).min()
}

/// Of an open draft every review that can be given now.
fn awaited(draft: &Draft) -> BTreeSet<ReviewKind> {
    let next = |line: &ReviewLine| line.reviews.iter().copied().find(|kind| passed(draft, *kind).is_none());
    let mut awaited: BTreeSet<ReviewKind> = lines(draft).iter().filter_map(next).collect();
    let weighs = |review: &Review| review.kind != ReviewKind::Secrecy && review.verdict == Verdict::Approved && review.by != draft.by;
    let second = kinds(draft).iter().any(|kind| kind.is_denial()) && !draft.reviews.iter().any(weighs);
    if second && awaited.iter().all(|kind| *kind == ReviewKind::Secrecy) {
        awaited.insert(ReviewKind::Legal);
    }
    awaited
}

/// The day a review began to wait: that of the draft, or of the review before it in its line.
fn since(draft: &Draft, kind: ReviewKind) -> NaiveDate {
    let before = |line: &ReviewLine| {
        let place = line.reviews.iter().position(|known| *known == kind)?.checked_sub(1)?;
        passed(draft, *line.reviews.get(place)?)
    };
    lines(draft).iter().filter_map(before).max().unwrap_or(draft.on)
}

struct OnCase<'a> {
    case: &'a Case,
    calendar: &'a Calendar,
    over: bool,
}

impl OnCase<'_> {
    fn of_draft(&self, draft: &Draft) -> Vec<Duty> {
        let given: BTreeSet<ReviewKind> = draft.reviews.iter().map(|review| review.kind).collect();
        let waits = draft.state == DraftState::Open && !self.over;
        let awaited = if waits { awaited(draft) } else { BTreeSet::new() };
        let on = |kind: ReviewKind| draft.reviews.iter().filter(|review| review.kind == kind).map(|review| review.on).min();
        let mut all: Vec<Duty> = given
            .union(&awaited)
            .filter_map(|kind| {
                let met_on = on(*kind).filter(|_| !awaited.contains(kind));
                self.duty(draft, (DutyKind::of_review(*kind), InnerStep::Review), (since(draft, *kind), met_on))
            })
            .collect();
        let signed = self.case.replies.iter().find(|reply| reply.draft == draft.n && reply.state != ReplyState::Recalled);
        if signed.is_some() || (waits && awaited.is_empty()) {
            let from_on = draft.reviews.iter().map(|review| review.on).max().unwrap_or(draft.on);
            all.extend(self.duty(draft, (DutyKind::SignReply, InnerStep::Issue), (from_on, signed.map(|reply| reply.on))));
        }
        if waits {
            for duty in &mut all {
                duty.whose.barred = self.barred(draft, duty.kind);
            }
        }
        all.extend(self.revision(draft));
        all
    }

    /// Whoever wrote it; of the signature also those after whose reviews another signs.
    fn barred(&self, draft: &Draft, kind: DutyKind) -> Vec<Uuid> {
        let mut barred = drafters(self.case, draft);
        if kind == DutyKind::SignReply {
            barred.extend(spent(draft, &lines(draft)));
            barred.extend(only_approval(self.case, draft));
        }
        barred.into_iter().collect()
    }

    /// A draft that was sent back is met by the next one.
    fn revision(&self, draft: &Draft) -> Option<Duty> {
        let returned_on = draft.reviews.iter().find(|review| review.verdict == Verdict::Returned)?.on;
        let next = self.case.drafts.iter().find(|later| later.n > draft.n);
        let start = Start { kind: DutyKind::ReviseDraft, circumstance: Circumstance::Always, ordinal: draft.n, from_on: returned_on };
        let duty = counted(self.calendar, start, next.map(|next| next.on))?;
        let open = duty.open && !self.over && draft.state == DraftState::Returned;
        Some(Duty { open, whose: Whose { person: self.author(draft), barred: Vec::new() }, ..duty })
    }

    /// Who wrote it, where that is not the handler; none once the case went on from them to somebody else.
    fn author(&self, draft: &Draft) -> Option<Uuid> {
        let Some(now) = self.case.assignment() else { return Some(draft.by) };
        let handled = self.case.assignments.iter().any(|assignment| assignment.handler == draft.by);
        (!handled && now.on <= draft.on).then_some(draft.by)
    }

    fn duty(&self, draft: &Draft, (kind, step): (DutyKind, InnerStep), (from_on, met_on): (NaiveDate, Option<NaiveDate>)) -> Option<Duty> {
        let start = Start { kind, circumstance: Circumstance::Always, ordinal: draft.n, from_on };
        let usual = counted(self.calendar, start, met_on)?;
        let department = self.case.assignment().map(|assignment| assignment.department);
        let duty = Duty { department, ..usual };
        Some(match limit_of(self.case, self.calendar, (step, draft.round), met_on) {
            Some(limit) => Duty { due_on: limit.on.max(from_on), provisional: limit.provisional, ..duty },
            None => duty,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties as all;
    use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, HANDLER, REVIEWER, day};
    use crate::rules::inner::InnerLimit;
    use crate::rules::review::ReviewedOutcome;
    use crate::steps::handle::assign::AssignCase;
    use crate::steps::register::enter::RegisterCase;
    use crate::steps::reply::draft::DraftReply;
    use crate::steps::reply::issue::IssueReply;
    use crate::steps::reply::review::ReviewDraft;
    use serde_json::{Value, json};

    fn given() -> Value {
        json!({
            "kind": "a2", "main": true, "subject": "甲", "reasons": "现予提供。", "articles": ["36(2)"], "how_to_obtain": "随附。", "provided_form": "paper"
        })
    }

    fn denied() -> Value {
        json!({
            "kind": "d7", "main": true, "subject": "甲", "reasons": "属于执法案卷。", "articles": ["16(2)", "36(3)"], "discretion_note": "影响执法。",
            "no_rule_requires_disclosure": true
        })
    }

    /// On 2 November, drafted on the 6th.
    fn drafted(chain: Vec<ReviewLine>, limits: Vec<InnerLimit>, item: &Value) -> Bench {
        let mut bench = Bench::received("2026-11-02");
        bench.settings.review_chain = chain;
        bench.settings.inner_limits = limits;
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
        bench.go("2026-11-06").take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap();
        bench
    }

    /// What waits: kind, draft, since when, until when.
    fn waiting(bench: &Bench) -> Vec<(DutyKind, u32, String, String)> {
        let of_roles = all(bench.case(), bench.calendar()).into_iter().filter(|duty| duty.kind.is_of_role() && duty.open);
        of_roles.map(|duty| (duty.kind, duty.ordinal, duty.from_on.to_string(), duty.due_on.to_string())).collect()
    }

    fn review(bench: &mut Bench, kind: &str, verdict: &str) {
        let redaction = (kind == "secrecy" && verdict == "approved").then_some("not_needed");
        let body = json!({"kind": kind, "verdict": verdict, "opinion": "意见。", "redaction": redaction});
        bench.take::<ReviewDraft>(REVIEWER, None, body).unwrap();
    }

    #[test]
    fn a_review_waits_from_the_draft_on_and_the_signature_from_the_last_review() {
        let mut bench = drafted(default_chain(), Vec::new(), &given());
        let owed = |kind, from: &str, until: &str| vec![(kind, 1, from.to_owned(), until.to_owned())];
        assert_eq!(waiting(&bench), owed(DutyKind::ReviewSecrecy, "2026-11-06", "2026-11-10"));
        review(bench.go("2026-11-09"), "secrecy", "approved");
        assert_eq!(waiting(&bench), owed(DutyKind::SignReply, "2026-11-09", "2026-11-11"));
        bench.go("2026-11-10").take::<IssueReply>(APPROVER, None, json!({})).unwrap();
        assert!(waiting(&bench).is_empty());
        let met: Vec<_> =
            all(bench.case(), bench.calendar()).into_iter().filter(|duty| duty.kind.is_of_role()).map(|duty| duty.met_on).collect();
        assert_eq!(met, [Some(day("2026-11-09")), Some(day("2026-11-10"))]);
    }

    #[test]
    fn each_of_a_line_waits_for_the_one_before_and_what_is_sent_back_waits_no_more() {
        let line = ReviewLine { outcome: ReviewedOutcome::Any, reviews: vec![ReviewKind::DepartmentHead, ReviewKind::Legal] };
        let chain = vec![line, default_chain().remove(0)];
        let mut bench = drafted(chain, Vec::new(), &given());
        let kinds = |bench: &Bench| waiting(bench).into_iter().map(|row| row.0).collect::<Vec<_>>();
        assert_eq!(kinds(&bench), [DutyKind::ReviewSecrecy, DutyKind::ReviewByDepartmentHead]);
        review(&mut bench, "secrecy", "returned");
        assert!(kinds(&bench).is_empty());
        bench.take::<DraftReply>(HANDLER, None, json!({"items": [given()]})).unwrap();
        assert_eq!(waiting(&bench).iter().map(|row| row.1).collect::<Vec<_>>(), [2, 2], "the new draft");
    }

    #[test]
    fn article_36_3_the_second_approval_of_a_denial_waits_though_no_chain_asks_for_it() {
        let mut bench = drafted(default_chain(), Vec::new(), &denied());
        assert_eq!(waiting(&bench)[0].0, DutyKind::ReviewLegal);
        review(&mut bench, "legal", "approved");
        assert_eq!(waiting(&bench)[0].0, DutyKind::SignReply);
    }

    #[test]
    fn a_draft_that_was_sent_back_is_its_author_s_to_revise_or_the_handler_s_once_the_case_went_on() {
        let revise = |bench: &Bench| -> Vec<(u32, String, bool, Option<Uuid>)> {
            let all = all(bench.case(), bench.calendar()).into_iter().filter(|duty| duty.kind == DutyKind::ReviseDraft);
            all.map(|duty| (duty.ordinal, duty.due_on.to_string(), duty.open, duty.whose.person)).collect()
        };
        let mut bench = drafted(default_chain(), Vec::new(), &given());
        assert!(revise(&bench).is_empty());
        review(bench.go("2026-11-09"), "secrecy", "returned");
        assert_eq!(revise(&bench), [(1, "2026-11-11".to_owned(), true, None)], "the author handles the case");
        bench.take::<DraftReply>(CLERK, None, json!({"items": [given()]})).unwrap();
        assert!(!revise(&bench)[0].2, "another draft is there");
        review(&mut bench, "secrecy", "returned");
        assert_eq!(revise(&bench)[1], (2, "2026-11-11".to_owned(), true, Some(CLERK)));
        let again = json!({"department": DEPARTMENT, "handler": CLERK});
        bench.go("2026-11-10").take::<AssignCase>(CLERK, None, again).unwrap();
        assert_eq!(revise(&bench)[1].3, None, "whoever has the case now");
    }

    #[test]
    fn article_45_a_review_waits_for_nobody_who_drafted() {
        let mut bench = drafted(default_chain(), Vec::new(), &given());
        bench.take::<DraftReply>(CLERK, None, json!({"items": [given()]})).unwrap();
        let barred: Vec<_> = all(bench.case(), bench.calendar()).into_iter().filter(|duty| duty.kind.is_of_role() && duty.open).collect();
        let mut wrote = vec![HANDLER, CLERK];
        wrote.sort();
        assert_eq!(barred.iter().map(|duty| duty.whose.barred.clone()).collect::<Vec<_>>(), [wrote]);
    }

    #[test]
    fn an_inner_limit_of_the_registration_is_the_date() {
        let limit = |step, working_days| InnerLimit { step, working_days };
        let bench = drafted(default_chain(), vec![limit(InnerStep::Review, 14), limit(InnerStep::Issue, 18)], &given());
        assert_eq!(waiting(&bench)[0].3, "2026-11-20");
    }
}
