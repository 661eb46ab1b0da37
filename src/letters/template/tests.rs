use super::*;
use rstest::rstest;

const FIELDS: &[&[Field]] =
    &[&[Field::required("who", "谁"), Field::text("what", "何事"), Field::list("items", "各项", &[Field::text("name", "名称")])]];

fn values(pairs: &[(&'static str, &str)]) -> Values {
    pairs.iter().map(|(name, text)| (*name, Value::Text((*text).to_owned()))).collect()
}

fn blocks(template: &str, values: &Values) -> Vec<Block> {
    Template::parse(template).unwrap().blocks(values, &[])
}

#[rstest]
#[case("@title {{whom}}", "placeholder_unknown")]
#[case("{{#whom}}甲{{/whom}}", "placeholder_unknown")]
#[case("{{who}}{{name}}", "placeholder_unknown")]
#[case("{{who}}{{items}}", "placeholder_is_a_list")]
#[case("@title 甲", "placeholder_missing")]
#[case("{{^who}}{{who}}{{/who}}", "placeholder_missing")]
#[case("{{^who}}\n{{who}}\n{{/who}}", "placeholder_missing")]
#[case("甲{{#what}}{{who}}{{/what}}", "placeholder_missing")]
#[case("{{#what}}\n@title {{#who}}{{who}}{{/who}}\n{{/what}}", "placeholder_missing")]
#[case("{{#items}}\n{{who}}：{{name}}\n{{/items}}", "placeholder_missing")]
#[case("@decisions\n{{who}}", "block_unknown")]
fn what_the_letter_has_not_is_refused_by_name(#[case] text: &str, #[case] code: &str) {
    assert_eq!(Template::parse(text).unwrap().check(FIELDS).unwrap_err().code(), code, "{text}");
}

#[rstest]
#[case("{{who}}")]
#[case("{{#who}}甲：{{who}}{{/who}}")]
#[case("{{#who}}\n@title {{who}}\n{{/who}}")]
#[case("{{#what}}{{who}}{{/what}}{{^what}}无{{/what}}\n@title {{who}}")]
#[case("@table 500,500\n{{#what}}\n| 事 | {{what}}\n{{/what}}\n| 谁 | {{who}}")]
fn what_must_stand_may_stand_in_its_own_section(#[case] text: &str) {
    assert_eq!(Template::parse(text).unwrap().check(FIELDS), Ok(()), "{text}");
}

#[rstest]
#[case("@table 500,500\n段落\n| 谁 | {{who}}")]
#[case("{{#what}}\n@table 500,500\n{{/what}}\n| 谁 | {{who}}")]
#[case("@table 500,500\n{{#what}}\n段落\n{{/what}}\n| 谁 | {{who}}")]
fn a_row_that_would_not_be_printed_is_refused(#[case] text: &str) {
    assert_eq!(Template::parse(text).unwrap_err().code(), "columns_mismatch", "{text}");
}

#[rstest]
#[case("{{who", "braces_unpaired")]
#[case("who}}", "braces_unpaired")]
#[case("甲{{#what}}乙", "section_unpaired")]
#[case("{{#what}}\n甲", "section_unpaired")]
#[case("{{/what}}", "section_unpaired")]
#[case("{{#what}}\n{{/who}}", "section_unpaired")]
#[case("@picture x", "block_unknown")]
#[case("@table 500,400", "columns_mismatch")]
#[case("@table 500,500\n| 甲", "columns_mismatch")]
#[case("| 甲 | 乙", "columns_mismatch")]
#[case("@signature 甲", "columns_mismatch")]
#[case("\n \n", "text_empty")]
#[case("{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}x{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}", "sections_too_deep")]
fn what_cannot_be_read_is_refused(#[case] text: &str, #[case] code: &str) {
    assert_eq!(Template::parse(text).unwrap_err().code(), code, "{text}");
}

#[test]
fn the_refusal_names_line_and_placeholder() {
    let error = Template::parse("@title {{who}}\n\n答复{{whom}}").unwrap().check(FIELDS).unwrap_err();
    assert_eq!(error, TemplateError::Unknown { line: 3, name: "whom".into() });
    assert!(error.to_string().contains("line 3: {{whom}}") && error.zh().contains("第3行"), "{error}");
}

#[test]
fn a_template_is_not_endless() {
    assert_eq!(Template::parse(&"甲".repeat(TEMPLATE_LIMIT + 1)).unwrap_err(), TemplateError::TooLong);
}

#[test]
fn sections_follow_values_and_lists() {
    let mut given = values(&[("who", "甲某"), ("what", "")]);
    given.insert("items", Value::List(vec![values(&[("name", "一")]), values(&[("name", "二")])]));
    let text = "@addressee {{who}}：\n{{#what}}\n无\n{{/what}}\n{{^what}}\n未说明\n{{/what}}\n{{#items}}\n{{who}}：{{name}}\n{{/items}}\n共{{#items}}{{name}}、{{/items}}完";
    assert_eq!(
        blocks(text, &given),
        [
            Block::Addressee("甲某：".into()),
            Block::Paragraph("未说明".into()),
            Block::Paragraph("甲某：一".into()),
            Block::Paragraph("甲某：二".into()),
            Block::Paragraph("共一、二、完".into()),
        ]
    );
}

#[test]
fn no_value_is_ever_a_template_or_a_block() {
    let evil = "{{agency}}\n@title 伪造标题\n| 甲 | 乙";
    assert_eq!(blocks("@verbatim {{who}}", &values(&[("who", evil)])), [Block::Verbatim(evil.into())]);
    let made = blocks("{{who}}", &values(&[("who", evil)]));
    assert!(made.iter().all(|block| matches!(block, Block::Paragraph(_))), "{made:?}");
    assert_eq!(made[0], Block::Paragraph("{{agency}}".into()));
}

#[test]
fn rows_go_into_their_table_and_an_empty_table_goes() {
    let mut given = values(&[("who", "甲")]);
    let text = "@table 300,700\n| 申请人 | {{who}}\n{{#items}}\n| 项 | {{name}}\n{{/items}}";
    given.insert("items", Value::List(vec![values(&[("name", "一")])]));
    let rows = vec![vec!["申请人".to_owned(), "甲".to_owned()], vec!["项".to_owned(), "一".to_owned()]];
    assert_eq!(blocks(text, &given), [Block::Table { columns: vec![300, 700], rows }]);
    assert_eq!(blocks("@table 1000\n{{#what}}\n| 甲\n{{/what}}", &given), []);
}
