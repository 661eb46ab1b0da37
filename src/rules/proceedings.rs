//! What happens in a reconsideration or lawsuit beside its outcome: who is sued, who appears, what is ordered; and complaints to the authority.

use super::coded::coded;
use super::outcomes::{Column, ReconsiderationOutcome};

coded! {
    /// On which side the agency stands.
    pub enum PartyStanding {
        Respondent => "respondent", "被申请人、被告", "respondent or defendant";
        CoDefendant => "co_defendant", "与复议机关为共同被告", "co-defendant of the reconsideration body";
        ThirdParty => "third_party", "第三人（复议机关单独被告）", "third party, the reconsideration body alone being sued";
    }
}

impl PartyStanding {
    /// Whether the agency counts the case in table four: only the agency whose act is tried does (国办公开办函〔2016〕201号).
    pub const fn counts(self) -> bool {
        !matches!(self, Self::ThirdParty)
    }

    /// On which side it can stand after a reconsideration (行诉法 26; 行诉解释 22, 133). The plaintiff chooses whom to sue over what was not
    /// decided in substance, or not at all. To declare the act unlawful changes it, except for a breach of procedure (行诉解释 22(3)): which of
    /// the two it was, only the decision says.
    pub const fn after(outcome: Option<ReconsiderationOutcome>) -> &'static [Self] {
        let Some(outcome) = outcome else { return &[Self::Respondent, Self::ThirdParty] };
        match (outcome, outcome.column()) {
            (ReconsiderationOutcome::DeclaredUnlawful, _) => &[Self::CoDefendant, Self::ThirdParty],
            (_, Column::Upheld) => &[Self::CoDefendant],
            (_, Column::Overturned) => &[Self::ThirdParty],
            (_, Column::Other | Column::Pending) => &[Self::Respondent, Self::ThirdParty],
        }
    }
}

coded! {
    /// Who appealed, or applied for the retrial.
    pub enum Appellant {
        Applicant => "applicant", "原告（申请人）", "the plaintiff";
        Agency => "agency", "本机关", "the agency alone";
        Both => "both", "双方", "the plaintiff and the agency";
        ReviewBody => "review_body", "复议机关", "the reconsideration body";
        ThirdParty => "third_party", "第三人", "a third party";
        Court => "court", "法院、检察院", "the court itself, or the procuratorate";
    }
}

impl Appellant {
    /// Whether the agency is one of them.
    pub const fn is_agency(self) -> bool {
        matches!(self, Self::Agency | Self::Both)
    }
}

coded! {
    /// What a filing with the authority is about.
    pub enum FilingSubject {
        Opening => "opening", "受理、应诉", "that it began";
        Outcome => "outcome", "结果", "how it ended";
        Performance => "performance", "履行", "that its order was performed";
    }
}

coded! {
    /// A sitting at which the agency appears or is heard.
    pub enum HearingKind {
        CourtSession => "court_session", "开庭", "court session";
        Hearing => "hearing", "听证", "hearing";
        OpinionsHeard => "opinions_heard", "听取意见", "the parties are heard";
        Inquiry => "inquiry", "询问、谈话", "inquiry by the court";
    }
}

impl HearingKind {
    /// The article under which the head of the agency appears in person; none where nobody need come.
    pub const fn head_appears(self) -> Option<&'static str> {
        match self {
            Self::CourtSession => Some("行诉法 3(3)"),
            Self::Hearing => Some("复议法 51"),
            Self::OpinionsHeard | Self::Inquiry => None,
        }
    }
}

coded! {
    /// Who appeared for the agency (负责人出庭).
    pub enum AppearanceRole {
        Head => "head", "负责人", "the head or a deputy head of the agency";
        Staff => "staff", "工作人员", "a member of its staff";
        Lawyer => "lawyer", "律师", "a lawyer";
    }
}

coded! {
    /// What the body or court tells of the course.
    pub enum CourseKind {
        Suspended => "suspended", "中止", "the proceeding rests";
        Resumed => "resumed", "恢复", "it goes on";
        TermExtended => "term_extended", "延长审理期限", "the term for the decision is longer";
        TurnedOrdinary => "turned_ordinary", "转为普通程序", "turned to the ordinary procedure";
    }
}

coded! {
    /// What became of a sitting.
    pub enum HearingState {
        Announced => "announced", "待举行", "announced";
        Held => "held", "已举行", "held";
        CalledOff => "called_off", "取消或者改期", "called off or put off";
    }
}

