//! An article as officials read it: `33(2)` becomes 《政府信息公开条例》第三十三条第二款.

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// The articles of a duty, each in full. What is no article of a known law (a document of an office, with its number) stays as it is.
pub(super) fn cite(articles: &str) -> String {
    articles.split([',', ';']).map(|part| one(part.trim())).collect::<Vec<_>>().join("、")
}

fn one(article: &str) -> String {
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
    parts.iter().zip(["条", "款", "项"]).fold(title.to_owned(), |text, (n, unit)| format!("{text}第{}{unit}", numeral(*n)))
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
        for term in crate::rules::terms::TERMS {
            let cited = cite(term.article);
            assert!(cited.starts_with('《') || cited.starts_with("国办"), "{} became {cited}", term.article);
        }
    }

    #[test]
    fn numerals() {
        let read: Vec<String> = [1, 10, 11, 20, 45, 100, 101, 110, 215].into_iter().map(numeral).collect();
        assert_eq!(read, ["一", "十", "十一", "二十", "四十五", "一百", "一百零一", "一百一十", "二百一十五"]);
    }
}
