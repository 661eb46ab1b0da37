//! An article as officials read it: `33(2)` becomes 《政府信息公开条例》第三十三条第二款. Read by mails and letters.

use super::laws::{DOCUMENTS, LAWS, by_short_name, is_itemised, numbers};

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// The articles of a duty, each in full. What is no article of a known law (a document of an office, with its number) stays as it is.
pub fn cite(articles: &str) -> String {
    divided(articles).map(one).collect::<Vec<_>>().join("、")
}

fn one(article: &str) -> String {
    if let Some((_, cited)) = DOCUMENTS.iter().find(|(number, _)| *number == article) {
        return (*cited).to_owned();
    }
    let (short, number) = article.rsplit_once(' ').unwrap_or(("", article));
    let (Some(law), Some(parts)) = (by_short_name(short), numbers(number)) else { return article.to_owned() };
    // Articles that are one paragraph with items: what stands in the brackets is the item.
    let items = law.short.is_empty() && parts.first().is_some_and(|n| is_itemised(*n));
    let units: &[&str] = if items { &["条", "项"] } else { &["条", "款", "项"] };
    parts.iter().zip(units).fold(law.title.to_owned(), |text, (n, unit)| format!("{text}第{}{unit}", numeral(*n)))
}

/// An article of a local rule, by the rule's own title: `21(2)` becomes 《示范市政府信息公开规定》第二十一条第二款. None for what is no number of an article.
pub fn cite_local(title: &str, article: &str) -> Option<String> {
    let title = title.trim_start_matches('《').trim_end_matches('》');
    let parts = numbers(article)?;
    Some(parts.iter().zip(["条", "款", "项"]).fold(format!("《{title}》"), |text, (n, unit)| format!("{text}第{}{unit}", numeral(*n))))
}

/// Articles as a letter cites them: laws by their full names, each law once.
pub fn cite_in_full<'a>(articles: impl IntoIterator<Item = &'a str>) -> String {
    let mut last = String::new();
    let cited = articles.into_iter().flat_map(divided).map(|article| {
        let cited = full(&one(article));
        let (law, rest) = cited.split_once("》第").map_or((cited.as_str(), None), |(law, rest)| (law, Some(rest)));
        let again = rest.is_some() && law == last;
        law.clone_into(&mut last);
        match rest {
            Some(rest) if again => format!("第{rest}"),
            _ => cited,
        }
    });
    let mut seen = Vec::new();
    for article in cited {
        if !seen.contains(&article) {
            seen.push(article);
        }
    }
    seen.join("、")
}

/// The full name of the law at the head of a citation.
fn full(cited: &str) -> String {
    let law = LAWS.iter().find_map(|law| cited.strip_prefix(law.title).map(|rest| (law.full, rest)));
    law.map_or_else(|| cited.to_owned(), |(full, rest)| format!("{full}{rest}"))
}

/// The article behind a citation as mails and letters write it: 《政府信息公开条例》第三十三条第二款 is `33(2)` again. None for what [`cite`] does not write.
pub fn read_back(cited: &str) -> Option<String> {
    if let Some((number, _)) = DOCUMENTS.iter().find(|(_, written)| *written == cited) {
        return Some((*number).to_owned());
    }
    LAWS.iter().find_map(|law| {
        let rest = [law.title, law.full].into_iter().find_map(|title| cited.strip_prefix(title))?;
        let article = format!("{} {}", law.short, number(rest)?).trim_start().to_owned();
        (one(&article).strip_prefix(law.title) == Some(rest)).then_some(article)
    })
}

/// The number of an article that is written out after the title.
fn number(written: &str) -> Option<String> {
    let mut units = written.split('第');
    units.next().filter(|before| before.is_empty())?;
    let parts = units.enumerate().map(|(place, unit)| {
        let n = value(unit.strip_suffix(['条', '款', '项'])?);
        Some(if place == 0 { n.to_string() } else { format!("({n})") })
    });
    parts.collect()
}

/// What a numeral stands for; of anything else some number whose numeral it is not.
fn value(numeral: &str) -> usize {
    let (mut all, mut ones) = (0, 0);
    for c in numeral.chars() {
        let unit = match c {
            '千' => 1_000,
            '百' => 100,
            '十' => 10,
            _ => {
                ones = DIGITS.iter().position(|digit| digit.starts_with(c)).unwrap_or_default();
                continue;
            }
        };
        all += ones.max(1) * unit;
        ones = 0;
    }
    all + ones
}

