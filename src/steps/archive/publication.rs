//! Review whether what was asked for is published for everybody (依申请转主动公开审查), Art 18, 44. Who: clerk, approver; the
//! publication itself is recorded by a clerk or handler.
//!
//! Compulsory for every item by which information was given; the dossier is not archived without. What was withheld may be looked at
//! again at any time. A later review of an item takes the place of the earlier one; none is removed.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Publication, PublicationResult, PublicationReview, Reply};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::permissions::Role;
use crate::rules::review::gives;
use crate::rules::terms::{Circumstance, DutyKind, term};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most reviews of a case.
const MOST_REVIEWS: usize = 100;

/// A review of one item of the reply that stands.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReviewPublication {
    /// Number of the item in the reply.
    #[garde(range(min = 1, max = 20))]
    #[schema(minimum = 1, maximum = 20, example = 1)]
    pub item: u32,
    /// What was decided.
    #[schema(example = "publish")]
    pub result: PublicationResult,
    /// Why.
    #[garde(dive)]
    #[schema(example = "涉及公众利益调整、需要公众广泛知晓。")]
    pub reason: Words<2000>,
    /// What sort of information it is, in the words of the catalogue; names nobody.
    #[garde(dive)]
    #[schema(example = "食品安全监督抽检计划")]
    pub topic: Line<60>,
    /// The department that publishes; needed where it is to be published.
    pub department: Option<Uuid>,
    /// The day by which it is published; 20 working days from today if left out (Art 26).
    pub due_on: Option<NaiveDate>,
}

fn standing(case: &Case) -> Result<&Reply, Refusal> {
    case.standing_reply().ok_or_else(|| Refusal::new(Code::NothingOpen, "没有有效的答复", "no reply stands").under("44"))
}

/// Items by which information was given and of which nobody has said whether they are published.
pub fn unreviewed(case: &Case) -> Vec<u32> {
    let Some(reply) = case.standing_reply() else { return Vec::new() };
    let reviewed = |n: u32| case.publication_review(reply.n, n).is_some();
    reply.items.iter().filter(|item| gives(item.kind) && !reviewed(item.n)).map(|item| item.n).collect()
}

impl Command for ReviewPublication {
    const STEP: Step = Step::ReviewPublication;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { departments: self.department.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let reply = standing(case)?;
        if !reply.items.iter().any(|item| gives(item.kind) || item.kind.is_denial()) {
            let (zh, en) = ("答复既未提供也未拒绝提供政府信息，无需审查", "the reply neither gives nor withholds information");
            return Err(Refusal::new(Code::NothingOpen, zh, en).under("44"));
        }
        if case.publication_reviews.len() >= MOST_REVIEWS {
            return Err(Refusal::new(
                Code::LimitReached,
                format!("已有 {MOST_REVIEWS} 次审查"),
                format!("there are {MOST_REVIEWS} reviews"),
            ));
        }
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let reply = standing(case)?;
        if !reply.items.iter().any(|item| item.n == self.item && (gives(item.kind) || item.kind.is_denial())) {
            let (zh, en) =
                ("该事项不存在，或者既未提供也未拒绝提供政府信息", "there is no such item, or it neither gives nor withholds information");
            return Err(Refusal::new(Code::UnknownReference, zh, en).at("/item"));
        }
        if case.publication_review(reply.n, self.item).is_some_and(|review| review.publication.is_some()) {
            return Err(Refusal::new(Code::AlreadyDone, "该事项已经主动公开", "the item was published already").at("/item"));
        }
        let publish = self.result == PublicationResult::Publish;
        match (publish, self.department) {
            (true, None) => {
                let (zh, en) = ("转为主动公开须指定发布处室", "what is to be published needs a department that publishes it");
                return Err(Refusal::new(Code::FieldsRefused, zh, en).under("44").at("/department"));
            }
            (false, Some(_)) => {
                let (zh, en) = ("不转为主动公开的，没有发布处室", "nobody publishes what is not published");
                return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/department"));
            }
            (true, Some(id)) if !facts.known.departments.contains(&id) => {
                return Err(
                    Refusal::new(Code::UnknownReference, "部门不存在或已停用", "the department is unknown or closed").at("/department")
                );
            }
            _ => {}
        }
        let due_on = self.due_on(facts)?;
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        let review = PublicationReview {
            n: crate::steps::next(case.publication_reviews.len()),
            reply: reply.n,
            item: self.item,
            result: self.result,
            reason,
            topic: self.topic.into_string(),
            department: self.department,
            due_on,
            on: facts.today,
            by: facts.person.account_id,
            publication: None,
        };
        Ok(decision.with(CaseEvent::PublicationReviewed { review }))
    }
}

