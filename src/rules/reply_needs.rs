//! What a reply item must have before it may be issued (domain rules 1.4 and 2), all that is missing at once.
//!
//! A pure check over what the drafter has recorded; it neither fetches evidence nor judges whether it is good. The second approval
//! that a denial needs belongs to the whole reply and is checked where replies are approved.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::reply_kinds::{Ground, OtherReason, ReplyKind, SecretLevel};

/// How a state secret was classified (Art 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classification<'a> {
    /// The level.
    pub level: SecretLevel,
    /// The day of classification.
    pub classified_on: NaiveDate,
    /// Who classified it.
    pub classified_by: &'a str,
}

/// What the reply says about the agency that holds the information (Art 36(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CompetentAgency {
    /// Nothing yet.
    #[default]
    NotStated,
    /// Its name and contact.
    Named,
    /// That it cannot be determined.
    CannotBeDetermined,
}

/// What is on record for one reply item. Start from [`ItemFacts::new`], where nothing is.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each answers one question of the law by itself")]
pub struct ItemFacts<'a> {
    /// The kind of reply.
    pub kind: ReplyKind,
    /// The sub-reason of O3.
    pub other_reason: Option<OtherReason>,
    /// The grounds beside the main one; for B, the grounds of the part withheld.
    pub grounds: &'a [Ground],
    /// The articles cited.
    pub articles: &'a [&'a str],
    /// Free-text reasons (Art 36(3)).
    pub has_reasons: bool,
    /// Classification of the secret (D1).
    pub secret: Option<Classification<'a>>,
    /// A written consultation of the third party (Art 32).
    pub consultation_recorded: bool,
    /// A third party was asked in writing, whatever came of it.
    pub third_party_asked: bool,
    /// Why no third party was consulted.
    pub has_no_consultation_reason: bool,
    /// A note that discretion was used (Art 16: "may").
    pub discretion_noted: bool,
    /// A note that no law, regulation or rule requires disclosure (Art 16(2)).
    pub no_rule_requires_disclosure: bool,
    /// A complete search record (检索记录): of a department asked, or of the handling department itself.
    pub search_recorded: bool,
    /// A search found records.
    pub records_found: bool,
    /// A search asked of a department was withdrawn before it searched.
    pub search_withdrawn: bool,
    /// Why it does not exist although records were found, or not every department asked has searched.
    pub search_explained: bool,
    /// The applicant was reached, or tried on enough days, or it is said why not.
    pub contact_or_reason: bool,
    /// The duty the answer "not ours" rests on (职责依据, Art 10(1)).
    pub has_duty_basis: bool,
    /// What is said of the competent agency.
    pub competent_agency: CompetentAgency,
    /// An answered case of the same applicant is linked.
    pub answered_case_linked: bool,
    /// Where, how and when the information can be had.
    pub has_how_to_obtain: bool,
    /// The information goes with the reply.
    pub information_attached: bool,
    /// The special rules of access (Art 36(7)).
    pub has_access_rules: bool,
    /// A third party is still asked, or did not agree and nothing was decided on it (Art 32).
    pub third_party_pending: bool,
    /// A correction notice went out, and the corrected application came (Art 30).
    pub correction_answered: bool,
    /// The applicant was asked for reasons (Art 35).
    pub reasons_requested: bool,
    /// The reasons, or their absence, were assessed: the request is unreasonable.
    pub reasons_unreasonable: bool,
    /// The term for a correction ran out, and nothing came (Art 30).
    pub correction_lapsed: bool,
    /// The term for the fee ran out, and it is not paid (109号).
    pub fee_lapsed: bool,
    /// No good reason for the lapse is known (choice 17).
    pub no_good_reason: bool,
}

