//! The check that a typical case (典型案例) names nobody and says of its cases what is so: before it is proposed, and again before it is approved.
//!
//! Held against the people of every case it is drawn from, as their dossiers name them now and did before an amendment. What was found is never said
//! again, neither in the refusal nor in a log.

use crate::case::journal::{self, JournalError};
use crate::case::model::{Case, DispatchMethod};
use crate::case::office::Office;
use crate::case::projection::report_column;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::letters::anonymous;
use crate::rules::anonymity::{Given, Hidden};
use crate::rules::library::{Content, TypicalCase};
use crate::rules::reply_kinds::ReplyKind;
use diesel::PgConnection;
use std::borrow::Cow;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Refuses a typical case that tells whom it is about, or says of its cases what is not so; every field that does is named.
pub(super) fn holds(conn: &mut PgConnection, office: &Office, agency: Uuid, content: &Content) -> Result<(), JournalError> {
    let Some(typical) = &content.typical else { return Ok(()) };
    let mut hidden = Hidden::default();
    let mut cases = Vec::new();
    for (index, id) in typical.drawn_from.iter().enumerate() {
        let loaded = journal::load(conn, agency, *id)?.ok_or_else(|| {
            let (zh, en) = ("案件不存在", "the case is unknown");
            Refusal::new(Code::UnknownReference, zh, en).at(format!("/typical/drawn_from/{index}"))
        })?;
        numbers(&mut hidden, &loaded.case);
        anonymous::hide(conn, office, &mut hidden, &loaded.case)?.ok_or_else(|| {
            let (zh, en) =
                ("案件的个人信息已销毁，无法核对", "the private texts of the case were destroyed: nothing can be held against them");
            Refusal::new(Code::PrivateTextsGone, zh, en).at(format!("/typical/drawn_from/{index}"))
        })?;
        cases.push(loaded.case);
    }
    let wrong = contradicted(content, typical, &cases);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let given = given(content, &hidden);
    if given.is_empty() {
        return Ok(());
    }
    let (zh, en) = ("典型案例须去除个人信息后方可入库", "a typical case tells nobody whom it is about");
    let fields = given.into_iter().map(|(pointer, given)| {
        let (detail_zh, detail_en) = given.says();
        FieldRefusal { pointer, code: Cow::Borrowed(given.code()), detail_zh: detail_zh.to_owned(), detail_en: detail_en.to_owned() }
    });
    Err(Refusal { errors: fields.collect(), ..Refusal::new(Code::IdentifiesSomebody, zh, en) }.into())
}

/// What is said of the cases and is so in none of them: kinds of reply, the cause of a correction, the column of table four (domain 5.3, 5.4).
fn contradicted(content: &Content, typical: &TypicalCase, cases: &[Case]) -> Vec<FieldRefusal> {
    let field = |pointer: String, (zh, en): (&str, &str)| FieldRefusal {
        pointer,
        code: Cow::Borrowed("not_of_the_cases"),
        detail_zh: zh.to_owned(),
        detail_en: en.to_owned(),
    };
    let proceedings = || cases.iter().flat_map(|case| case.proceedings.iter().map(move |proceeding| (case, proceeding)));
    let replied: BTreeSet<ReplyKind> =
        cases.iter().flat_map(|case| &case.replies).flat_map(|reply| &reply.items).map(|item| item.kind).collect();
    let kinds = content.kinds.iter().enumerate().filter(|(_, kind)| !replied.contains(kind));
    let mut wrong: Vec<FieldRefusal> = kinds
        .map(|(index, _)| field(format!("/kinds/{index}"), ("所依据的案件没有这类答复", "none of its cases was answered so")))
        .collect();
    let decided =
        |cause| proceedings().filter_map(|(_, proceeding)| proceeding.decision.as_ref()).any(|decision| decision.cause == Some(cause));
    if typical.cause.is_some_and(|cause| !decided(cause)) {
        wrong.push(field("/typical/cause".into(), ("所依据的案件没有因此被纠正", "none of its cases was corrected for this")));
    }
    let ended = |column| proceedings().any(|(case, proceeding)| report_column(case, proceeding) == column);
    if typical.report_column.is_some_and(|column| !ended(column)) {
        wrong.push(field("/typical/report_column".into(), ("所依据的案件没有这一结果", "none of its cases ended so")));
    }
    wrong
}

/// The numbers that a case goes by.
fn numbers(hidden: &mut Hidden, case: &Case) {
    let proceedings = || case.proceedings.iter().chain(&case.voided_proceedings);
    let numbers = case.registration.iter().map(|entry| &entry.case_number);
    let numbers = numbers.chain(case.replies.iter().map(|reply| &reply.document_number));
    let numbers = numbers.chain(proceedings().filter_map(|proceeding| proceeding.case_number.as_ref()));
    let decided = proceedings().filter_map(|proceeding| proceeding.decision.as_ref()?.document_number.as_ref());
    let numbers = numbers.chain(decided).chain(case.external_references.iter().map(|known| &known.reference));
    let posted = case.dispatches.iter().filter_map(|dispatch| match &dispatch.method {
        DispatchMethod::Post { tracking_number, .. } => Some(tracking_number),
        _ => None,
    });
    numbers.chain(posted).chain(&case.tracking_number).for_each(|number| hidden.case_number(number));
}

fn given(content: &Content, hidden: &Hidden) -> Vec<(String, Given)> {
    let mut texts: Vec<(String, &str)> = vec![("/title".into(), &content.title)];
    texts.extend(content.text.iter().map(|text| ("/text".to_owned(), text.as_str())));
    texts.extend(content.typical.iter().map(|typical| ("/typical/lesson".to_owned(), typical.lesson.as_str())));
    texts.extend(content.topics.iter().enumerate().map(|(index, topic)| (format!("/topics/{index}"), topic.as_str())));
    texts.extend(content.articles.iter().enumerate().map(|(index, article)| (format!("/articles/{index}"), article.as_str())));
    texts.into_iter().filter_map(|(pointer, text)| Some((pointer, hidden.found_in(text)?))).collect()
}
