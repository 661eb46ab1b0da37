//! What a reply can cite: the Regulations article by article, laws by a short name, documents of the State Council's offices, and the
//! articles of local rules that the agency has on record. Whoever cites asks here, so that no letter names an article that is not there.
//!
//! The Regulations are known down to paragraph and item; of the other laws only the number of articles is. A law that does not stand here
//! is entered in the library of local rules with the articles that can be cited.

use super::cite::{cite_local, read_back};
use super::library::{Edition, Shelf};

/// A law or administrative regulation that can be cited by its short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Law {
    /// The name before the number of the article; empty for the Regulations.
    pub short: &'static str,
    /// Its title as mails and pages give it.
    pub title: &'static str,
    /// Its title as a letter gives it.
    pub full: &'static str,
    /// How many articles it has.
    pub articles: usize,
}

const fn law(short: &'static str, title: &'static str, full: &'static str, articles: usize) -> Law {
    Law { short, title, full, articles }
}

/// The Regulations, then the other laws, each in the revision that was in force when the table was made (November 2026).
pub const LAWS: &[Law] = &[
    law("", "《政府信息公开条例》", "《中华人民共和国政府信息公开条例》", 56),
    law("复议法", "《行政复议法》", "《中华人民共和国行政复议法》", 90),
    law("行诉法", "《行政诉讼法》", "《中华人民共和国行政诉讼法》", 103),
    law(
        "行诉解释",
        "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》",
        "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》",
        163,
    ),
    law("民法典", "《民法典》", "《中华人民共和国民法典》", 1_260),
    law("民诉法", "《民事诉讼法》", "《中华人民共和国民事诉讼法》", 306),
    law("保密法", "《保守国家秘密法》", "《中华人民共和国保守国家秘密法》", 65),
    law("保密法实施条例", "《保守国家秘密法实施条例》", "《中华人民共和国保守国家秘密法实施条例》", 74),
    law("档案法", "《档案法》", "《中华人民共和国档案法》", 53),
    law("档案法实施条例", "《档案法实施条例》", "《中华人民共和国档案法实施条例》", 52),
    law("个人信息保护法", "《个人信息保护法》", "《中华人民共和国个人信息保护法》", 74),
    law("数据安全法", "《数据安全法》", "《中华人民共和国数据安全法》", 55),
    law("统计法", "《统计法》", "《中华人民共和国统计法》", 53),
    law("税收征收管理法", "《税收征收管理法》", "《中华人民共和国税收征收管理法》", 94),
    law("审计法", "《审计法》", "《中华人民共和国审计法》", 60),
    law("监察法", "《监察法》", "《中华人民共和国监察法》", 78),
    law("公务员法", "《公务员法》", "《中华人民共和国公务员法》", 113),
    law("未成年人保护法", "《未成年人保护法》", "《中华人民共和国未成年人保护法》", 132),
    law("行政处罚法", "《行政处罚法》", "《中华人民共和国行政处罚法》", 86),
    law("行政许可法", "《行政许可法》", "《中华人民共和国行政许可法》", 83),
    // As revised on 27 June 2025, in force since 15 October 2025; 33 articles before. Its last article could not be looked up in a stored
    // copy: where it or a later revision has more, an agency enters the law with the article among its local rules.
    law("反不正当竞争法", "《反不正当竞争法》", "《中华人民共和国反不正当竞争法》", 41),
    // As amended on 29 April 2021, read from a stored copy of the laws; a later amendment that adds articles is mended likewise.
    law("食品安全法", "《食品安全法》", "《中华人民共和国食品安全法》", 154),
    // As amended on 29 April 2021, read from the same copy: 74, one fewer than in 2015 and 2018.
    law("广告法", "《广告法》", "《中华人民共和国广告法》", 74),
    law("市场主体登记管理条例", "《市场主体登记管理条例》", "《中华人民共和国市场主体登记管理条例》", 55),
    law("不动产登记暂行条例", "《不动产登记暂行条例》", "《不动产登记暂行条例》", 35),
    law("信访工作条例", "《信访工作条例》", "《信访工作条例》", 50),
];

/// Documents that are cited by their number, without an article.
pub const DOCUMENTS: &[(&str, &str)] = &[
    ("30号", "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）"),
    ("109号", "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）"),
    ("国办公开办函〔2015〕207号", "国办公开办函〔2015〕207号"),
    ("国办公开办函〔2016〕235号", "国办公开办函〔2016〕235号"),
    ("国办公开办函〔2019〕14号", "国办公开办函〔2019〕14号"),
    ("法释〔2025〕8号", "法释〔2025〕8号"),
];