impl ItemFacts<'_> {
    /// An item of which nothing is on record yet.
    pub const fn new(kind: ReplyKind) -> Self {
        Self {
            kind,
            other_reason: None,
            grounds: &[],
            articles: &[],
            has_reasons: false,
            secret: None,
            consultation_recorded: false,
            third_party_asked: false,
            has_no_consultation_reason: false,
            discretion_noted: false,
            no_rule_requires_disclosure: false,
            search_recorded: false,
            records_found: false,
            search_withdrawn: false,
            search_explained: false,
            contact_or_reason: false,
            has_duty_basis: false,
            competent_agency: CompetentAgency::NotStated,
            answered_case_linked: false,
            has_how_to_obtain: false,
            information_attached: false,
            has_access_rules: false,
            third_party_pending: false,
            correction_answered: false,
            reasons_requested: false,
            reasons_unreasonable: false,
            correction_lapsed: false,
            fee_lapsed: false,
            no_good_reason: false,
        }
    }

    fn withholds_under(&self, ground: Ground) -> bool {
        self.kind.ground() == Some(ground) || (self.kind.is_denial() && self.grounds.contains(&ground))
    }

    fn needs_reasons(&self) -> bool {
        self.kind != ReplyKind::O3 || self.other_reason.is_none_or(OtherReason::needs_letter)
    }
}

/// One thing that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Missing {
    /// Stable code.
    pub code: &'static str,
    /// The article that asks for it.
    pub article: &'static str,
    /// In Chinese.
    pub detail_zh: &'static str,
    /// In English.
    pub detail_en: &'static str,
}

const fn missing(code: &'static str, article: &'static str, detail_zh: &'static str, detail_en: &'static str) -> Missing {
    Missing { code, article, detail_zh, detail_en }
}

/// Everything the item still needs; empty when it may be issued.
pub fn needs(item: &ItemFacts<'_>) -> Vec<Missing> {
    let mut list = Vec::new();
    let mut unless = |there: bool, what: Missing| {
        if !there {
            list.push(what);
        }
    };
    let kind = item.kind;
    unless(
        item.has_reasons || !item.needs_reasons(),
        missing("reasons", if kind.is_denial() { "36(3)" } else { kind.article() }, "未说明理由", "the reasons are not stated"),
    );
    // P5 and O3 rest on practice: no article can be demanded for them.
    unless(
        !item.articles.is_empty() || matches!(kind, ReplyKind::P5 | ReplyKind::O3),
        missing("articles", kind.article(), "未引用适用条款", "no article is cited"),
    );
    unless(
        item.articles.iter().all(|article| !article.trim().is_empty()),
        missing("blank_article", kind.article(), "适用条款为空", "an article is blank"),
    );
    for what in of_kind(item).into_iter().chain(of_grounds(item)) {
        unless(false, what);
    }
    list
}

