//! What a reply still lacks, by article, all at once: asked when it is drafted and again when it is issued.
//!
//! The law stands in `rules::reply_needs`; here it is held against the item on record and against the earlier case it names.

use super::handled;
use crate::case::facts::Facts;
use crate::case::model::{Case, Consultation, DisclosureAttribute, Draft, RecordRef, ReplyItem, SearchNote, SearchTask};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::rules::clock::Party;
use crate::rules::reply_articles::{Cited, faults};
use crate::rules::reply_kinds::{Ground, ReplyKind};
use crate::rules::reply_needs::{Classification, CompetentAgency, ItemFacts, Missing, needs};
use crate::rules::review::gives;
use crate::steps::handle::consult;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Whether the drafter gave reasons; once drafted, a reply has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reasons {
    /// They are there.
    Given,
    /// They are not.
    Absent,
}

/// One thing an item lacks.
#[derive(Debug)]
pub struct Lack {
    /// The item, from 1; none where the case as a whole lacks it.
    pub item: Option<u32>,
    /// The field of a draft's body that would make up for it.
    pub field: &'static str,
    /// What is missing.
    pub what: Missing,
}

impl Lack {
    /// Its place in the body of a draft.
    pub fn pointer(&self) -> Option<String> {
        self.item.map(|item| format!("/items/{}/{}", item.saturating_sub(1), self.field))
    }

    fn field(&self) -> FieldRefusal {
        let Missing { code, article, detail_zh, detail_en } = self.what;
        FieldRefusal {
            pointer: self.pointer().unwrap_or_default(),
            code: Cow::Borrowed(code),
            detail_zh: format!("{detail_zh}（{article}）"),
            detail_en: format!("{detail_en} ({article})"),
        }
    }
}

/// Everything an item lacks.
pub fn lacks(item: &ReplyItem, reasons: Reasons, case: &Case, facts: &Facts<'_>) -> Vec<Lack> {
    let articles: Vec<&str> = item.articles.iter().map(String::as_str).collect();
    let repeat = repeats(item, case, facts);
    let mut missing = needs(&handled::on_case(on_record(item, reasons, &articles, (case, repeat.is_ok())), case, facts));
    let grounds = &item.grounds;
    if withheld(item, Ground::InternalAffairs) && grounds.internal_affair.is_none() {
        missing.push(Missing {
            code: "internal_affair",
            article: "16(1)",
            detail_zh: "未指明属于哪一类内部事务信息",
            detail_en: "it is not said which kind of internal affairs it is",
        });
    }
    if withheld(item, Ground::ProcessInformation) && grounds.process_information.is_none() {
        missing.push(Missing {
            code: "process_information",
            article: "16(2)",
            detail_zh: "未指明属于哪一类过程性信息",
            detail_en: "it is not said which kind of process information it is",
        });
    }
    missing
        .into_iter()
        .map(|what| match (what.code, repeat) {
            ("answered_case", Err((detail_zh, detail_en))) => Missing { detail_zh, detail_en, ..what },
            _ => what,
        })
        .map(|what| Lack { item: Some(item.n), field: field(what.code, item), what })
        .collect()
}

/// What the reply as a whole lacks: after a decision to withhold for a third party's sake something is withheld for it (Arts 15, 32).
/// Which item that is, the drafter says.
pub fn against_decisions(items: &[ReplyItem], case: &Case) -> Option<Lack> {
    if !handled::withheld_for_third_party(case) || items.iter().any(|item| withheld(item, Ground::ThirdParty)) {
        return None;
    }
    let disclosing = items.iter().find(|item| matches!(item.kind, ReplyKind::A2 | ReplyKind::B))?;
    let what = Missing {
        code: "third_party_withheld",
        article: "15; 32",
        detail_zh: "已决定因第三方合法权益不予公开，答复却无任何事项以此为由不予公开",
        detail_en: "it was decided to withhold for a third party's sake, and the reply withholds nothing on that ground",
    };
    Some(Lack { item: Some(disclosing.n), field: "kind", what })
}

/// What a part of a split paper lacks that discloses, where a third party was asked on the paper and it is not known on which part: it
/// withholds for that party, or says why the party is not concerned (Arts 15, 32).
pub fn against_the_paper(items: &[ReplyItem], case: &Case) -> Option<Lack> {
    if !handled::asked_on_paper_alone(case) || items.iter().any(|item| withheld(item, Ground::ThirdParty)) {
        return None;
    }
    let unexplained =
        |item: &&ReplyItem| matches!(item.kind, ReplyKind::A2 | ReplyKind::B) && item.grounds.no_consultation_reason.is_none();
    let disclosing = items.iter().find(unexplained)?;
    let what = Missing {
        code: "third_party_of_paper",
        article: "15; 32",
        detail_zh: "拆分前已就该申请征求第三方意见，本件公开信息须以第三方合法权益为由不予公开相关部分，或者说明本件不涉及该第三方",
        detail_en: "a third party was consulted on the paper this case was split from: withhold for its sake, or say why this part does not concern it",
    };
    Some(Lack { item: Some(disclosing.n), field: "no_consultation_reason", what })
}

