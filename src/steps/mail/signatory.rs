//! In which capacity somebody signed for a letter (签收人身份). Pure. 条例 has no rule of its own: 民事诉讼法 88 by analogy.
//!
//! A letter is served on whoever it is for, on their agent or appointed receiver, on an adult of the family who lives with them; on an
//! organisation by its head or whoever takes in its mail. A locker, a collection point, a neighbour has no such capacity: what they signed for is
//! on its way still.

use crate::case::facts::Facts;
use crate::case::model::{Case, Letter, SignedAs};
use crate::case::private::{PersonDetails, Private};
use crate::case::refusal::{Code, Refusal};
use crate::crypto::normalise;
use crate::rules::clock::Party;

const ARTICLE: &str = "民事诉讼法 88";

/// The private texts that name whoever a letter is for, and who acts for them.
pub(super) fn people(case: &Case, letter: Letter) -> Vec<Private> {
    match letter {
        Letter::Consultation { n } | Letter::ThirdPartyNotice { n } => {
            case.consultations.iter().filter(|known| known.n == n).map(|known| known.name.clone()).collect()
        }
        _ => {
            let agent = case.agent.iter().map(|agent| &agent.details);
            case.applicants.iter().map(|applicant| &applicant.details).chain(agent).cloned().collect()
        }
    }
}

fn is(name: &str, of: Option<&str>) -> bool {
    let name = normalise::name(name);
    name.is_some() && name == of.and_then(normalise::name)
}

/// How the names of organisations end.
const ORGANISATIONS: [&str; 11] = ["公司", "集团", "银行", "中心", "协会", "医院", "学校", "大学", "事务所", "合作社", "委员会"];

/// What stands between the name and the contact of a consulted party.
fn ends_a_name(c: char) -> bool {
    c.is_whitespace() || matches!(c, '，' | ',' | '；' | ';' | '（' | '(' | '【' | '[' | '〔')
}

/// Whom a letter is for.
struct Addressee<'a> {
    case: &'a Case,
    letter: Letter,
    facts: &'a Facts<'a>,
}

impl Addressee<'_> {
    fn person(&self, details: &Private) -> PersonDetails {
        self.facts.known.texts.get(details).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The capacity that a name shows by itself.
    fn known_as(&self, name: &str) -> Option<SignedAs> {
        if !self.letter.to_applicant() {
            // A name that stands alone, or begins a line with name and contact; a space may stand within it.
            let line = self.party()?;
            let mut heads = line.match_indices(ends_a_name).filter_map(|(end, _)| line.get(..end)).chain([line]);
            return heads.any(|head| is(name, Some(head))).then_some(SignedAs::Addressee);
        }
        for applicant in &self.case.applicants {
            let person = self.person(&applicant.details);
            let organisation = applicant.kind.is_organisation();
            if is(name, Some(&person.name)) {
                return Some(SignedAs::Addressee);
            }
            if organisation && is(name, person.legal_representative.as_deref()) {
                return Some(SignedAs::LegalRepresentative);
            }
            if organisation && is(name, person.contact_person.as_deref()) {
                return Some(SignedAs::MailRoom);
            }
        }
        let agent = self.case.agent.as_ref().map(|agent| self.person(&agent.details));
        agent.is_some_and(|agent| is(name, Some(&agent.name))).then_some(SignedAs::Agent)
    }

    /// Name and contact of the consulted party, in one line.
    fn party(&self) -> Option<&str> {
        let texts = people(self.case, self.letter);
        texts.first().and_then(|party| self.facts.known.texts.get(party))
    }

    /// Whether a person can be behind whom a letter of a consultation is for: a third party that is not called what only organisations are.
    fn can_be_a_person(&self) -> bool {
        let (Letter::Consultation { n } | Letter::ThirdPartyNotice { n }) = self.letter else { return false };
        let third_party = self.case.consultations.iter().any(|known| known.n == n && known.party == Party::ThirdParty);
        let head = self.party().and_then(|line| line.split(ends_a_name).next()).unwrap_or_default();
        third_party && !ORGANISATIONS.iter().any(|end| head.ends_with(end))
    }

    /// Refuses a capacity that whoever the letter is for cannot be served by.
    fn may_receive(&self, by: Option<&str>, signed_as: SignedAs) -> Result<(), Refusal> {
        let unfit = |zh: &str, en: &str| Err(Refusal::new(Code::RecipientUnfit, zh, en).under(ARTICLE));
        let any = |organisation: bool| {
            let mut applicants = self.case.applicants.iter();
            !self.letter.to_applicant() || applicants.any(|applicant| applicant.kind.is_organisation() == organisation)
        };
        match signed_as {
            SignedAs::CollectionPoint | SignedAs::AnotherPerson => unfit(
                "代收点、邻居等无权代为签收，不构成送达：该函件仍在途中；待受送达人或者有权签收的人签收后登记，无法签收的登记退件",
                "a collection point or a neighbour cannot receive for somebody else: the letter is on its way still; record the service once it is \
                 signed for by who may, or that it came back",
            ),
            SignedAs::FamilyMember if !any(false) || !(self.letter.to_applicant() || self.can_be_a_person()) => {
                unfit("受送达人是单位，没有同住成年家属", "the letter is for an organisation, which has no family")
            }
            SignedAs::LegalRepresentative | SignedAs::MailRoom if !any(true) => unfit(
                "受送达人是自然人，应由本人、同住成年家属、代理人或者指定的代收人签收",
                "the letter is for a person: they sign, an adult of the family who lives with them, their agent or appointed receiver",
            ),
            SignedAs::Agent if self.letter.to_applicant() && self.case.agent.is_none() => {
                unfit("本案没有登记代理人；有代理人的，请先更正申请人信息", "the case has no agent: amend it first if there is one")
            }
            // How a consulted party is called stands in no field of its own: that it signed itself is taken as stated.
            SignedAs::Addressee
                if self.letter.to_applicant() && by.is_some_and(|name| self.known_as(name) != Some(SignedAs::Addressee)) =>
            {
                unfit(
                    "签收人姓名与受送达人不一致，请按实际填写签收人身份",
                    "who signed is not named like whom the letter is for: state in which capacity they signed",
                )
            }
            _ => Ok(()),
        }
    }
}

