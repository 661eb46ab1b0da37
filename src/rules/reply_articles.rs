//! Which articles of the Regulations a reply of a kind must cite, and which contradict it (domain 1.4, 2, 5.1), as one table.
//!
//! Only articles that *are* a decision stand here: Art 36(1)-(7), 37, 38, 39, 41 and the exemptions of Art 14-16. What tells of a step
//! (Art 30, 32, 33, 35) contradicts nothing, nor does another law, a document or a local rule. An item of a reply may cite what another
//! item of it rests on, so that a reply of several decisions cites all of them.

use super::cite::divided;
use super::reply_kinds::{Ground, ReplyKind};
use super::reply_needs::Missing;

/// One decision of a reply, and what it cites.
#[derive(Debug, Clone)]
pub struct Cited<'a> {
    /// The kind.
    pub kind: ReplyKind,
    /// The grounds beside the main one; for B, those of the part withheld.
    pub grounds: &'a [Ground],
    /// The articles, as the reply keeps them.
    pub articles: &'a [String],
    /// A third party was asked: Art 15 then carries the disclosure that it agreed to, or that the public interest asks for.
    pub third_party_asked: bool,
}

/// The articles of which a reply of the kind cites at least one, whatever else it says. None for what rests on practice (30号).
/// The ground of a denial comes on top ([`Ground::article`]).
pub const fn basis(kind: ReplyKind) -> &'static [&'static str] {
    match kind {
        ReplyKind::A1 => &["36(1)"],
        ReplyKind::A2 => &["36(2)"],
        ReplyKind::B => &["37"],
        ReplyKind::D1 | ReplyKind::D2 | ReplyKind::D3 => &["14"],
        ReplyKind::D4 => &["15"],
        ReplyKind::D5 => &["16(1)"],
        ReplyKind::D6 | ReplyKind::D7 => &["16(2)"],
        ReplyKind::D8 => &["36(7)"],
        ReplyKind::N1A => &["36(4)"],
        ReplyKind::N1B => &["36(5)"],
        ReplyKind::N2 => &["38"],
        ReplyKind::N3 | ReplyKind::O1 => &["30"],
        ReplyKind::P1 => &["39(1)"],
        ReplyKind::P2 => &["36(6)"],
        ReplyKind::P3 => &["39(2)"],
        ReplyKind::P4 => &["35"],
        ReplyKind::O2 => &["109号", "42"],
        ReplyKind::P5 | ReplyKind::O3 => &[],
        ReplyKind::R1 | ReplyKind::R2 | ReplyKind::R3 | ReplyKind::R4 => &["41"],
    }
}

/// The decisions that a reply of the kind may name beside its basis and its grounds.
const fn beside(kind: ReplyKind) -> &'static [&'static str] {
    match kind {
        // What is given and what is withheld of one record.
        ReplyKind::B => &["36(1)", "36(2)", "36(3)"],
        // A whole denial may say why nothing can be separated.
        ReplyKind::D1 | ReplyKind::D2 | ReplyKind::D3 | ReplyKind::D4 | ReplyKind::D5 | ReplyKind::D6 | ReplyKind::D7 => &["36(3)", "37"],
        // Practice leans on what is nearest: where it is, whose it is, how it is had; never on an exemption, which opens another remedy (5.1).
        ReplyKind::P5 | ReplyKind::O3 => &["36(1)", "36(4)", "36(5)", "36(6)", "36(7)", "38", "39", "39(1)", "39(2)", "41"],
        _ => &[],
    }
}

/// One article that is a decision.
struct Decides {
    article: &'static str,
    zh: &'static str,
    en: &'static str,
}

const fn decides(article: &'static str, zh: &'static str, en: &'static str) -> Decides {
    Decides { article, zh, en }
}