coded! {
    /// What a decision orders the agency to do (法释〔2025〕8号).
    pub enum OrderKind {
        AnswerAnew => "answer_anew", "限期重新答复", "answer anew within a term";
        Disclose => "disclose", "限期公开", "disclose within a term";
        ProvideOtherwise => "provide_otherwise", "按要求的形式或者内容提供", "provide in the right form or content";
        Separate => "separate", "区分处理后公开", "separate and disclose";
        CorrectRecord => "correct_record", "更正记录", "correct the record";
        Refrain => "refrain", "不得公开", "refrain from disclosure";
        Other => "other", "其他", "anything else";
    }
}

impl OrderKind {
    /// Whether the applicant is owed another reply.
    pub const fn wants_reply(self) -> bool {
        matches!(self, Self::AnswerAnew | Self::Disclose | Self::ProvideOtherwise | Self::Separate)
    }
}

coded! {
    /// Why a proceeding ended without a decision on the matter.
    pub enum EndedBy {
        Withdrawal => "withdrawal", "申请人撤回", "the applicant withdrew";
        Settlement => "settlement", "和解后撤回", "withdrawn after a settlement";
        OwnRevocation => "own_revocation", "行政机关自行撤销、改变后撤回", "withdrawn after the agency revoked or changed its act itself";
        Other => "other", "其他", "another reason";
    }
}

coded! {
    /// What is complained of.
    pub enum ComplaintGround {
        NoReply => "no_reply", "逾期未答复", "no reply in time";
        UnlawfulReply => "unlawful_reply", "未依法答复处理", "an unlawful reply";
        InterestsInfringed => "interests_infringed", "侵犯合法权益", "lawful interests infringed";
        Other => "other", "其他", "anything else";
    }
}

impl ComplaintGround {
    /// The article that opens the complaint.
    pub const fn article(self) -> &'static str {
        match self {
            Self::NoReply | Self::UnlawfulReply => "47(2)",
            Self::InterestsInfringed | Self::Other => "51",
        }
    }
}

coded! {
    /// How a complaint ended.
    pub enum ComplaintFinding {
        Unfounded => "unfounded", "查证不属实", "not founded";
        Urged => "urged", "督促整改", "the agency was urged to put it right";
        Criticised => "criticised", "通报批评", "criticised in a circular";
        Withdrawn => "withdrawn", "投诉人撤回", "withdrawn";
        PassedOn => "passed_on", "告知通过复议诉讼解决", "referred to reconsideration or court";
    }
}

impl ComplaintFinding {
    /// Whether it was found that the complaint is right.
    pub const fn founded(self) -> bool {
        matches!(self, Self::Urged | Self::Criticised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn litigation_law_26_who_is_sued_after_a_reconsideration() {
        use PartyStanding::{CoDefendant, Respondent, ThirdParty};
        let all = || ReconsiderationOutcome::ALL.iter().copied();
        let after = |standings: &'static [PartyStanding]| all().filter(move |one| PartyStanding::after(Some(*one)) == standings);
        assert_eq!(after(&[CoDefendant]).collect::<Vec<_>>(), [ReconsiderationOutcome::Upheld, ReconsiderationOutcome::RequestRejected]);
        assert!(after(&[ThirdParty]).all(|outcome| outcome.column() == Column::Overturned));
        assert_eq!(after(&[ThirdParty]).count(), 6);
        assert!(after(&[Respondent, ThirdParty]).all(|outcome| outcome.column() == Column::Other));
        assert_eq!(PartyStanding::after(None), [Respondent, ThirdParty]);
    }

    #[test]
    fn litigation_interpretation_22_3_a_breach_of_procedure_alone_does_not_change_the_act() {
        use PartyStanding::{CoDefendant, ThirdParty};
        let either: Vec<_> = ReconsiderationOutcome::ALL
            .iter()
            .filter(|one| PartyStanding::after(Some(**one)) == [CoDefendant, ThirdParty])
            .map(|one| one.code())
            .collect();
        assert_eq!(either, ["declared_unlawful"]);
    }

    #[test]
    fn circular_201_of_2016_only_the_agency_whose_act_is_tried_counts() {
        let counting: Vec<_> = PartyStanding::ALL.iter().filter(|standing| standing.counts()).collect();
        assert_eq!(counting, [&PartyStanding::Respondent, &PartyStanding::CoDefendant]);
    }

    #[test]
    fn an_order_about_the_answer_wants_another_reply() {
        let wanting: Vec<_> = OrderKind::ALL.iter().filter(|kind| kind.wants_reply()).map(|kind| kind.code()).collect();
        assert_eq!(wanting, ["answer_anew", "disclose", "provide_otherwise", "separate"]);
    }
}