/// What the kind itself asks for.
fn of_kind(item: &ItemFacts<'_>) -> Vec<Missing> {
    let wanted = match item.kind {
        ReplyKind::A1 => vec![(
            item.has_how_to_obtain,
            missing(
                "how_to_obtain",
                "36(1)",
                "未告知获取该政府信息的方式、途径",
                "where and how to get the public information is not stated",
            ),
        )],
        ReplyKind::A2 => vec![
            (
                item.has_how_to_obtain || item.information_attached,
                missing(
                    "how_to_obtain",
                    "36(2)",
                    "未附政府信息，也未告知获取的方式、途径和时间",
                    "the information is not attached, nor is it stated how, where and when to get it",
                ),
            ),
            third_party_heard(item),
        ],
        ReplyKind::B => vec![
            (!item.grounds.is_empty(), missing("ground", "37", "未说明不予公开部分的依据", "the part withheld has no ground")),
            (
                item.has_how_to_obtain || item.information_attached,
                missing(
                    "how_to_obtain",
                    "37",
                    "未提供可以公开的部分，也未告知获取的方式、途径和时间",
                    "the part disclosed is not attached, nor is it stated how, where and when to get it",
                ),
            ),
            third_party_heard(item),
        ],
        ReplyKind::D8 => vec![(
            item.has_access_rules,
            missing(
                "access_rules",
                "36(7)",
                "未写明适用的法律、行政法规查询规定",
                "the law or administrative regulation with the special rules of access is not named",
            ),
        )],
        ReplyKind::N1A | ReplyKind::N1B | ReplyKind::N2 => of_absence(item),
        ReplyKind::P2 => vec![(
            item.answered_case_linked,
            missing("answered_case", "36(6)", "未关联同一申请人的已答复件", "no answered case of the same applicant is linked"),
        )],
        ReplyKind::P3 => {
            vec![(
                item.has_how_to_obtain,
                missing("how_to_obtain", "39(2)", "未告知公开出版物的获取途径", "how to get the published matter is not stated"),
            )]
        }
        ReplyKind::O3 => {
            vec![(item.other_reason.is_some(), missing("other_reason", "2", "未选择其他处理的具体情形", "the sub-reason is not chosen"))]
        }
        ReplyKind::N3 | ReplyKind::P4 | ReplyKind::O1 | ReplyKind::O2 => of_steps(item),
        // Art 41: what one is told of another agency is worth nothing without its name.
        ReplyKind::R2 | ReplyKind::R3 => vec![(
            item.competent_agency == CompetentAgency::Named
                || (item.kind == ReplyKind::R3 && item.competent_agency == CompetentAgency::CannotBeDetermined),
            missing(
                "competent_agency",
                "41",
                "未写明有权更正的行政机关及其联系方式",
                "the agency that may correct the record is not named",
            ),
        )],
        ReplyKind::R1
        | ReplyKind::R4
        | ReplyKind::D1
        | ReplyKind::D2
        | ReplyKind::D3
        | ReplyKind::D4
        | ReplyKind::D5
        | ReplyKind::D6
        | ReplyKind::D7
        | ReplyKind::P1
        | ReplyKind::P5 => Vec::new(),
    };
    wanted.into_iter().filter_map(|(there, what)| (!there).then_some(what)).collect()
}

/// What the kinds ask for that say the information is not here, or not ready-made: searches, the duty it rests on, a word before.
fn of_absence(item: &ItemFacts<'_>) -> Vec<(bool, Missing)> {
    match item.kind {
        ReplyKind::N1A => {
            vec![
                (
                    item.search_recorded,
                    missing(
                        "search_record",
                        "36(4)",
                        "缺少完整的检索记录（范围、检索词、期间、检索人、日期和未找到的声明）",
                        "there is no complete search record: where, which words, which period, by whom, when, and the statement that nothing was found",
                    ),
                ),
                (
                    !item.records_found || item.search_explained,
                    missing(
                        "search_contradiction",
                        "36(4)",
                        "检索找到了记录，与信息不存在的答复相矛盾，须作出说明",
                        "a search found records, which contradicts that the information does not exist; say why",
                    ),
                ),
                (
                    !item.search_withdrawn || item.search_explained,
                    missing(
                        "search_withdrawn",
                        "36(4)",
                        "有协查在检索之前被撤回，须说明为何无需该处室检索",
                        "a search was withdrawn before its department searched; say why it need not",
                    ),
                ),
                contacted(item),
            ]
        }
        ReplyKind::N1B => vec![
            (
                item.has_duty_basis || item.search_recorded,
                missing("duty_basis", "10(1)", "缺少职责依据或者检索记录", "neither the duty it rests on nor a search is on record"),
            ),
            (
                item.competent_agency != CompetentAgency::NotStated,
                missing(
                    "competent_agency",
                    "36(5)",
                    "未告知负责公开的行政机关名称、联系方式，也未说明无法确定",
                    "the competent agency is neither named nor said to be undeterminable",
                ),
            ),
            contacted(item),
        ],
        ReplyKind::N2 => vec![contacted(item)],
        _ => Vec::new(),
    }
}