impl ReviewPublication {
    /// The day by which it is published: stated, between today and the end of the term of Art 26, or that end.
    fn due_on(&self, facts: &Facts<'_>) -> Result<Option<NaiveDate>, Refusal> {
        if self.result == PublicationResult::NotPublish {
            return match self.due_on {
                None => Ok(None),
                Some(_) => {
                    Err(Refusal::new(Code::DateNotApplicable, "不转为主动公开的，没有发布期限", "nothing is to be published by a day")
                        .at("/due_on"))
                }
            };
        }
        let row = term(DutyKind::PublishInformation, Circumstance::Always, facts.today);
        let last = row.and_then(|row| row.due(facts.calendar, facts.today)).map(|until| until.on);
        match (self.due_on, last) {
            (Some(on), Some(last)) if on < facts.today || on > last => Err(Refusal::new(
                Code::DateOutOfRange,
                format!("发布期限须在今天至 {last} 之间"),
                format!("it is published between today and {last}"),
            )
            .under("26")
            .at("/due_on")),
            (stated, last) => Ok(stated.or(last)),
        }
    }
}

/// Where and when it was published.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordPublication {
    /// The day; not before the review.
    #[schema(example = "2026-11-20")]
    pub on: NaiveDate,
    /// The address on the web, beginning with http:// or https://.
    #[garde(dive)]
    #[schema(example = "https://www.example.cn/zwgk/1.html")]
    pub address: Line<500>,
}

impl Command for RecordPublication {
    const STEP: Step = Step::RecordPublication;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        case.standing_publication_reviews()
            .find(|review| waits(review))
            .map(|review| Some(review.n))
            .ok_or_else(|| Refusal::new(Code::NothingOpen, "没有待发布的信息", "nothing waits to be published").under("44"))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let n = at.unwrap_or_default();
        let review = case.publication_reviews.iter().find(|review| review.n == n);
        let review = review.ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该次审查", "there is no such review"))?;
        if !waits(review) || !case.standing_publication_reviews().any(|standing| standing.n == n) {
            let (zh, en) =
                ("该次审查未决定公开、已被新的审查取代或者已经发布", "that review decided otherwise, was replaced, or is done with");
            return Err(Refusal::new(Code::NothingOpen, zh, en).under("44"));
        }
        let person = facts.person;
        if review.department.is_some_and(|department| person.department != Some(department)) && !person.roles.contains(&Role::Clerk) {
            let (zh, en) = (
                "只能由负责发布的处室或者公开办经办员登记发布",
                "only the department that publishes or a clerk of the FOI office records it",
            );
            return Err(Refusal::new(Code::NotPermitted, zh, en).under("45"));
        }
        facts.between(review.on, self.on, "/on")?;
        let address = self.address.into_string();
        let known = ["http://", "https://"].iter().any(|scheme| address.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        if !known || address.chars().any(char::is_whitespace) {
            let (zh, en) = ("须为 http:// 或者 https:// 开头的网址", "an address on the web begins with http:// or https://");
            return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/address"));
        }
        let publication = Publication { on: self.on, address, by: facts.person.account_id };
        Ok(Decision::new().with(CaseEvent::InformationPublished { review: n, publication }))
    }
}

fn waits(review: &PublicationReview) -> bool {
    review.result == PublicationResult::Publish && review.publication.is_none()
}

/// Review whether an item is published.
///
/// Every item by which information was given needs one before the dossier is archived; what was withheld may be looked at again.
#[utoipa::path(tag = "archive", request_body = ReviewPublication, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/publication-reviews")]
pub async fn review_publication(call: Call) -> Answer {
    super::super::take::<ReviewPublication>(call).await
}

