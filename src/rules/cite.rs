//! An article as officials read it: `33(2)` becomes 《政府信息公开条例》第三十三条第二款. Read by mails and letters.

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// The articles of a duty, each in full. What is no article of a known law (a document of an office, with its number) stays as it is.
pub fn cite(articles: &str) -> String {
    articles.split([',', ';']).map(|part| one(part.trim())).collect::<Vec<_>>().join("、")
}

fn one(article: &str) -> String {
    if article == "30号" {
        return "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）".to_owned();
    }
    if article == "109号" {
        return "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）".to_owned();
    }
    let (law, number) = article.rsplit_once(' ').unwrap_or(("", article));
    let title = match law {
        "" => "《政府信息公开条例》",
        "复议法" => "《行政复议法》",
        "行诉法" => "《行政诉讼法》",
        "行诉解释" => "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》",
        _ => return article.to_owned(),
    };
    let parts: Option<Vec<usize>> = number.split('(').map(|part| part.trim_end_matches(')').parse().ok().filter(|n| *n < 1_000)).collect();
    let Some(parts) = parts else { return article.to_owned() };
    // Articles that are one paragraph with items: what stands in the brackets is the item.
    let items = law.is_empty() && matches!(parts.first(), Some(31 | 36));
    let units: &[&str] = if items { &["条", "项"] } else { &["条", "款", "项"] };
    parts.iter().zip(units).fold(title.to_owned(), |text, (n, unit)| format!("{text}第{}{unit}", numeral(*n)))
}

/// An article of a local rule, by the rule's own title: `21(2)` becomes 《示范市政府信息公开规定》第二十一条第二款. None for what is no number of an article.
pub fn cite_local(title: &str, article: &str) -> Option<String> {
    let mut units = ["条", "款", "项"].into_iter();
    let title = title.trim_start_matches('《').trim_end_matches('》');
    let mut parts = article.split('(').enumerate();
    parts.try_fold(format!("《{title}》"), |text, (place, part)| {
        let number = if place == 0 { part } else { part.strip_suffix(')')? };
        let digits = !number.is_empty() && !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        let n: usize = number.parse().ok().filter(|n| digits && *n < 1_000)?;
        Some(format!("{text}第{}{}", numeral(n), units.next()?))
    })
}

/// Articles as a letter cites them: laws by their full names, each law once.
pub fn cite_in_full<'a>(articles: impl IntoIterator<Item = &'a str>) -> String {
    let mut last = String::new();
    let cited = articles.into_iter().flat_map(|articles| articles.split([',', ';'])).map(|article| {
        let cited = full(&one(article.trim()));
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
    let national = ["《政府信息公开条例》", "《行政复议法》", "《行政诉讼法》"];
    match cited.strip_prefix('《').filter(|_| national.iter().any(|law| cited.starts_with(law))) {
        Some(rest) => format!("《中华人民共和国{rest}"),
        None => cited.to_owned(),
    }
}

fn numeral(n: usize) -> String {
    let digit = |n: usize| DIGITS.get(n % 10).copied().unwrap_or_default();
    let (hundreds, tens, ones) = (n / 100, n / 10 % 10, n % 10);
    let mut text = String::new();
    if hundreds > 0 {
        text += digit(hundreds);
        text += "百";
    }
    match (hundreds, tens) {
        (0, 0) => {}
        (0, 1) => text += "十",
        (_, 0) if ones > 0 => text += "零",
        (_, 0) => {}
        (_, tens) => {
            text += digit(tens);
            text += "十";
        }
    }
    if ones > 0 {
        text += digit(ones);
    }
    text
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
        for refused in ["", "八", "8(", "8(2", "8()", "0", "1000", "+8", "1(2)(3)(4)", "8 (2)"] {
            assert_eq!(cite_local("甲", refused), None, "{refused}");
        }
    }

    #[test]
    fn numerals() {
        let read: Vec<String> = [1, 10, 11, 20, 45, 100, 101, 110, 215].into_iter().map(numeral).collect();
        assert_eq!(read, ["一", "十", "十一", "二十", "四十五", "一百", "一百零一", "一百一十", "二百一十五"]);
    }
}