/// What the kinds ask for that rest on a step between registration and reply.
fn of_steps(item: &ItemFacts<'_>) -> Vec<(bool, Missing)> {
    match item.kind {
        ReplyKind::N3 => {
            vec![
                (
                    item.correction_answered,
                    missing("correction_answered", "30", "未发出补正告知书并收到补正", "no correction notice was sent and answered"),
                ),
                contacted(item),
            ]
        }
        ReplyKind::P4 => {
            vec![
                (
                    item.reasons_requested,
                    missing("reasons_requested", "35", "未要求申请人说明理由", "the applicant was not asked for reasons"),
                ),
                (
                    item.reasons_unreasonable,
                    missing("reasons_unreasonable", "35", "未审查认定申请理由不合理", "the reasons were not assessed as unreasonable"),
                ),
            ]
        }
        ReplyKind::O1 => vec![
            (
                item.correction_lapsed,
                missing("correction_lapsed", "30", "补正期限未届满，或者已收到补正材料", "no correction term has run out unanswered"),
            ),
            good_reason(item, "30"),
        ],
        ReplyKind::O2 => vec![
            (item.fee_lapsed, missing("fee_lapsed", "109号", "缴费期限未届满，或者已经缴清", "no fee term has run out unpaid")),
            good_reason(item, "109号"),
        ],
        _ => Vec::new(),
    }
}

/// Before a reply that cannot provide, the applicant is spoken to, or it is said why not.
const fn contacted(item: &ItemFacts<'_>) -> (bool, Missing) {
    let what = missing(
        "contact_or_reason_needed",
        "45",
        "无法提供的答复前未与申请人取得联系并记录（三个不同日期的尝试也可），也未说明理由",
        "before a reply that cannot provide no contact reached the applicant (attempts on three days would do), and no reason for that is given",
    );
    (item.contact_or_reason, what)
}

/// Nothing is disclosed while a third party is asked, or against its will without a decision (Art 32).
const fn third_party_heard(item: &ItemFacts<'_>) -> (bool, Missing) {
    let what = missing(
        "third_party_pending",
        "32",
        "征求第三方意见尚未结束，或者第三方不同意而尚未作出决定",
        "a third party is still being consulted, or did not agree and nothing was decided on it",
    );
    (!item.third_party_pending, what)
}

/// A lapse closes a case only after a look for a good reason (choice 17).
const fn good_reason(item: &ItemFacts<'_>, article: &'static str) -> (bool, Missing) {
    (item.no_good_reason, missing("no_good_reason", article, "未说明逾期没有正当理由", "it is not stated that there was no good reason"))
}

/// What the grounds ask for, the main one and those of a part withheld alike.
fn of_grounds(item: &ItemFacts<'_>) -> Vec<Missing> {
    // Who was asked was asked: a refusal rests on the answer or the decision. A part may be covered for somebody who was not.
    let unasked = item.has_no_consultation_reason && (!item.third_party_asked || item.kind == ReplyKind::B);
    let process = item.withholds_under(Ground::ProcessInformation) || item.withholds_under(Ground::EnforcementFile);
    let wanted = [
        (
            item.withholds_under(Ground::StateSecret) && item.secret.is_none_or(|secret| secret.classified_by.trim().is_empty()),
            missing("classification", "14", "缺少密级、定密日期或者定密机关", "level, date or authority of the classification is missing"),
        ),
        (
            item.withholds_under(Ground::ThirdParty) && !item.consultation_recorded && !unasked,
            missing(
                "consultation",
                "32",
                "没有支持不予公开的第三方意见或者决定，也未说明不征求意见的理由",
                "no answer of a third party and no decision carries the refusal, and no reason is given why nobody was asked",
            ),
        ),
        (
            (process || item.withholds_under(Ground::InternalAffairs)) && !item.discretion_noted,
            missing("discretion", "16", "未记录裁量理由（可以不予公开）", "it is not noted that discretion was used"),
        ),
        (
            process && !item.no_rule_requires_disclosure,
            missing(
                "no_rule_requires_disclosure",
                "16(2)",
                "未说明法律、法规、规章没有应当公开的规定",
                "it is not noted that no law, regulation or rule requires disclosure",
            ),
        ),
    ];
    wanted.into_iter().filter_map(|(lacks, what)| lacks.then_some(what)).collect()
}