/// Record a publication.
#[utoipa::path(tag = "archive", request_body = RecordPublication, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/publication-reviews/{n}/publication")]
pub async fn record_publication(call: Call) -> Answer {
    super::super::take::<RecordPublication>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::{Duty, duties};
    use crate::case::model::Letter;
    use crate::case::projection::project;
    use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, day};
    use crate::rules::reply_kinds::{OtherReason, ReplyKind};
    use crate::steps::archive::archive::ArchiveCase;
    use crate::steps::archive::close::CloseCase;
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::mail::proof::FileDeliveryProof;
    use crate::steps::mail::testing::{issue, made, replied, replied_with, revoke};
    use rstest::rstest;
    use serde_json::{Value, json};

    fn body(result: &str, more: &Value) -> Value {
        let mut body = json!({"item": 1, "result": result, "reason": "公众普遍关心。", "topic": "抽检计划"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn weigh(bench: &mut Bench, result: &str, more: &Value) -> Result<(), Refusal> {
        bench.take::<ReviewPublication>(CLERK, None, body(result, more)).map(|_| ())
    }

    fn publish(bench: &mut Bench, n: u32, on: &str, address: &str) -> Result<(), Refusal> {
        bench.take::<RecordPublication>(HANDLER, Some(n), json!({"on": on, "address": address})).map(|_| ())
    }

    fn duty(bench: &Bench, kind: DutyKind, ordinal: u32) -> Duty {
        let all = duties(bench.case(), bench.calendar());
        all.into_iter().find(|duty| (duty.kind, duty.ordinal) == (kind, ordinal)).unwrap()
    }

    fn closed() -> Bench {
        let mut bench = replied("2026-11-10");
        made(&mut bench, Letter::Reply { n: 1 });
        let method = json!({"method": "hand_over", "delivered_on": "2026-11-10", "signed_by": "甲某"});
        bench
            .take::<DispatchLetter>(CLERK, None, json!({"letter": {"kind": "reply", "n": 1}, "on": "2026-11-10", "method": method}))
            .unwrap();
        let slip = json!({"document_id": DOCUMENT, "role": "signed_slip", "dated_on": "2026-11-10"});
        bench.take::<FileDeliveryProof>(CLERK, Some(1), slip).unwrap();
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        bench
    }

    #[test]
    fn article_44_what_was_given_is_not_archived_without_a_review() {
        let mut bench = closed();
        let refusal = bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "甲"})).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::NodeMissing, Some("44")));
        assert!(refusal.detail_zh.contains("第 1 项的依申请转主动公开审查"));
        weigh(&mut bench, "not_publish", &json!({})).unwrap();
        bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "甲"})).unwrap();
    }

    #[test]
    fn what_gave_nothing_needs_none_and_a_withheld_item_may_be_looked_at_again() {
        for kind in [ReplyKind::A1, ReplyKind::N1A, ReplyKind::D8] {
            let mut bench = replied_with("2026-11-10", kind, None);
            assert!(unreviewed(bench.case()).is_empty());
            assert_eq!(weigh(&mut bench, "not_publish", &json!({})).unwrap_err().code, Code::NothingOpen, "{kind:?}");
        }
        let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::Enquiry));
        assert_eq!(weigh(&mut bench, "not_publish", &json!({})).unwrap_err().code, Code::NothingOpen);
        let mut bench = replied_with("2026-11-10", ReplyKind::D4, None);
        assert!(unreviewed(bench.case()).is_empty());
        let row = |bench: &Bench| project(bench.case(), bench.calendar()).items.remove(0);
        assert_eq!((row(&bench).withholds, row(&bench).grounds.clone(), row(&bench).reviewed_on), (true, vec!["third_party"], None));
        bench.go("2026-12-01");
        weigh(&mut bench, "not_publish", &json!({})).unwrap();
        assert_eq!(row(&bench).reviewed_on, Some(day("2026-12-01")));
    }

    #[test]
    fn the_review_is_due_with_the_reply_and_the_publication_within_article_26() {
        let mut bench = replied("2026-11-10");
        let open = duty(&bench, DutyKind::ReviewPublication, 1);
        assert_eq!((open.due_on, open.open), (day("2026-11-17"), true));
        bench.go("2026-11-12");
        weigh(&mut bench, "publish", &json!({"department": DEPARTMENT})).unwrap();
        assert_eq!(duty(&bench, DutyKind::ReviewPublication, 1).met_on, Some(day("2026-11-12")));
        let owed = duty(&bench, DutyKind::PublishInformation, 1);
        assert_eq!((owed.due_on, owed.open), (day("2026-12-10"), true));
        bench.go("2026-11-20");
        publish(&mut bench, 1, "2026-11-19", "https://www.example.cn/1.html").unwrap();
        let met = duty(&bench, DutyKind::PublishInformation, 1);
        assert_eq!((met.met_on, met.open), (Some(day("2026-11-19")), false));
        assert_eq!(publish(&mut bench, 1, "2026-11-19", "https://www.example.cn/1.html").unwrap_err().code, Code::NothingOpen);
        assert_eq!(weigh(&mut bench, "not_publish", &json!({})).unwrap_err().code, Code::AlreadyDone);
    }

    #[rstest]
    #[case("publish", json!({}), Code::FieldsRefused, "/department")]
    #[case("publish", json!({"department": uuid::Uuid::from_u128(99)}), Code::UnknownReference, "/department")]
    #[case("publish", json!({"department": DEPARTMENT, "due_on": "2026-11-09"}), Code::DateOutOfRange, "/due_on")]
    #[case("publish", json!({"department": DEPARTMENT, "due_on": "2026-12-09"}), Code::DateOutOfRange, "/due_on")]
    #[case("not_publish", json!({"department": DEPARTMENT}), Code::FieldsRefused, "/department")]
    #[case("not_publish", json!({"due_on": "2026-11-20"}), Code::DateNotApplicable, "/due_on")]
    #[case("not_publish", json!({"item": 2}), Code::UnknownReference, "/item")]
    fn what_does_not_fit_is_refused(#[case] result: &str, #[case] more: Value, #[case] code: Code, #[case] pointer: &str) {
        let mut bench = replied("2026-11-10");
        let refusal = weigh(&mut bench, result, &more).unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (code, pointer));
    }

    #[test]
    fn a_later_review_takes_the_place_of_the_earlier_and_a_new_round_begins_anew() {
        let mut bench = replied("2026-11-10");
        weigh(&mut bench, "publish", &json!({"department": DEPARTMENT, "due_on": "2026-11-20"})).unwrap();
        weigh(&mut bench, "not_publish", &json!({})).unwrap();
        assert!(!duty(&bench, DutyKind::PublishInformation, 1).open, "it is not to be published any more");
        assert_eq!(publish(&mut bench, 1, "2026-11-10", "https://www.example.cn/1.html").unwrap_err().code, Code::NothingOpen);
        assert_eq!(publish(&mut bench, 9, "2026-11-10", "https://www.example.cn/1.html").unwrap_err().code, Code::UnknownTarget);
        revoke(&mut bench, "2026-11-10");
        issue(&mut bench, "2026-11-10", ReplyKind::B, None);
        assert_eq!(unreviewed(bench.case()), [1]);
        assert!(duty(&bench, DutyKind::ReviewPublication, 2).open);
    }

    #[rstest]
    #[case("2026-11-09", "https://www.example.cn/1.html", Code::DateBeforePrevious)]
    #[case("2026-11-11", "https://www.example.cn/1.html", Code::DateInFuture)]
    #[case("2026-11-10", "www.example.cn", Code::FieldsRefused)]
    #[case("2026-11-10", "https://", Code::FieldsRefused)]
    #[case("2026-11-10", "javascript:alert(1)", Code::FieldsRefused)]
    #[case("2026-11-10", "https://www.example.cn/ 1", Code::FieldsRefused)]
    fn a_publication_has_a_day_and_an_address(#[case] on: &str, #[case] address: &str, #[case] code: Code) {
        let mut bench = replied("2026-11-10");
        weigh(&mut bench, "publish", &json!({"department": DEPARTMENT})).unwrap();
        assert_eq!(publish(&mut bench, 1, on, address).unwrap_err().code, code);
        assert_eq!(bench.case().replies[0].by, APPROVER);
    }
}