fn numeral(n: usize) -> String {
    let (mut text, mut gap) = (String::new(), false);
    for (size, unit) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        match n / size % 10 {
            0 => gap = !text.is_empty(),
            1 if size == 10 && text.is_empty() => text += unit,
            digit => {
                text += if std::mem::take(&mut gap) { "零" } else { "" };
                text += DIGITS.get(digit).copied().unwrap_or_default();
                text += unit;
            }
        }
    }
    text
}

/// The citations of one text. A comma within a title divides nothing.
pub(super) fn divided(articles: &str) -> impl Iterator<Item = &str> {
    let mut in_title = false;
    let divides = move |c: char| {
        in_title = c == '《' || (in_title && c != '》');
        !in_title && matches!(c, ',' | ';')
    };
    articles.split(divides).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_cited_in_full() {
        for (article, cited) in [
            ("33(2)", "《政府信息公开条例》第三十三条第二款"),
            ("31", "《政府信息公开条例》第三十一条"),
            ("36(3)", "《政府信息公开条例》第三十六条第三项"),
            ("29(2)(1)", "《政府信息公开条例》第二十九条第二款第一项"),
            ("20(6)", "《政府信息公开条例》第二十条第六项"),
            ("复议法 48", "《行政复议法》第四十八条"),
            ("复议法 77, 行诉法 94", "《行政复议法》第七十七条、《行政诉讼法》第九十四条"),
            ("30; 109号", "《政府信息公开条例》第三十条、《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）"),
            ("国办公开办函〔2016〕235号", "国办公开办函〔2016〕235号"),
        ] {
            assert_eq!(cite(article), cited);
        }
    }

    #[test]
    fn every_article_of_the_table_of_terms_is_readable() {
        for term in crate::rules::terms::TERMS.iter() {
            let cited = cite(term.article);
            assert!(cited.starts_with('《') || cited.starts_with("国办"), "{} became {cited}", term.article);
        }
    }

    #[test]
    fn a_letter_names_each_law_once_and_in_full() {
        assert_eq!(cite_in_full(["16(2)", "36(3)"]), "《中华人民共和国政府信息公开条例》第十六条第二款、第三十六条第三项");
        assert_eq!(cite_in_full(["36(3), 15", "15"]), "《中华人民共和国政府信息公开条例》第三十六条第三项、第十五条");
        assert_eq!(cite_in_full(["30", "某市规定 8"]), "《中华人民共和国政府信息公开条例》第三十条、某市规定 8");
    }

    #[test]
    fn an_article_of_a_local_rule_has_its_own_title() {
        assert_eq!(cite_local("示范市规定", "21(2)(1)").unwrap(), "《示范市规定》第二十一条第二款第一项");
        assert_eq!(cite_local("《示范市规定》", "8").unwrap(), "《示范市规定》第八条");
        for refused in ["", "八", "8(", "8(2", "8()", "0", "10000", "+8", "1(2)(3)(4)", "8 (2)"] {
            assert_eq!(cite_local("甲", refused), None, "{refused}");
        }
    }

    #[test]
    fn a_comma_in_a_title_divides_nothing() {
        let cited = "《甲市规定(试行,二)》第八条";
        assert_eq!(cite(&format!("{cited}; 30")), format!("{cited}、《政府信息公开条例》第三十条"));
        assert_eq!(cite_in_full([cited]), cited);
    }

    #[test]
    fn what_is_written_out_is_read_back() {
        for article in ["33(2)", "36(3)", "29(2)(1)", "复议法 48", "民法典 1032", "民法典 1260(1)(10)", "109号"] {
            assert_eq!(read_back(&cite(article)).as_deref(), Some(article));
            assert_eq!(read_back(&cite_in_full([article])).as_deref(), Some(article));
        }
        for other in [
            "",
            "33(2)",
            "《民法典》",
            "《民法典》第条",
            "《民法典》第一〇三二条",
            "《民法典》第百条",
            "《民法典》第一千三十二条",
            "《民法典》第八款",
            "《民法典》第八条第一项",
            "《民法典》第八条、第九条",
            "《甲市规定》第八条",
        ] {
            assert_eq!(read_back(other), None, "{other}");
        }
    }

    #[test]
    fn numerals() {
        for (n, read) in [
            (1, "一"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (45, "四十五"),
            (100, "一百"),
            (101, "一百零一"),
            (110, "一百一十"),
            (215, "二百一十五"),
            (1_000, "一千"),
            (1_001, "一千零一"),
            (1_010, "一千零一十"),
            (1_032, "一千零三十二"),
            (1_100, "一千一百"),
            (1_260, "一千二百六十"),
        ] {
            assert_eq!(numeral(n), read);
        }
        assert!((1..10_000).all(|n| value(&numeral(n)) == n));
    }
}