/// What the items cite too little or wrongly for what they decide (Arts 14-16, 36-39). What a third party was asked on the paper counts.
pub fn against_articles(items: &[ReplyItem], case: &Case) -> Vec<Lack> {
    let asked = |known: &Consultation| known.voided.is_none() && known.party == Party::ThirdParty;
    let third_party_asked = case.consultations.iter().any(asked) || case.split_from.as_ref().is_some_and(|origin| origin.consulted);
    let reply: Vec<Cited<'_>> = items
        .iter()
        .map(|item| Cited { kind: item.kind, grounds: &item.grounds.withheld_under, articles: &item.articles, third_party_asked })
        .collect();
    let lack = |(place, what): (usize, Missing)| items.get(place).map(|item| Lack { item: Some(item.n), field: "articles", what });
    faults(&reply).into_iter().filter_map(lack).collect()
}

/// What stands against a signature that withholds for a third party: it refused, was silent or could not be reached, and nobody has
/// decided whether its ground is sound (Arts 15, 32). A refusal binds by its ground, and the ground is the agency's to weigh.
pub fn undecided(items: &[ReplyItem], case: &Case, facts: &Facts<'_>) -> Option<Lack> {
    let withholding = items.iter().find(|item| withheld(item, Ground::ThirdParty))?;
    if !case.consultations.iter().any(|known| consult::to_decide(case, known, facts)) {
        return None;
    }
    let what = Missing {
        code: "consultation_undecided",
        article: "15; 32",
        detail_zh: "第三方不同意公开、逾期未答或者无法送达，尚未就其理由是否合理作出决定",
        detail_en: "a third party refused, was silent or could not be reached, and it is not decided whether its ground is sound",
    };
    Some(Lack { item: Some(withholding.n), field: "kind", what })
}

/// What its maker determined is not to be disclosed is either among what is withheld, by name, or it is said why it is given (Art 17).
pub fn against_attributes(items: &[ReplyItem], case: &Case, facts: &Facts<'_>) -> Option<Lack> {
    let giving = items.iter().find(|item| gives(item.kind))?;
    let withheld: BTreeSet<RecordRef> = items.iter().flat_map(|item| item.grounds.withheld_records.iter().copied()).collect();
    let mut kept_back = handled::found_records(case, facts).filter(|(_, record)| record.attribute == DisclosureAttribute::NotDisclosed);
    let departs = items.iter().any(|item| gives(item.kind) && item.grounds.attribute_departure.is_some());
    if departs || kept_back.all(|(named, _)| withheld.contains(&named)) {
        return None;
    }
    let what = Missing {
        code: "record_not_disclosed",
        article: "17",
        detail_zh: "检索找到的记录标有公开属性“不予公开”：须将其列入不予公开的记录，或者说明仍予公开的理由",
        detail_en: "a record found bears the attribute that it is not to be disclosed: name it among what is withheld, or say why it is given",
    };
    let field = if giving.kind == ReplyKind::B { "withheld_records" } else { "attribute_departure_reason" };
    Some(Lack { item: Some(giving.n), field, what })
}

/// Everything that stands between a draft and the signature beside who may sign: what its items lack, and what is still under way.
pub fn before_signing(draft: &Draft, case: &Case, facts: &Facts<'_>) -> Vec<Lack> {
    let mut all: Vec<Lack> = draft.items.iter().flat_map(|item| lacks(item, Reasons::Given, case, facts)).collect();
    let under_way = [
        (
            case.search_tasks.iter().any(SearchTask::is_open),
            Missing {
                code: "search_open",
                article: "36(4)",
                detail_zh: "尚有协查未反馈，也未撤回",
                detail_en: "a search task is neither answered nor withdrawn",
            },
        ),
        (
            case.conferences.iter().any(|conference| conference.conclusion.is_none()),
            Missing {
                code: "conference_open",
                article: "45",
                detail_zh: "会商尚未形成纪要",
                detail_en: "a conference has not come to its conclusion",
            },
        ),
    ];
    all.extend(against_articles(&draft.items, case));
    all.extend(undecided(&draft.items, case, facts));
    all.extend(against_decisions(&draft.items, case));
    all.extend(against_the_paper(&draft.items, case));
    all.extend(against_attributes(&draft.items, case, facts));
    all.extend(under_way.into_iter().filter(|(open, _)| *open).map(|(_, what)| Lack { item: None, field: "", what }));
    all
}