/// Articles of the Regulations with more than one paragraph, and how many.
const PARAGRAPHS: &[(usize, usize)] = &[
    (3, 4),
    (4, 2),
    (6, 2),
    (10, 3),
    (11, 2),
    (12, 3),
    (13, 2),
    (16, 2),
    (17, 3),
    (25, 3),
    (29, 2),
    (33, 3),
    (39, 2),
    (42, 2),
    (44, 2),
    (47, 2),
    (49, 2),
    (50, 2),
    (55, 2),
];

/// Paragraphs of the Regulations with items: article, paragraph, how many.
const ITEMS: &[(usize, usize, usize)] = &[(4, 2, 5), (20, 1, 15), (29, 2, 3), (31, 1, 3), (36, 1, 7), (50, 1, 5), (53, 1, 3)];

/// The law with this short name.
pub fn by_short_name(short: &str) -> Option<&'static Law> {
    LAWS.iter().find(|law| law.short == short)
}

/// The numbers of an article written as `21`, `21(2)` or `21(2)(1)`; none for anything else.
pub fn numbers(article: &str) -> Option<Vec<usize>> {
    let parts = article.split('(').enumerate().map(|(place, part)| {
        let number = if place == 0 { part } else { part.strip_suffix(')')? };
        let digits = !number.is_empty() && !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        number.parse().ok().filter(|n| digits && *n < 10_000)
    });
    parts.collect::<Option<Vec<usize>>>().filter(|parts| parts.len() <= 3)
}

fn paragraphs(article: usize) -> usize {
    PARAGRAPHS.iter().find(|(known, _)| *known == article).map_or(1, |(_, paragraphs)| *paragraphs)
}

fn items(article: usize, paragraph: usize) -> usize {
    ITEMS.iter().find(|(known, of, _)| (*known, *of) == (article, paragraph)).map_or(0, |(.., items)| *items)
}

/// Whether the article of the Regulations is one paragraph with items: what stands in the brackets is then the item (`36(3)` 第三十六条第三项).
pub fn is_itemised(article: usize) -> bool {
    paragraphs(article) == 1 && items(article, 1) > 0
}

/// Whether the Regulations have this article, paragraph and item.
fn in_regulations(parts: &[usize]) -> bool {
    match *parts {
        [article] => (1..=56).contains(&article),
        [article, item] if is_itemised(article) => item <= items(article, 1),
        [article, paragraph] => in_regulations(&[article]) && paragraph <= paragraphs(article),
        [article, paragraph, item] => !is_itemised(article) && in_regulations(&[article, paragraph]) && item <= items(article, paragraph),
        _ => false,
    }
}

/// What may stand between two citations, and within a title.
const BETWEEN: [char; 5] = [',', ';', '，', '；', '、'];

fn untitled(title: &str) -> &str {
    title.trim_start_matches('《').trim_end_matches('》')
}

/// One citation, as the reply keeps it: an article of a known law stays as it is written, one of a local rule in force becomes the full
/// citation. What was kept or printed can be cited again. None for what cannot be cited.
fn one(article: &str, rules: &[&Edition]) -> Option<String> {
    if DOCUMENTS.iter().any(|(number, _)| *number == article) || rules.iter().any(|edition| writes(edition, article)) {
        return Some(article.to_owned());
    }
    if let Some(known) = read_back(article) {
        return one(&known, rules);
    }
    let (law, number) = article.rsplit_once(' ').map_or(("", article), |(law, number)| (law.trim_end(), number));
    let parts = numbers(number)?;
    match by_short_name(law) {
        Some(known) if known.short.is_empty() => in_regulations(&parts).then(|| number.to_owned()),
        Some(known) => parts.first().is_some_and(|n| *n <= known.articles).then(|| format!("{law} {number}")),
        None => {
            let title = untitled(law);
            let named = |edition: &&&Edition| {
                let content = &edition.content;
                let titled = untitled(&content.title) == title;
                edition.shelf == Shelf::LocalRule && (titled || content.document_number.as_deref() == Some(title))
            };
            let has = |edition: &&&Edition| edition.content.rule_articles.iter().any(|known| known.number == number);
            rules.iter().filter(named).find(has).and_then(|edition| cite_local(&edition.content.title, number))
        }
    }
}

