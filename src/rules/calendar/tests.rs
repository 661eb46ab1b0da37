use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// The calendar that ships with the product.
pub(crate) fn calendar() -> &'static Calendar {
    static CALENDAR: LazyLock<Calendar> =
        LazyLock::new(|| Calendar::from_json(1, include_str!("../data/calendar-cn.json"), String::new()).unwrap());
    &CALENDAR
}

/// The shipped calendar as edition 2, with the holidays of one more year.
pub(crate) fn with_year(year: i32, holidays: &str) -> Calendar {
    let notice = serde_json::from_str(&format!(r#"{{"holidays": {holidays}, "working_weekends": {{}}}}"#)).unwrap();
    let shipped = Notices::parse(include_str!("../data/calendar-cn.json")).unwrap();
    Calendar::from_json(2, &shipped.with(&[(year, notice)].into()).unwrap().text().unwrap(), String::new()).unwrap()
}

#[test]
fn the_same_years_make_no_other_edition_and_a_correction_does() {
    let shipped = Notices::parse(include_str!("../data/calendar-cn.json")).unwrap();
    assert_eq!(shipped.with(&shipped.years), None);
    let mut corrected = shipped.years[&2026].clone();
    corrected.number = Some("国办发明电〔2025〕0号".into());
    let other = shipped.with(&[(2026, corrected.clone())].into()).unwrap();
    assert_eq!(other.changed_since(&shipped), [(2026, corrected)].into());
    assert_eq!(Notices::parse(&other.text().unwrap()).unwrap(), other);
    assert_eq!(Calendar::from_json(2, &other.text().unwrap(), String::new()).unwrap().notice(2026), Some("国办发明电〔2025〕0号"));
}

fn edition(years: &str) -> Result<Calendar, CalendarError> {
    Calendar::from_json(2, &format!(r#"{{"region": "CN", "source": "notice", "years": {{{years}}}}}"#), String::new())
}

#[test]
fn the_years_have_the_working_days_of_the_notices() {
    let calendar = calendar();
    for (year, days) in [(2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
        assert_eq!(calendar.working_days_between(day_of(year - 1, 12, 31), day_of(year, 12, 31)), days, "{year}");
    }
    assert_eq!((calendar.edition(), calendar.last_year()), (1, 2026));
}

#[test]
fn the_notices_name_every_kind_of_day() {
    let calendar = calendar();
    let kind = |year, month, day| calendar.day(day_of(year, month, day)).kind;
    assert_eq!(kind(2024, 2, 9), DayKind::WorkingDay, "the eve of 2024 was only encouraged leave");
    assert_eq!(kind(2024, 2, 4), DayKind::MakeUpWorkingDay { holiday: "春节".to_owned() });
    assert_eq!(kind(2025, 10, 11), DayKind::MakeUpWorkingDay { holiday: "国庆节".to_owned() });
    assert_eq!(kind(2025, 10, 8), DayKind::Holiday { name: "国庆节".to_owned() });
    assert_eq!(kind(2018, 12, 31), DayKind::Holiday { name: "元旦".to_owned() }, "a day of December belongs to its own year");
    assert_eq!(kind(2018, 12, 29), DayKind::MakeUpWorkingDay { holiday: "元旦".to_owned() });
    assert_eq!(kind(2026, 11, 22), DayKind::Weekend);
}

#[test]
fn a_day_is_written_with_its_code() {
    let day = calendar().day(day_of(2025, 10, 8));
    let json = serde_json::json!({"date": "2025-10-08", "kind": {"code": "holiday", "name": "国庆节"}, "provisional": false});
    assert_eq!(serde_json::to_value(day).unwrap(), json);
}

#[test]
fn a_year_without_notice_has_weekends_and_the_fixed_days_and_is_provisional() {
    let calendar = calendar();
    let off = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];
    let mut date = day_of(2027, 1, 1);
    while date.year() == 2027 {
        let day = calendar.day(date);
        assert!(day.provisional);
        let fixed = off.contains(&(date.month(), date.day()));
        assert_eq!(matches!(day.kind, DayKind::Holiday { .. }), fixed, "{date}");
        assert_eq!(day.kind.counts(), !fixed && !is_weekend(date), "{date}");
        date = date.succ_opt().unwrap();
    }
    assert!(!calendar.day(day_of(2026, 12, 31)).provisional);
}

#[test]
fn an_announced_year_follows_its_notice_alone() {
    let calendar = edition(r#""2027": {"holidays": {"2027-01-01": "元旦"}, "working_weekends": {}}"#).unwrap();
    assert!(calendar.is_working_day(day_of(2027, 10, 1)), "no fixed day is added to what the notice says");
}

#[test]
fn a_notice_decides_about_days_of_the_december_before() {
    let years = r#""2026": {"notice": "甲", "holidays": {"2026-01-01": "元旦", "2026-12-30": "测试"}, "working_weekends": {}},
        "2027": {"notice": "乙", "holidays": {"2027-01-01": "元旦", "2026-12-31": "元旦"}, "working_weekends": {"2026-12-26": "元旦"}}"#;
    let calendar = edition(years).unwrap();
    assert_eq!(calendar.day(day_of(2026, 12, 26)).kind, DayKind::MakeUpWorkingDay { holiday: "元旦".to_owned() });
    assert!(!calendar.is_working_day(day_of(2026, 12, 31)) && !calendar.is_working_day(day_of(2026, 12, 30)));
    for (date, notice) in
        [(day_of(2026, 12, 26), "乙"), (day_of(2026, 12, 31), "乙"), (day_of(2026, 12, 30), "甲"), (day_of(2026, 12, 29), "甲")]
    {
        assert_eq!(calendar.notice(calendar.notice_year(date)), Some(notice), "{date}");
    }
    let both = r#""2026": {"notice": "甲", "holidays": {"2026-01-01": "元旦", "2026-12-26": "测试"}, "working_weekends": {}},
        "2027": {"notice": "乙", "holidays": {"2027-01-01": "元旦"}, "working_weekends": {"2026-12-26": "元旦"}}"#;
    assert!(edition(both).unwrap().is_working_day(day_of(2026, 12, 26)), "the newer notice decides");
}

#[test]
fn a_notice_corrects_what_is_announced_or_over() {
    let calendar = calendar();
    let notice =
        |holidays: &str| serde_json::from_str::<Notice>(&format!(r#"{{"holidays": {holidays}, "working_weekends": {{}}}}"#)).unwrap();
    let reaching = notice(r#"{"2027-01-01": "元旦", "2026-12-31": "元旦"}"#);
    assert!(!calendar.is_corrected_by(2027, &notice(r#"{"2027-01-01": "元旦"}"#), day_of(2027, 6, 1)), "the first notice of a year");
    assert!(!calendar.is_corrected_by(2027, &reaching, day_of(2026, 12, 30)), "a day to come");
    assert!(calendar.is_corrected_by(2027, &reaching, day_of(2026, 12, 31)), "a day that is over was worked");
    assert!(calendar.is_corrected_by(2026, &notice(r#"{"2026-01-01": "元旦"}"#), day_of(2026, 1, 1)));
}

#[test]
fn a_day_is_cited_by_the_notice_it_rests_on() {
    let calendar = calendar();
    let cited = |date| calendar.notice(calendar.notice_year(date)).unwrap();
    assert_eq!(cited(day_of(2018, 12, 29)), cited(day_of(2019, 1, 1)));
    assert_eq!(cited(day_of(2018, 12, 31)), cited(day_of(2019, 1, 1)));
    assert_eq!(cited(day_of(2018, 12, 28)), "国办发明电〔2017〕12号");
    assert_eq!(cited(day_of(2022, 12, 31)), "国办发明电〔2022〕16号");
    for year in 2018..=2026 {
        assert!(calendar.notice(year).unwrap().starts_with(&format!("国办发明电〔{}〕", year - 1)));
    }
    assert_eq!(
        with_year(2026, r#"{"2026-01-01": "元旦"}"#).notice(2026).map(|cited| cited.contains('号')),
        Some(false),
        "not what was announced"
    );
    assert_eq!(calendar.notice(2027), None);
}

#[test]
fn only_a_day_looked_at_makes_a_date_provisional() {
    let calendar = calendar();
    assert_eq!(calendar.nth_working_day_after(day_of(2026, 12, 30), 1), Counted { on: day_of(2026, 12, 31), provisional: false });
    assert_eq!(calendar.nth_working_day_after(day_of(2026, 12, 31), 1), Counted { on: day_of(2027, 1, 4), provisional: true });
    assert_eq!(calendar.before(day_of(2027, 1, 1), 1), Counted { on: day_of(2026, 12, 31), provisional: false });
    assert_eq!(calendar.on_or_after(day_of(2027, 1, 1)), Counted { on: day_of(2027, 1, 4), provisional: true });
    assert_eq!(calendar.on_or_after(day_of(2026, 10, 1)), Counted { on: day_of(2026, 10, 8), provisional: false });
}

#[test]
fn nothing_is_counted_for_nothing() {
    let calendar = calendar();
    let holiday = day_of(2026, 10, 1);
    assert_eq!(calendar.nth_working_day_after(holiday, 0), Counted { on: holiday, provisional: false });
    assert_eq!(calendar.before(holiday, 0), Counted { on: holiday, provisional: false });
    assert_eq!(calendar.working_days_between(holiday, holiday), 0);
}

#[test]
fn walks_end_at_the_edge_of_the_calendar() {
    let calendar = calendar();
    assert_eq!(calendar.nth_working_day_after(day_of(2026, 1, 1), u32::MAX), Counted { on: LAST_DAY, provisional: true });
    assert_eq!(calendar.before(day_of(2026, 1, 1), u32::MAX), Counted { on: FIRST_DAY, provisional: true });
    for far in [NaiveDate::MIN, NaiveDate::MAX] {
        assert!(calendar.nth_working_day_after(far, 20).provisional);
        assert!(calendar.before(far, 20).provisional);
        assert!(calendar.on_or_after(far).provisional);
    }
    assert!(calendar.working_days_between(NaiveDate::MIN, NaiveDate::MAX) > 70_000);
}

#[test]
fn an_edition_that_contradicts_itself_is_refused() {
    let notice =
        |holidays: &str, make_up: &str| edition(&format!(r#""2027": {{"holidays": {{{holidays}}}, "working_weekends": {{{make_up}}}}}"#));
    let new_year = r#""2027-01-01": "元旦""#;
    assert!(notice(new_year, r#""2027-01-02": "元旦""#).is_ok());
    for (read, error) in [
        (notice(r#""2027-01-02": "元旦""#, r#""2027-01-02": "元旦""#), CalendarError::Overlap(day_of(2027, 1, 2))),
        (notice(new_year, r#""2027-01-04": "元旦""#), CalendarError::NotAWeekend(day_of(2027, 1, 4))),
        (notice("", ""), CalendarError::EmptyYear(2027)),
        (notice(r#""2026-11-30": "元旦""#, ""), CalendarError::OtherYear { date: day_of(2026, 11, 30), year: 2027 }),
        (notice(new_year, r#""2028-01-01": "元旦""#), CalendarError::OtherYear { date: day_of(2028, 1, 1), year: 2027 }),
        (notice(r#""2027-01-01": " ""#, ""), CalendarError::Name(day_of(2027, 1, 1))),
        (notice(r#""2027-01-01": "元\u0000旦""#, ""), CalendarError::Name(day_of(2027, 1, 1))),
        (edition(""), CalendarError::NoYears),
        (edition(r#""2201": {"holidays": {"2201-01-01": "元旦"}, "working_weekends": {}}"#), CalendarError::YearOutOfRange(2201)),
    ] {
        assert_eq!(read, Err(error));
    }
    assert_eq!(
        Calendar::from_json(1, r#"{"region": "HK", "source": "", "years": {}}"#, String::new()),
        Err(CalendarError::Region("HK".to_owned()))
    );
}

#[test]
fn what_cannot_be_read_plainly_is_refused() {
    let new_year = r#""2027-01-01": "元旦""#;
    for (why, years) in [
        ("a day twice", format!(r#""2027": {{"holidays": {{{new_year}, {new_year}}}, "working_weekends": {{}}}}"#)),
        ("no such day", r#""2027": {"holidays": {"2027-02-30": "春节"}, "working_weekends": {}}"#.to_owned()),
        ("unknown field", format!(r#""2027": {{"holidays": {{{new_year}}}, "working_weekends": {{}}, "note": ""}}"#)),
        ("no make-up days", format!(r#""2027": {{"holidays": {{{new_year}}}}}"#)),
    ] {
        assert!(matches!(edition(&years), Err(CalendarError::Malformed(_))), "{why}");
    }
    let year = format!(r#""2027": {{"holidays": {{{new_year}}}, "working_weekends": {{}}}}"#);
    assert!(matches!(edition(&format!("{year}, {year}")), Err(CalendarError::Malformed(_))), "a year twice");
    assert!(matches!(Calendar::from_json(1, "{", String::new()), Err(CalendarError::Malformed(_))));
}

/// Any day from 1900 to 2199, half of them in the announced years and around their edges.
pub(crate) fn any_day() -> impl Strategy<Value = NaiveDate> {
    let from = |first: NaiveDate, last: NaiveDate| {
        (first.num_days_from_ce()..=last.num_days_from_ce()).prop_filter_map("a day", NaiveDate::from_num_days_from_ce_opt)
    };
    prop_oneof![from(day_of(2017, 12, 1), day_of(2027, 12, 31)), from(FIRST_DAY, day_of(2199, 12, 31))]
}

proptest! {
    #[test]
    fn counting_on_and_back_are_inverse(start in any_day(), n in 0u32..80) {
        let calendar = calendar();
        let on = calendar.nth_working_day_after(start, n).on;
        prop_assert_eq!(calendar.working_days_between(start, on), i64::from(n));
        prop_assert_eq!(calendar.working_days_between(on, start), -i64::from(n));
        if n > 0 {
            prop_assert!(calendar.is_working_day(on));
        }
    }

    #[test]
    fn before_undoes_after_from_a_working_day(date in any_day(), n in 1u32..80) {
        let calendar = calendar();
        let working = calendar.on_or_after(date).on;
        prop_assert_eq!(calendar.before(calendar.nth_working_day_after(working, n).on, n).on, working);
    }

    #[test]
    fn the_short_answer_and_the_long_one_agree(date in any_day()) {
        let calendar = calendar();
        let day = calendar.day(date);
        prop_assert_eq!(day.kind.counts(), calendar.is_working_day(date));
        prop_assert_eq!(day.provisional, !(2018..=2026).contains(&date.year()));
        prop_assert_eq!(calendar.on_or_after(date).on == date, day.kind.counts());
    }

    #[test]
    fn working_days_add_up(a in any_day(), b in any_day(), c in any_day()) {
        let calendar = calendar();
        let between = |after, until| calendar.working_days_between(after, until);
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
    }
}