/// Every article that is a decision, with what stands against it in a reply that decides otherwise.
const DECISIONS: &[Decides] = &[
    decides(
        "14",
        "该条是国家秘密、法律和行政法规禁止公开、危及“三安全一稳定”而不予公开的依据，与本项决定相矛盾；确以此不予公开的，请选择相应的答复类型或者不予公开事由",
        "this article withholds state secrets, what a law forbids to disclose and what endangers security, which contradicts the decision of this item; to withhold on it, choose that kind of reply or name the ground",
    ),
    decides(
        "15",
        "该条是保护第三方合法权益而不予公开的依据，与本项决定相矛盾；确以此不予公开的，请选择相应的答复类型或者不予公开事由，并征求第三方意见",
        "this article withholds for a third party's sake, which contradicts the decision of this item; to withhold on it, choose that kind of reply or name the ground, and consult the third party",
    ),
    decides(
        "16",
        "该条是内部事务信息、过程性信息、行政执法案卷信息不予公开的依据，与本项决定相矛盾；确以此不予公开的，请选择相应的答复类型或者不予公开事由",
        "this article withholds internal affairs, process information and enforcement files, which contradicts the decision of this item; to withhold on it, choose that kind of reply or name the ground",
    ),
    decides(
        "16(1)",
        "该款是内部事务信息不予公开的依据，与本项决定相矛盾；确以此不予公开的，请选择相应的答复类型或者不予公开事由",
        "this paragraph withholds internal affairs, which contradicts the decision of this item; to withhold on it, choose that kind of reply or name the ground",
    ),
    decides(
        "16(2)",
        "该款是过程性信息、行政执法案卷信息不予公开的依据，与本项决定相矛盾；确以此不予公开的，请选择相应的答复类型或者不予公开事由",
        "this paragraph withholds process information and enforcement files, which contradicts the decision of this item; to withhold on it, choose that kind of reply or name the ground",
    ),
    decides(
        "36(1)",
        "该项适用于已经主动公开的信息，与本项决定相矛盾",
        "this item is for what is public already, which contradicts the decision",
    ),
    decides("36(2)", "该项适用于予以公开的信息，与本项决定相矛盾", "this item is for what is disclosed, which contradicts the decision"),
    decides("36(3)", "该项适用于不予公开的信息，与本项决定相矛盾", "this item is for what is withheld, which contradicts the decision"),
    decides(
        "36(4)",
        "该项适用于经检索不存在的信息，与本项决定相矛盾",
        "this item is for what does not exist, which contradicts the decision",
    ),
    decides(
        "36(5)",
        "该项适用于不属于本机关负责公开的信息，与本项决定相矛盾",
        "this item is for what is not this agency's to disclose, which contradicts the decision",
    ),
    decides("36(6)", "该项适用于重复申请，与本项决定相矛盾", "this item is for a repeated application, which contradicts the decision"),
    decides(
        "36(7)",
        "该项适用于法律、行政法规对获取另有特别规定的信息（行政查询事项），与本项决定相矛盾",
        "this item is for what has its own rules of access, which contradicts the decision",
    ),
    decides(
        "37",
        "该条适用于区分处理（部分公开），与本项决定相矛盾",
        "this article is for partial disclosure, which contradicts the decision",
    ),
    decides(
        "38",
        "该条适用于需要加工、分析而不予提供的信息，与本项决定相矛盾",
        "this article is for what would have to be made, which contradicts the decision",
    ),
    decides(
        "39",
        "该条适用于信访投诉举报类申请和公开出版物，与本项决定相矛盾",
        "this article is for petitions and published matter, which contradicts the decision",
    ),
    decides(
        "39(1)",
        "该款适用于信访、投诉、举报类申请，与本项决定相矛盾",
        "this paragraph is for petitions and complaints, which contradicts the decision",
    ),
    decides(
        "39(2)",
        "该款适用于要求提供公开出版物的申请，与本项决定相矛盾",
        "this paragraph is for published matter, which contradicts the decision",
    ),
    decides(
        "41",
        "该条适用于更正本人信息，与本项决定相矛盾",
        "this article is for the correction of one's own records, which contradicts the decision",
    ),
];