/// Whether an article of this local rule is cited in full in just these words.
fn writes(edition: &Edition, cited: &str) -> bool {
    let title = untitled(&edition.content.title);
    let of_it = cited.strip_prefix('《').and_then(|cited| cited.strip_prefix(title)).is_some_and(|rest| rest.starts_with("》第"));
    let same = |number: &str| cite_local(title, number).as_deref() == Some(cited);
    edition.shelf == Shelf::LocalRule && of_it && edition.content.rule_articles.iter().any(|known| same(&known.number))
}

/// A citation as the reply keeps it, or the part of it that cannot be cited. Several articles may stand in one, divided by commas.
pub fn citation(articles: &str, rules: &[&Edition]) -> Result<String, String> {
    let mut kept = Vec::new();
    let mut rest = articles;
    loop {
        let ends: Vec<usize> = rest.match_indices(BETWEEN).map(|(at, _)| at).chain([rest.len()]).collect();
        let cuts = || ends.iter().filter_map(|at| rest.split_at_checked(*at));
        // The longest first: a title may hold a comma.
        let Some((article, after)) = cuts().rev().find_map(|(head, after)| Some((one(head.trim(), rules)?, after))) else {
            let whole = |(head, _): &(&str, &str)| !head.contains('《') || head.contains('》');
            let unknown = cuts().find(whole).or_else(|| cuts().next()).map_or(rest, |(head, _)| head);
            return Err(unknown.trim().to_owned());
        };
        kept.push(article);
        let Some(next) = after.strip_prefix(BETWEEN) else { return Ok(kept.join(", ")) };
        rest = next;
    }
}

/// That an article cannot be cited, and what can, in both languages.
pub fn not_citable(article: &str, rules: &[&Edition]) -> (String, String) {
    let (zh, en) = citable(rules);
    (format!("“{article}”不是可以引用的条款；{zh}"), format!("'{article}' is no article that can be cited; {en}"))
}