/// What a service rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proved {
    /// On what is entered of it, who signed and in which capacity.
    ByItsEntry,
    /// On a stored paper, or on what the way it went asks for anyway.
    Otherwise,
}

/// In which capacity it was signed: as stated, or as the name shows. A name that shows nothing needs the statement.
pub(super) fn capacity(
    (case, letter): (&Case, Letter),
    (signed_by, stated, proved): (Option<&str>, Option<SignedAs>, Proved),
    facts: &Facts<'_>,
) -> Result<Option<SignedAs>, Refusal> {
    let addressee = Addressee { case, letter, facts };
    let missing = |zh: &str, en: &str| Refusal::new(Code::CapacityMissing, zh, en).under(ARTICLE);
    match (signed_by, stated) {
        (by, Some(signed_as)) => addressee.may_receive(by, signed_as).map(|()| Some(signed_as)),
        // What came by post was signed for by somebody, unless its slip or printout says by whom.
        (None, None) if proved == Proved::ByItsEntry => Err(missing(
            "须填写签收人或者签收人身份，或者附送达凭证",
            "state who signed or in which capacity, or name the stored paper that proves the service",
        )),
        (None, None) => Ok(None),
        (Some(name), None) => addressee.known_as(name).map(Some).ok_or_else(|| {
            missing(
                "签收人不是受送达人本人，须说明其以何种身份签收",
                "whoever signed is not whom the letter is for: state in which capacity they signed",
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::{Bench, CLERK};
    use crate::steps::fixtures::reply_events;
    use crate::steps::mail::delivery::RecordDelivery;
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::mail::testing::post;
    use crate::steps::register::enter::RegisterCase;
    use serde_json::{Value, json};

    const REPLY: Letter = Letter::Reply { n: 1 };
    const DAY: &str = "2026-11-10";

    fn sent(applicant: &Value, agent: &Value) -> Bench {
        let mut bench = Bench::on(DAY);
        let request = json!({"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"});
        let body = json!({"channel": "counter", "arrived_on": DAY, "applicants": [applicant], "agent": agent, "request": request});
        bench.receive(body).unwrap();
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        let reply = reply_events(bench.case(), bench.today);
        bench.keep(reply, Vec::new());
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", DAY)).unwrap();
        bench
    }

    fn person() -> Value {
        json!({"kind": "natural_person", "name": "甲某"})
    }

    fn company() -> Value {
        json!({"kind": "commercial_enterprise", "name": "甲公司", "legal_representative": "乙某", "contact_person": "丙某"})
    }

    fn signed(mut bench: Bench, by: &str, signed_as: Option<&str>) -> Result<Option<SignedAs>, Code> {
        let body = json!({"result": "delivered", "on": DAY, "signed_by": by, "signed_as": signed_as});
        let case = bench.take::<RecordDelivery>(CLERK, Some(1), body).map_err(|refusal| refusal.code)?;
        let crate::case::model::DispatchState::Delivered { signed_as, .. } = &case.dispatches[0].state else { panic!() };
        Ok(*signed_as)
    }

    #[test]
    fn civil_procedure_88_a_person_is_served_by_those_who_stand_for_them_and_by_nobody_else() {
        let of = |by: &str, signed_as| signed(sent(&person(), &Value::Null), by, signed_as);
        assert_eq!(of("甲 某", None), Ok(Some(SignedAs::Addressee)));
        assert_eq!(of("乙某", None), Err(Code::CapacityMissing));
        assert_eq!(of("乙某", Some("family_member")), Ok(Some(SignedAs::FamilyMember)));
        assert_eq!(of("乙某", Some("appointed_receiver")), Ok(Some(SignedAs::AppointedReceiver)));
        for unfit in ["addressee", "agent", "mail_room", "legal_representative", "collection_point", "another_person"] {
            assert_eq!(of("乙某", Some(unfit)), Err(Code::RecipientUnfit), "{unfit}");
        }
        let with_agent = |by: &str, signed_as| signed(sent(&person(), &json!({"name": "丁某"})), by, signed_as);
        assert_eq!(with_agent("丁某", None), Ok(Some(SignedAs::Agent)));
        assert_eq!(with_agent("戊某", Some("agent")), Ok(Some(SignedAs::Agent)));
    }

    #[test]
    fn civil_procedure_88_an_organisation_is_served_by_its_head_or_its_mail_room() {
        let of = |by: &str, signed_as| signed(sent(&company(), &Value::Null), by, signed_as);
        assert_eq!(of("乙某", None), Ok(Some(SignedAs::LegalRepresentative)));
        assert_eq!(of("丙某", None), Ok(Some(SignedAs::MailRoom)));
        assert_eq!(of("甲公司", None), Ok(Some(SignedAs::Addressee)));
        assert_eq!(of("前台", Some("mail_room")), Ok(Some(SignedAs::MailRoom)));
        assert_eq!(of("前台", None), Err(Code::CapacityMissing));
        for unfit in ["family_member", "collection_point"] {
            assert_eq!(of("丁某", Some(unfit)), Err(Code::RecipientUnfit), "{unfit}");
        }
    }

    /// A letter of a consultation on its way to this party.
    fn consulted(party: &str, name: &str) -> Bench {
        let mut bench = crate::steps::fixtures::registered("2026-11-02");
        bench.go(DAY);
        let body = json!({"party": party, "name": name, "on": DAY, "question": "是否同意公开。"});
        bench.take::<crate::steps::handle::consult::OpenConsultation>(CLERK, None, body).unwrap();
        crate::steps::fixtures::post(&mut bench, Letter::Consultation { n: 1 }, DAY).unwrap();
        bench
    }

    #[test]
    fn a_consulted_party_is_known_by_the_name_its_line_begins_with() {
        for line in ["丁某", "丁某，示范路3号", "丁某 示范路3号", "丁某（示范路3号）", "丁某\n示范路3号", "丁 某 示范路3号"]
        {
            assert_eq!(signed(consulted("third_party", line), "丁某", None), Ok(Some(SignedAs::Addressee)), "{line}");
            assert_eq!(signed(consulted("third_party", line), "示范路3号", None), Err(Code::CapacityMissing), "{line}");
        }
        let stated = signed(consulted("third_party", "示范路3号住户"), "丁某", Some("addressee"));
        assert_eq!(stated, Ok(Some(SignedAs::Addressee)));
    }

    #[test]
    fn only_a_third_party_that_can_be_a_person_has_a_family() {
        let family = Some("family_member");
        assert_eq!(signed(consulted("third_party", "丁某 示范路3号"), "戊某", family), Ok(Some(SignedAs::FamilyMember)));
        for (party, name) in
            [("other_agency", "示范区农业农村局"), ("co_producing_agency", "丁某"), ("third_party", "示例公司（示范路3号）")]
        {
            assert_eq!(signed(consulted(party, name), "戊某", family), Err(Code::RecipientUnfit), "{name}");
            let unnamed = json!({"result": "delivered", "on": DAY, "signed_as": "family_member"});
            let refusal = consulted(party, name).take::<RecordDelivery>(CLERK, Some(1), unnamed).unwrap_err();
            assert_eq!(refusal.code, Code::RecipientUnfit, "{name}");
        }
    }

    #[test]
    fn what_came_by_post_says_who_signed_or_in_which_capacity_or_where_it_is_proved() {
        let entered = |more: Value| {
            let mut body = json!({"result": "delivered", "on": DAY});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            sent(&person(), &Value::Null).take::<RecordDelivery>(CLERK, Some(1), body).map(drop)
        };
        let refusal = entered(json!({})).unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::CapacityMissing, "/signed_as"));
        for enough in
            [json!({"signed_by": "甲某"}), json!({"signed_as": "family_member"}), json!({"proof": crate::case::testing::DOCUMENT})]
        {
            entered(enough).unwrap();
        }
    }

    #[test]
    fn what_was_handed_over_says_it_too() {
        let mut bench = sent(&person(), &Value::Null);
        let back = json!({"result": "returned", "on": DAY, "reason": "查无此人"});
        bench.take::<RecordDelivery>(CLERK, Some(1), back).unwrap();
        let hand = |signed_as: &str| {
            json!({"letter": REPLY, "on": DAY, "method":
                {"method": "hand_over", "delivered_on": DAY, "signed_by": "乙某", "signed_as": signed_as}})
        };
        let refusal = bench.take::<DispatchLetter>(CLERK, None, hand("another_person")).unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::RecipientUnfit, "/method/signed_as"));
        bench.take::<DispatchLetter>(CLERK, None, hand("family_member")).unwrap();
    }
}