impl Cited<'_> {
    fn cites(&self) -> impl Iterator<Item = &str> {
        self.articles.iter().flat_map(|articles| divided(articles))
    }

    /// The articles of its grounds, the main one and those beside it. What is not government information is no exemption: Art 37 says it all.
    fn of_grounds(&self) -> impl Iterator<Item = &'static str> {
        let beside = self.grounds.iter().copied().filter(|_| self.kind.is_denial());
        self.kind.ground().into_iter().chain(beside).filter(|ground| ground.is_exemption()).map(Ground::article)
    }

    /// Whether the article is one that this decision rests on, or stands beside it. A whole article stands for its paragraphs.
    fn rests_on(&self, article: &str) -> bool {
        let whole = |of: &str| of.split_once('(').is_some_and(|(whole, _)| whole == article);
        let agreed = (article == "15" && self.third_party_asked && self.kind == ReplyKind::A2).then_some("15");
        let named = basis(self.kind).iter().chain(beside(self.kind)).copied();
        named.chain(self.of_grounds()).chain(agreed).any(|known| known == article || whole(known))
    }

    /// The articles of its basis and its grounds that are not cited.
    fn uncited(&self) -> Vec<&'static str> {
        let cited = |article: &str| self.cites().any(|known| known == article);
        let basis = basis(self.kind);
        let lacking = basis.first().copied().filter(|_| !basis.iter().any(|article| cited(article)));
        let mut uncited: Vec<&'static str> = lacking.into_iter().collect();
        for article in self.of_grounds().filter(|article| !cited(article)) {
            if !uncited.contains(&article) {
                uncited.push(article);
            }
        }
        uncited
    }
}