/// What can be cited instead.
fn citable(rules: &[&Edition]) -> (String, String) {
    let laws: Vec<&str> = LAWS.iter().map(|law| law.short).filter(|short| !short.is_empty()).collect();
    let documents: Vec<&str> = DOCUMENTS.iter().map(|(number, _)| *number).collect();
    let local: Vec<String> = rules
        .iter()
        .filter(|edition| edition.shelf == Shelf::LocalRule)
        .take(20)
        .map(|edition| {
            let articles: Vec<&str> = edition.content.rule_articles.iter().take(20).map(|article| article.number.as_str()).collect();
            format!("{} {}", untitled(&edition.content.title), articles.join("、"))
        })
        .collect();
    let none = || ("无".to_owned(), "none".to_owned());
    let (local_zh, local_en) = if local.is_empty() { none() } else { (local.join("；"), local.join("; ")) };
    let zh = format!(
        "可以引用：《政府信息公开条例》第1至56条（写作 36(3)、29(2)(1)），下列法律、行政法规的条款（写作“复议法 48”）：{}；文件：{}；本机关已经确认并且生效的地方规定：{local_zh}。其他依据请先录入地方规定库",
        laws.join("、"),
        documents.join("、"),
    );
    let en = format!(
        "citable are articles 1 to 56 of the Regulations (written 36(3), 29(2)(1)), articles of these laws (written with the short name first): {}; \
         documents: {}; local rules of the agency in force: {local_en}; enter any other basis in the library of local rules first",
        laws.join(", "),
        documents.join(", "),
    );
    (zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::calendar::day_of;
    use crate::rules::library::{Content, RuleArticle};
    use crate::rules::reply_kinds::{Ground, ReplyKind};
    use uuid::Uuid;

    fn rule() -> Edition {
        let content = Content {
            title: "示范市政府信息公开规定".into(),
            document_number: Some("示府规〔2020〕1号".into()),
            kinds: Vec::new(),
            grounds: Vec::new(),
            topics: Vec::new(),
            text: None,
            typical: None,
            articles: Vec::new(),
            rule_articles: vec![RuleArticle { number: "21(2)".into(), text: "甲。".into() }],
            from_on: day_of(2020, 1, 1),
            until_on: None,
        };
        Edition { entry: Uuid::from_u128(1), edition: 1, shelf: Shelf::LocalRule, content }
    }

    #[test]
    fn what_kinds_and_grounds_rest_on_can_be_cited() {
        for kind in ReplyKind::ALL {
            assert_eq!(citation(kind.article(), &[]), Ok(kind.article().to_owned()), "{kind:?}");
        }
        for ground in Ground::ALL {
            assert!(citation(ground.article(), &[]).is_ok(), "{ground:?}");
        }
    }

    #[test]
    fn the_regulations_are_known_by_article_paragraph_and_item() {
        for good in
            ["1", "56", "10(3)", "16(2)", "20(15)", "29(2)(3)", "31(2)", "33(3)", "36(7)", "47(2)", "50(1)(5)", "36(3), 14", "30；33(2)"]
        {
            assert!(citation(good, &[]).is_ok(), "{good}");
        }
        for (bad, part) in [
            ("99(9)", "99(9)"),
            ("57", "57"),
            ("0", "0"),
            ("036", "036"),
            ("14(2)", "14(2)"),
            ("16(3)", "16(3)"),
            ("20(16)", "20(16)"),
            ("36(8)", "36(8)"),
            ("36(1)(1)", "36(1)(1)"),
            ("29(1)(1)", "29(1)(1)"),
            ("29(2)(4)", "29(2)(4)"),
            ("胡说", "胡说"),
            ("第三十六条", "第三十六条"),
            ("36(3), 胡说 8", "胡说 8"),
            ("36 (3)", "36 (3)"),
            ("", ""),
        ] {
            assert_eq!(citation(bad, &[]), Err(part.to_owned()), "{bad}");
        }
    }

    #[test]
    fn other_laws_are_known_by_their_number_of_articles() {
        for good in [
            "复议法 90",
            "行诉法 103",
            "行诉解释 163",
            "复议法 23(1)(4)",
            "统计法 25",
            "反不正当竞争法 10",
            "反不正当竞争法 41",
            "食品安全法 154",
            "广告法 74",
            "民法典 1032",
            "民法典 1260",
            "109号",
            "国办公开办函〔2016〕235号",
            "法释〔2025〕8号",
        ] {
            assert_eq!(citation(good, &[]), Ok(good.to_owned()));
        }
        for bad in [
            "复议法 91",
            "反不正当竞争法 42",
            "食品安全法 155",
            "广告法 75",
            "行诉法 104",
            "行诉解释 164",
            "民法典 1261",
            "刑法 1",
            "110号",
            "复议法",
            "复议法 48(1)(1)(1)",
        ] {
            assert!(citation(bad, &[]).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_article_of_a_local_rule_is_citable_while_it_is_on_record() {
        let rule = rule();
        let cited = Ok("《示范市政府信息公开规定》第二十一条第二款".to_owned());
        for written in ["示范市政府信息公开规定 21(2)", "《示范市政府信息公开规定》 21(2)", "示府规〔2020〕1号 21(2)"]
        {
            assert_eq!(citation(written, &[&rule]), cited, "{written}");
            assert!(citation(written, &[]).is_err());
        }
        assert!(citation("示范市政府信息公开规定 22", &[&rule]).is_err());
        let category = Edition { shelf: Shelf::WithheldCategory, ..rule.clone() };
        assert!(citation("示范市政府信息公开规定 21(2)", &[&category]).is_err());
        assert!(citable(&[&rule]).0.contains("示范市政府信息公开规定 21(2)"));
    }

    #[test]
    fn what_was_kept_or_printed_can_be_cited_again() {
        let rule = rule();
        let mut second = rule.clone();
        second.content.title = "甲市、乙县政府信息公开规定，试行".into();
        let rules = [&rule, &second];
        let kept = citation("示范市政府信息公开规定 21(2)；甲市、乙县政府信息公开规定，试行 21(2)、36(3), 民法典 1032", &rules).unwrap();
        assert_eq!(
            kept,
            "《示范市政府信息公开规定》第二十一条第二款, 《甲市、乙县政府信息公开规定，试行》第二十一条第二款, 36(3), 民法典 1032"
        );
        assert_eq!(citation(&kept, &rules), Ok(kept.clone()));
        let printed = crate::rules::cite::cite_in_full([kept.as_str()]);
        assert_eq!(citation(&printed, &rules), Ok(kept));
        for (bad, part) in [
            ("《示范市政府信息公开规定》第二十二条", "《示范市政府信息公开规定》第二十二条"),
            ("《示范市政府信息公开规定》第二十一条第二项", "《示范市政府信息公开规定》第二十一条第二项"),
            ("30、《甲市、乙县政府信息公开规定，试行》第八条", "《甲市、乙县政府信息公开规定，试行》第八条"),
            ("《政府信息公开条例》第五十七条", "《政府信息公开条例》第五十七条"),
            ("《民法典》第一千二百六十一条", "《民法典》第一千二百六十一条"),
        ] {
            assert_eq!(citation(bad, &rules), Err(part.to_owned()), "{bad}");
        }
    }
}
