//! The paragraph: days used, what stopped the period, what ended it.

use crate::rules::calendar::tests::calendar;
use crate::rules::clock::{Clock, ClockChoices, ClockStep, Happening, Party, Words, walk};

fn told(steps: &[(&str, Happening)], on: &str) -> Words {
    let mut clock = Clock::new(calendar(), ClockChoices::default());
    let steps: Vec<ClockStep> = steps.iter().map(|(on, what)| ClockStep { on: on.parse().unwrap(), what: what.clone() }).collect();
    for (step, told) in steps.iter().zip(walk(&mut clock, &steps)) {
        assert_eq!(told.taken, Ok(()), "{step:?}");
    }
    clock.words(on.parse().unwrap())
}

fn says(words: &Words, zh: &[&str], en: &[&str]) {
    for part in zh {
        assert!(words.zh.contains(part), "{part}: {}", words.zh);
    }
    for part in en {
        assert!(words.en.contains(part), "{part}: {}", words.en);
    }
}

fn notice(days: u32) -> Happening {
    Happening::CorrectionNoticeDelivered { answer_within_working_days: Some(days) }
}

fn sent(label: &str, party: Party) -> Happening {
    Happening::ConsultationSent { consultation: label.into(), party }
}

#[test]
fn no_day_is_used_while_the_fee_is_awaited() {
    let steps =
        [("2026-11-02", Happening::Received), ("2026-11-10", Happening::FeeNoticeSent), ("2026-11-12", Happening::FeeNoticeDelivered)];
    says(
        &told(&steps, "2026-11-22"),
        &["已用6个工作日", "2026年11月10日发出收费通知，2026年11月12日送达，等待申请人缴费（期限至", "其间停止计算（条例第42条"],
        &[
            "6 of them used by 2026-11-22",
            "Stopped from 2026-11-10 because the fee is awaited (notice sent on 2026-11-10, delivered on 2026-11-12",
        ],
    );
}

#[test]
fn a_closing_under_o1_names_the_notice_the_lapse_and_the_closing() {
    let steps = [
        ("2026-09-28", Happening::Received),
        ("2026-09-30", Happening::CorrectionNoticeSent),
        ("2026-09-30", notice(15)),
        ("2026-10-30", Happening::CorrectionLapsed),
        ("2026-11-02", Happening::Closed),
    ];
    let words = told(&steps, "2026-11-22");
    says(
        &words,
        &[
            "已用2个工作日",
            "发出补正告知",
            "申请人逾期未补正（期限至2026年10月",
            "2026年10月30日以申请人逾期未补正为由终止办理（O1）",
            "2026年11月2日终结",
        ],
        &["2 of them used", "which did not come", "Handling ended on 2026-10-30 under O1", "closed on 2026-11-02"],
    );
    assert!(!words.zh.contains("2026年10月30日答复") && !words.en.contains("replied"), "{words:?}");
    let before = told(&steps[..4], "2026-11-22");
    assert!(!before.zh.contains("终结") && before.zh.contains("（O1）"), "{}", before.zh);
}

#[test]
fn what_was_awaited_and_came_is_an_interval_with_both_ends() {
    let steps = [
        ("2026-03-02", Happening::Received),
        ("2026-03-09", Happening::CorrectionNoticeSent),
        ("2026-03-10", notice(10)),
        ("2026-03-16", Happening::CorrectedApplicationReceived),
    ];
    says(
        &told(&steps, "2026-03-18"),
        &["已用2个工作日", "2026年3月9日发出补正告知，2026年3月10日送达，2026年3月16日收到补正申请，其间停止计算（条例第30条）"],
        &["Stopped from 2026-03-09 to 2026-03-16 because a correction was awaited"],
    );
}

#[test]
fn an_overdue_period_says_by_how_many_days() {
    let received = [("2026-03-16", Happening::Received)];
    says(&told(&received, "2026-04-27"), &["已逾期9个工作日"], &["overdue by 9 working days"]);
    let replied = [received[0].clone(), ("2026-04-27", Happening::Replied)];
    says(&told(&replied, "2026-06-01"), &["答复时已逾期9个工作日"], &["overdue by 9 working days when the reply was given"]);
    assert!(!told(&received, "2026-04-14").zh.contains("逾期"));
}

#[test]
fn a_consultation_names_its_articles_once_and_speaks_the_language_of_the_paragraph() {
    let steps = [
        ("2026-06-01", Happening::Received),
        ("2026-06-03", sent("征求意见1", Party::OtherAgency)),
        ("2026-06-08", Happening::ConsultationAnswered { consultation: "征求意见1".into() }),
        ("2026-06-09", sent("征求意见2", Party::ThirdParty)),
    ];
    let words = told(&steps, "2026-06-10");
    says(
        &words,
        &["征求意见1（其他机关）所需时间不计入（条例第33(3)条）", "征求意见2（第三方）尚未结束，其间不计入（条例第32条、第33(3)条）"],
        &[
            "Stopped from 2026-06-03 to 2026-06-08 because of consultation 1 (another agency; Art 33(3))",
            "Stopped since 2026-06-09 because of consultation 2",
        ],
    );
    assert!(words.en.is_ascii(), "{}", words.en);
}

#[test]
fn a_consultation_after_the_due_date_has_no_effect() {
    let received = ("2026-03-16", Happening::Received);
    let late = [received.clone(), ("2026-04-20", sent("征求意见1", Party::ThirdParty))];
    says(&told(&late, "2026-04-22"), &["2026年4月20日发出的征求意见1（第三方）不影响答复期限"], &["has no effect on the period"]);
    let same_day = [
        received,
        ("2026-03-18", sent("A", Party::ThirdParty)),
        ("2026-03-18", Happening::ConsultationAnswered { consultation: "A".into() }),
    ];
    says(&told(&same_day, "2026-03-20"), &["A（第三方）不影响答复期限"], &["A (a third party), sent on 2026-03-18, has no effect"]);
}

#[test]
fn a_year_that_was_not_loaded_is_told_from_one_not_announced() {
    says(&told(&[("2008-06-02", Happening::Received)], "2008-06-03"), &["系统未录入该年节假日安排"], &["are not loaded"]);
    says(&told(&[("2026-12-28", Happening::Received)], "2026-12-29"), &["节假日安排尚未公布"], &["holidays not announced"]);
}

#[test]
fn a_date_out_of_range_is_told_the_range_and_a_postponement_its_article() {
    let mut clock = Clock::new(calendar(), ClockChoices::default());
    let mut take = |on: &str, what| clock.take(&ClockStep { on: on.parse().unwrap(), what });
    let refusal = take("1900-01-01", Happening::Received).unwrap_err();
    assert_eq!((refusal.article, refusal.en.as_ref()), ("33(2)", "a date lies between 2008-05-01 and 2150-12-31"));
    take("2026-06-01", Happening::Received).unwrap();
    let refusal = take("2026-06-01", Happening::ReplyPostponed { until: "2200-01-01".parse().unwrap() }).unwrap_err();
    assert_eq!((refusal.article, refusal.zh.as_ref()), ("35", "日期须在2008-05-01至2150-12-31之间"));
}