/// What every decision of a reply cites too little or wrongly, by its place.
pub fn faults(reply: &[Cited<'_>]) -> Vec<(usize, Missing)> {
    let rests_on = |article: &str| reply.iter().any(|decision| decision.rests_on(article));
    let of = |decision: &Cited<'_>| -> Vec<Missing> {
        // That nothing at all is cited is told by what every kind needs.
        let uncited = if decision.articles.is_empty() { Vec::new() } else { decision.uncited() };
        let lacking = uncited.into_iter().map(|article| Missing {
            code: "article_missing",
            article,
            detail_zh: "本项答复依据该条款作出，却未引用",
            detail_en: "the decision of this item rests on this article and does not cite it",
        });
        let wrong = DECISIONS.iter().filter(|known| decision.cites().any(|article| article == known.article) && !rests_on(known.article));
        let wrong =
            wrong.map(|known| Missing { code: "article_contradicts", article: known.article, detail_zh: known.zh, detail_en: known.en });
        lacking.chain(wrong).collect()
    };
    reply.iter().enumerate().flat_map(|(place, decision)| of(decision).into_iter().map(move |what| (place, what))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::laws::citation;

    fn cited<'a>(kind: ReplyKind, grounds: &'a [Ground], articles: &'a [String]) -> Cited<'a> {
        Cited { kind, grounds, articles, third_party_asked: false }
    }

    fn found(kind: ReplyKind, grounds: &[Ground], articles: &[&str]) -> Vec<(&'static str, &'static str)> {
        let articles: Vec<String> = articles.iter().map(|article| (*article).to_owned()).collect();
        faults(&[cited(kind, grounds, &articles)]).into_iter().map(|(_, what)| (what.code, what.article)).collect()
    }

    #[test]
    fn what_a_kind_rests_on_suffices_and_nothing_of_it_contradicts() {
        for kind in ReplyKind::ALL.iter().copied() {
            assert_eq!(found(kind, &[], &[kind.article()]), [], "{kind:?}");
            for article in basis(kind).iter().chain(beside(kind)) {
                assert!(citation(article, &[]).is_ok(), "{article}");
            }
            for article in kind.article().split(", ").filter(|article| *article != "36(3)" && !basis(kind).is_empty()) {
                assert!(basis(kind).contains(&article), "{kind:?} rests on {article}");
            }
        }
    }

    #[test]
    fn art_15_a_denial_for_a_third_party_cites_it_and_not_the_rules_of_access() {
        assert_eq!(found(ReplyKind::D4, &[], &["36(7)"]), [("article_missing", "15"), ("article_contradicts", "36(7)")]);
        assert_eq!(found(ReplyKind::D4, &[], &["36(3)"]), [("article_missing", "15")]);
        assert_eq!(found(ReplyKind::D4, &[], &["15", "32", "民法典 1032"]), []);
    }

    #[test]
    fn art_14_to_16_no_disclosure_cites_an_exemption() {
        for article in ["14", "15", "16", "16(1)", "16(2)", "36(3)", "37", "36(2), 14"] {
            let wrong = article.rsplit(' ').next().unwrap();
            let known = found(ReplyKind::A2, &[], &["36(2)", article]);
            assert_eq!(known, [("article_contradicts", wrong)], "{article}");
        }
        assert_eq!(found(ReplyKind::A2, &[], &["36(2)", "30", "33(2)", "35", "40", "个人信息保护法 14", "109号"]), []);
    }

    #[test]
    fn art_15_a_third_party_that_was_asked_may_carry_the_disclosure() {
        let articles = ["36(2)".to_owned(), "15".to_owned()];
        let asked = Cited { third_party_asked: true, ..cited(ReplyKind::A2, &[], &articles) };
        assert!(faults(&[asked]).is_empty());
    }

    #[test]
    fn art_36_each_of_its_items_is_another_decision() {
        let items = ["36(1)", "36(2)", "36(4)", "36(5)", "36(6)", "36(7)"];
        let kinds = [ReplyKind::A1, ReplyKind::A2, ReplyKind::N1A, ReplyKind::N1B, ReplyKind::P2, ReplyKind::D8];
        for (kind, own) in kinds.into_iter().zip(items) {
            for other in items.into_iter().filter(|other| *other != own) {
                assert_eq!(found(kind, &[], &[own, other]), [("article_contradicts", other)]);
            }
            assert_eq!(found(kind, &[], &["36"]), [("article_missing", own)], "the article says what replies there are, its item which");
        }
    }

    #[test]
    fn arts_30_35_38_39_41_109_each_kind_names_what_it_rests_on() {
        for (kind, own) in [
            (ReplyKind::N2, "38"),
            (ReplyKind::N3, "30"),
            (ReplyKind::P1, "39(1)"),
            (ReplyKind::P3, "39(2)"),
            (ReplyKind::P4, "35"),
            (ReplyKind::O1, "30"),
            (ReplyKind::O2, "109号"),
            (ReplyKind::R4, "41"),
        ] {
            assert_eq!(found(kind, &[], &["33(2)"]), [("article_missing", own)]);
            assert_eq!(found(kind, &[], &[own, "14"]), [("article_contradicts", "14")]);
        }
        assert_eq!(found(ReplyKind::O2, &[], &["42"]), []);
        assert_eq!(found(ReplyKind::P1, &[], &["39"]), [("article_missing", "39(1)")]);
    }

    #[test]
    fn art_37_a_separated_reply_cites_both_sides_and_every_ground() {
        let grounds = [Ground::ThirdParty, Ground::NotGovernmentInformation];
        assert_eq!(found(ReplyKind::B, &grounds, &["37"]), [("article_missing", "15")]);
        assert_eq!(found(ReplyKind::B, &grounds, &["37", "36(2)", "36(3)", "15"]), []);
        assert_eq!(found(ReplyKind::B, &grounds, &["37, 15, 16(2)"]), [("article_contradicts", "16(2)")], "a ground that is not stated");
        assert_eq!(found(ReplyKind::D7, &[Ground::ThirdParty], &["16(2)"]), [("article_missing", "15")]);
    }

    #[test]
    fn what_rests_on_practice_cites_what_it_likes_but_no_exemption() {
        assert_eq!(found(ReplyKind::O3, &[], &[]), []);
        assert_eq!(found(ReplyKind::O3, &[], &["2", "36(5)", "档案法 28"]), []);
        assert_eq!(found(ReplyKind::P5, &[], &["30号", "16(2)"]), [("article_contradicts", "16(2)")]);
    }

    #[test]
    fn a_reply_of_several_decisions_cites_all_of_them() {
        let both = ["36(2), 36(4)".to_owned()];
        let reply = [cited(ReplyKind::A2, &[], &both), cited(ReplyKind::N1A, &[], &both)];
        assert!(faults(&reply).is_empty());
        let [given, _] = reply;
        assert_eq!(faults(&[given]).len(), 1);
    }
}