/// A refusal that names everything lacking, each with its article and its place in the body of a draft.
pub fn incomplete(lacks: &[Lack]) -> Refusal {
    let mut articles: Vec<&str> = Vec::new();
    for lack in lacks {
        if !articles.contains(&lack.what.article) {
            articles.push(lack.what.article);
        }
    }
    let all = |phrase: fn(&Lack) -> String, between: &str| lacks.iter().map(phrase).collect::<Vec<_>>().join(between);
    let mut refusal = Refusal::new(
        Code::ReplyIncomplete,
        all(
            |lack| match lack.item {
                Some(item) => format!("第{item}项：{}（{}）", lack.what.detail_zh, lack.what.article),
                None => format!("{}（{}）", lack.what.detail_zh, lack.what.article),
            },
            "；",
        ),
        all(
            |lack| match lack.item {
                Some(item) => format!("item {item}: {} ({})", lack.what.detail_en, lack.what.article),
                None => format!("{} ({})", lack.what.detail_en, lack.what.article),
            },
            "; ",
        ),
    )
    .under(articles.join("; "));
    refusal.errors = lacks.iter().map(Lack::field).collect();
    refusal
}

/// Art 36(6): only the same applicant's *answered* application makes this one a repeat.
fn repeats(item: &ReplyItem, case: &Case, facts: &Facts<'_>) -> Result<(), (&'static str, &'static str)> {
    let known = item.grounds.earlier_case.and_then(|id| facts.known.cases.get(&id));
    match known {
        None => Err(("未关联同一申请人的已答复件", "no answered case of the same applicant is linked")),
        Some(earlier) if earlier.case.id == case.id => Err(("不得关联本案自身", "a case does not repeat itself")),
        Some(earlier) if !earlier.same_applicant => Err(("所关联案件的申请人不是同一申请人", "the case linked is of another applicant")),
        Some(earlier) if !is_answered(&earlier.case) => Err((
            "所关联案件尚无已发出且有效的答复：未答复的应当合并办理，不得以重复申请为由不予处理",
            "the case linked has no dispatched reply that stands: an unanswered twin is merged, not refused",
        )),
        Some(_) => Ok(()),
    }
}

fn is_answered(case: &Case) -> bool {
    case.standing_reply().is_some_and(|reply| case.dispatches_of(reply.n).any(|dispatch| dispatch.timely_on().is_some()))
}

fn withheld(item: &ReplyItem, ground: Ground) -> bool {
    super::item::withholds(item.kind, &item.grounds.withheld_under, ground)
}

/// Whether a note beside the draft is a full search: the simple one of the department that handles the case, with all its fields.
fn complete(note: &SearchNote, case: &Case) -> bool {
    let of_handlers =
        case.assignments.is_empty() || case.assignments.iter().any(|assignment| Some(assignment.department) == note.department);
    note.scope.is_some() && note.nothing_found.is_some() && of_handlers && handled::counts(note.searched_on, case)
}

/// What stands in the item itself.
fn on_record<'a>(item: &'a ReplyItem, reasons: Reasons, articles: &'a [&'a str], (case, repeated): (&Case, bool)) -> ItemFacts<'a> {
    let grounds = &item.grounds;
    ItemFacts {
        other_reason: item.other_reason,
        grounds: &grounds.withheld_under,
        articles,
        has_reasons: reasons == Reasons::Given,
        secret: grounds.classification.as_ref().map(|secret| Classification {
            level: secret.level,
            classified_on: secret.classified_on,
            classified_by: &secret.classified_by,
        }),
        has_no_consultation_reason: grounds.no_consultation_reason.is_some(),
        discretion_noted: grounds.discretion_note.is_some(),
        no_rule_requires_disclosure: grounds.no_rule_requires_disclosure,
        search_recorded: grounds.search.as_ref().is_some_and(|note| complete(note, case)),
        search_explained: grounds.search_explanation.is_some(),
        contact_or_reason: grounds.no_contact_reason.is_some(),
        has_duty_basis: grounds.duty_basis.is_some(),
        competent_agency: match (&grounds.competent_agency, &grounds.competent_agency_contact, grounds.competent_agency_unknown) {
            (Some(_), Some(_), _) => CompetentAgency::Named,
            (None, _, true) => CompetentAgency::CannotBeDetermined,
            _ => CompetentAgency::NotStated,
        },
        answered_case_linked: repeated,
        has_how_to_obtain: grounds.how_to_obtain.is_some(),
        information_attached: !grounds.attachments.is_empty(),
        has_access_rules: grounds.access_rules.is_some(),
        no_good_reason: grounds.no_good_reason,
        ..ItemFacts::new(item.kind)
    }
}

/// The field of the body that would make up for what is missing.
fn field(code: &'static str, item: &ReplyItem) -> &'static str {
    match code {
        "blank_article" => "articles",
        "ground" => "withheld_under",
        "search_record" => "search",
        "search_contradiction" | "search_withdrawn" => "search_explanation",
        "contact_or_reason_needed" => "no_contact_reason",
        "answered_case" => "earlier_case",
        "consultation" => "no_consultation_reason",
        "discretion" => "discretion_note",
        "third_party_pending"
        | "correction_answered"
        | "reasons_requested"
        | "reasons_unreasonable"
        | "correction_lapsed"
        | "fee_lapsed" => "kind",
        "competent_agency" if item.grounds.competent_agency.is_some() => "competent_agency_contact",
        same => same,
    }
}
