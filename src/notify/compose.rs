//! The words of a reminder: what is due, when, under which article, and where to act; in Chinese, for officials.
//!
//! Pure: values in, a [`Mail`] out. A mail carries the register number and the duty, never the applicant or what was asked:
//! mail boxes are read on telephones and forwarded. Every text is brought to one harmless line here, because a duty's name or a
//! colleague's name is typed by people.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest as hash};
use chrono::{Datelike, NaiveDate, Weekday};

use crate::rules::annual_report::Extent;
use crate::rules::terms::Basis;

/// So many reminders a sweep sends one by one to the same person; from the next one on they become one [`digest`].
pub const SINGLES_AT_MOST: usize = 3;

/// A digest lists so many duties and counts the rest, so that a long standstill cannot produce a mail that relays refuse.
const LISTED_AT_MOST: usize = 200;
const SUBJECT_CHARS: usize = 120;
const FIELD_CHARS: usize = 200;
const LINK_CHARS: usize = 2000;
const NAME_CHARS: usize = 60;
const SIGNATURE: &str = "本邮件由依申请公开办理系统自动发出，请勿直接回复。\n";
const PROVISIONAL: &str = "暂定：所涉年度的节假日安排尚未公布，公布后可能变动";

const PROJECTED: &str = "推算：被征求意见方尚未反馈，按期满未反馈计算，收到反馈后提前";

/// A mail box and the name of the person behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// How the person is addressed; may be empty.
    pub name: String,
    /// `local@domain`; judged when the mail is sent.
    pub address: String,
}

/// A mail as it is written down before it is sent. Sending it again changes nothing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who reads it.
    pub to: Recipient,
    /// One line.
    pub subject: String,
    /// Plain text, lines end in `\n`.
    pub body: String,
    /// `local@domain` without angle brackets, the same over all attempts: see [`message_id`].
    pub message_id: String,
}

/// For what something is owed that hangs on no case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// A letter of the authority: who wrote it.
    Letter(String),
    /// A notice of rectification on no case: its number in the agency.
    Notice(u32),
    /// An annual report: its year, and which of the two.
    Report(i32, Extent),
    /// A message of a neighbouring system: who sent it, and the number it is about.
    Message(String),
}

impl Of {
    /// What stands before it, and what it is called.
    fn says(&self) -> (&'static str, String) {
        match self {
            Self::Letter(from) => ("来函机关", from.clone()),
            Self::Notice(n) => ("整改通知", format!("第{n}号")),
            Self::Report(year, Extent::Own) => ("年度报告", format!("{year}年")),
            Self::Report(year, Extent::Consolidated) => ("汇总年度报告", format!("{year}年")),
            Self::Message(called) => ("对接来件", called.clone()),
        }
    }
}

/// One duty as a reminder shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLine {
    /// The register number (登记编号); a case that is not registered yet has none.
    pub case_number: Option<String>,
    /// For what it is owed, where that is no registered case.
    pub of: Option<Of>,
    /// What is owed, in Chinese, such as 作出答复.
    pub duty_zh: String,
    /// The last day on which it can be done in time.
    pub due_on: NaiveDate,
    /// The count reaches into a year whose holidays are not announced.
    pub provisional: bool,
    /// It holds if the consulted parties stay silent to the end of their terms.
    pub projected: bool,
    /// The article as it is cited, such as 《政府信息公开条例》第三十三条第二款.
    pub article: String,
    /// Whether the law sets the date, or the agency's own practice; the two are never mixed up.
    pub basis: Basis,
    /// Where to act.
    pub link: String,
    /// Working days; 0 on the last day, negative once overdue.
    pub working_days_left: i64,
}

/// A duty that somebody else owes, as the superior reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedLine {
    /// The official who owes the duty.
    pub owner: String,
    /// The duty.
    pub line: DueLine,
}

/// How near the due date is, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// So many working days are left.
    Before(u64),
    /// Today is the last day.
    OnTheDay,
    /// The last day was so many working days ago.
    Overdue(u64),
}

impl Tone {
    /// The tone that fits the days left: 0 is the day itself, negative is overdue.
    pub fn of(working_days_left: i64) -> Self {
        match working_days_left {
            0 => Self::OnTheDay,
            left if left > 0 => Self::Before(left.unsigned_abs()),
            late => Self::Overdue(late.unsigned_abs()),
        }
    }

    fn zh(self) -> String {
        match self {
            Self::Before(days) => format!("还剩{days}个工作日"),
            Self::OnTheDay => "今日到期".to_owned(),
            Self::Overdue(days) => format!("已逾期{days}个工作日"),
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Overdue(_) => "已逾期",
            Self::OnTheDay => "今日到期",
            Self::Before(_) => "即将到期",
        }
    }
}

/// The stable id of a mail: the first 32 hex digits of the SHA-256 of `key`, at `domain`. The key is what makes a reminder unique
/// (duty, due date, offset, recipient), so a repeated attempt is recognised as the same mail.
pub fn message_id(key: &str, domain: &str) -> String {
    let mut id = String::new();
    for byte in hash(&SHA256, key.as_bytes()).as_ref().iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    format!("{id}@{domain}")
}

/// One reminder to the person who owes the duty.
pub fn single(to: &Recipient, line: &DueLine, tone: Tone, message_id: String) -> Mail {
    let about = format!("【依申请公开】{} {}{}", number(line), field(&line.duty_zh), tone.zh());
    let opening = match tone {
        Tone::Before(_) => "您负责的下列事项即将到期，请按期办理：",
        Tone::OnTheDay => "您负责的下列事项今日到期，请于今日办结：",
        Tone::Overdue(_) => "您负责的下列事项已逾期，请立即办理并向负责人说明情况：",
    };
    mail(to, &about, &format!("{opening}\n\n{}", paragraph(&Entry { owner: None, line }, tone)), message_id)
}

/// One overdue duty of somebody else, to the superior.
pub fn single_to_superior(superior: &Recipient, owed: &OwedLine, message_id: String) -> Mail {
    let OwedLine { owner, line } = owed;
    let tone = Tone::of(line.working_days_left);
    let about = format!("【依申请公开督办】{} {}{}", number(line), field(&line.duty_zh), tone.zh());
    let text = paragraph(&Entry { owner: Some(owner), line }, tone);
    mail(superior, &about, &format!("下列事项{}，请督促承办人办理：\n\n{text}", tone.heading()), message_id)
}

/// All that one person owes in one mail, overdue first, in each what the law sets first, then by due date.
pub fn digest(to: &Recipient, lines: &[DueLine], message_id: String) -> Mail {
    let entries = lines.iter().map(|line| Entry { owner: None, line }).collect();
    listing(to, "【依申请公开】期限提醒", "您负责的下列事项已到期或即将到期，请按期办理。", entries, message_id)
}

/// What several people owe, to their superior, overdue first, in each what the law sets first, then by due date.
pub fn digest_to_superior(superior: &Recipient, owed: &[OwedLine], message_id: String) -> Mail {
    let entries = owed.iter().map(|o| Entry { owner: Some(&o.owner), line: &o.line }).collect();
    listing(superior, "【依申请公开督办】逾期事项", "下列事项请督促承办人办理。", entries, message_id)
}

/// What one person owes, and what others owe whom they have to urge, in one mail, overdue first, in each what the law sets first, then by due date.
pub fn digest_of_both(to: &Recipient, own: &[DueLine], owed: &[OwedLine], message_id: String) -> Mail {
    let own = own.iter().map(|line| Entry { owner: None, line });
    let entries = own.chain(owed.iter().map(|o| Entry { owner: Some(&o.owner), line: &o.line })).collect();
    listing(to, "【依申请公开】期限提醒和督办", "下列事项由您负责；列有承办人的，请督促承办人办理。", entries, message_id)
}

/// Any text as one line: control characters and line ends become a space, invisible and direction-turning characters go, and
/// the rest is cut after `max` characters. What stands in a header or in a log passes here.
pub fn one_line(text: &str, max: usize) -> String {
    let visible: String = text.chars().filter(|c| !hidden(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let joined = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(max).collect::<String>().trim_end().to_owned()
}

/// Marks that show nothing but change how the text around them reads.
fn hidden(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

struct Entry<'a> {
    owner: Option<&'a str>,
    line: &'a DueLine,
}

fn listing(to: &Recipient, about: &str, opening: &str, mut entries: Vec<Entry<'_>>, message_id: String) -> Mail {
    // What the law sets comes before the agency's own practice, however long that is overdue.
    let nearness = |left: i64| left.signum();
    entries
        .sort_by_key(|e| (nearness(e.line.working_days_left), e.line.basis == Basis::Inner, e.line.due_on, e.line.case_number.as_deref()));
    let late = entries.iter().filter(|e| e.line.working_days_left < 0).count();
    let mut subject = format!("{about}：共{}项", entries.len());
    if late > 0 {
        let _ = write!(subject, "，其中逾期{late}项");
    }
    let mut text = format!("{opening}\n");
    let mut heading = "";
    for (place, entry) in entries.iter().take(LISTED_AT_MOST).enumerate() {
        let tone = Tone::of(entry.line.working_days_left);
        if tone.heading() != heading {
            heading = tone.heading();
            let _ = write!(text, "\n【{heading}】\n");
        }
        let _ = write!(text, "\n{}.\n{}", place + 1, paragraph(entry, tone));
    }
    if entries.len() > LISTED_AT_MOST {
        let _ = write!(text, "\n另有{}项未列出，请登录系统查看。\n", entries.len() - LISTED_AT_MOST);
    }
    mail(to, &subject, &text, message_id)
}

fn paragraph(entry: &Entry<'_>, tone: Tone) -> String {
    let line = entry.line;
    let named = of_agency(line).map_or("登记编号", |(named, _)| named);
    let mut text = format!("办理事项：{}\n{named}：{}\n", field(&line.duty_zh), number(line));
    if let Some(owner) = entry.owner {
        let _ = writeln!(text, "承办人：{}", one_line(owner, NAME_CHARS));
    }
    let mut caution = if line.provisional { format!("（{PROVISIONAL}）") } else { String::new() };
    if line.projected {
        let _ = write!(caution, "（{PROJECTED}）");
    }
    let _ = writeln!(text, "到期日期：{}，{}{caution}", date(line.due_on), tone.zh());
    if line.basis == Basis::Inner {
        text.push_str("期限性质：内部期限，不是法定期限\n");
    }
    let _ = writeln!(text, "依据：{}\n办理链接：{}", field(&line.article), one_line(&line.link, LINK_CHARS));
    text
}

fn mail(to: &Recipient, subject: &str, text: &str, message_id: String) -> Mail {
    let name = one_line(&to.name, NAME_CHARS);
    let greeting = if name.is_empty() { "您好：".to_owned() } else { format!("{name}：") };
    Mail {
        to: Recipient { name, address: to.address.clone() },
        subject: one_line(subject, SUBJECT_CHARS),
        body: format!("{greeting}\n\n{text}\n{SIGNATURE}"),
        message_id,
    }
}

fn field(text: &str) -> String {
    one_line(text, FIELD_CHARS)
}

/// What names it where no register number does.
fn of_agency(line: &DueLine) -> Option<(&'static str, String)> {
    line.of.as_ref().filter(|_| line.case_number.is_none()).map(Of::says)
}

fn number(line: &DueLine) -> String {
    let named = line.case_number.clone().or_else(|| of_agency(line).map(|(_, called)| called));
    named.map_or_else(|| "（尚未登记）".to_owned(), |named| field(&named))
}

fn date(day: NaiveDate) -> String {
    let weekday = match day.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    };
    format!("{}年{}月{}日（星期{weekday}）", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clerk() -> Recipient {
        Recipient { name: "甲某".to_owned(), address: "jia@example.org".to_owned() }
    }

    fn line(number: &str, due: (i32, u32, u32), left: i64) -> DueLine {
        DueLine {
            case_number: Some(number.to_owned()),
            of: None,
            duty_zh: "作出答复".to_owned(),
            due_on: NaiveDate::from_ymd_opt(due.0, due.1, due.2).unwrap(),
            provisional: false,
            projected: false,
            article: "《政府信息公开条例》第三十三条第二款".to_owned(),
            basis: Basis::Law,
            link: "https://foi.example.org/cases/1".to_owned(),
            working_days_left: left,
        }
    }

    #[test]
    fn a_reminder_says_what_when_under_which_article_and_where() {
        let mail = single(&clerk(), &line("〔2025〕12", (2025, 6, 4), 3), Tone::Before(3), "1@example.org".to_owned());
        assert_eq!(mail.subject, "【依申请公开】〔2025〕12 作出答复还剩3个工作日");
        assert_eq!(
            mail.body,
            "甲某：\n\n您负责的下列事项即将到期，请按期办理：\n\n办理事项：作出答复\n登记编号：〔2025〕12\n到期日期：2025年6月4日（星期三），还剩3个工作日\n\
             依据：《政府信息公开条例》第三十三条第二款\n办理链接：https://foi.example.org/cases/1\n\n本邮件由依申请公开办理系统自动发出，请勿直接回复。\n"
        );
        assert_eq!((mail.to, mail.message_id), (clerk(), "1@example.org".to_owned()));
    }

    #[test]
    fn what_the_law_sets_stands_above_the_agencys_own_practice_however_long_that_is_overdue() {
        let inner = DueLine { duty_zh: "报备".to_owned(), basis: Basis::Inner, ..line("〔2024〕1", (2024, 5, 6), -400) };
        let soon = DueLine { duty_zh: "归档".to_owned(), basis: Basis::Inner, ..line("〔2026〕3", (2026, 11, 25), 2) };
        let lines = [soon, inner, line("〔2026〕2", (2026, 11, 2), -15), line("〔2026〕4", (2026, 11, 27), 4)];
        let body = digest(&clerk(), &lines, "1@example.org".to_owned()).body;
        let places: Vec<usize> =
            ["〔2026〕2", "〔2024〕1", "〔2026〕4", "〔2026〕3"].iter().map(|number| body.find(number).unwrap()).collect();
        assert!(places.is_sorted(), "{body}");
        assert_eq!(body.matches('【').count(), 2, "each heading once: {body}");
    }

    #[test]
    fn a_letter_about_no_case_is_named_by_who_wrote_it() {
        let from =
            DueLine { case_number: None, of: Some(Of::Letter("示范市人民政府办公室".to_owned())), ..line("", (2025, 6, 4), 1) };
        let mail = single(&clerk(), &from, Tone::Before(1), String::new());
        assert_eq!(mail.subject, "【依申请公开】示范市人民政府办公室 作出答复还剩1个工作日");
        assert!(mail.body.contains("\n来函机关：示范市人民政府办公室\n") && !mail.body.contains("登记编号"), "{}", mail.body);
        let of_case = DueLine { of: Some(Of::Letter("示范市人民政府办公室".to_owned())), ..line("9", (2025, 6, 4), 1) };
        assert!(single(&clerk(), &of_case, Tone::Before(1), String::new()).body.contains("登记编号：9\n"));
    }

    #[test]
    fn the_tone_turns_with_the_day() {
        let subject = |left| single(&clerk(), &line("7", (2025, 6, 4), left), Tone::of(left), String::new()).subject;
        assert_eq!(subject(1), "【依申请公开】7 作出答复还剩1个工作日");
        assert_eq!(subject(0), "【依申请公开】7 作出答复今日到期");
        assert_eq!(subject(-2), "【依申请公开】7 作出答复已逾期2个工作日");
    }

    #[test]
    fn a_provisional_date_and_a_missing_number_are_said() {
        let due = DueLine { case_number: None, provisional: true, ..line("", (2027, 1, 8), 5) };
        let mail = single(&clerk(), &due, Tone::Before(5), String::new());
        assert!(
            mail.body.contains("2027年1月8日（星期五），还剩5个工作日（暂定：所涉年度的节假日安排尚未公布，公布后可能变动）"),
            "{}",
            mail.body
        );
        assert!(mail.subject.contains("（尚未登记）") && mail.body.contains("登记编号：（尚未登记）"));
    }

    #[test]
    fn a_date_that_waits_for_an_answer_is_said_to_be_projected() {
        let waits = DueLine { projected: true, ..line("5", (2026, 12, 28), 5) };
        let body = single(&clerk(), &waits, Tone::Before(5), String::new()).body;
        assert!(body.contains("还剩5个工作日（推算：被征求意见方尚未反馈"), "{body}");
        assert!(!single(&clerk(), &line("5", (2026, 12, 28), 5), Tone::Before(5), String::new()).body.contains("推算"));
    }

    #[test]
    fn an_inner_limit_never_reads_as_the_legal_date() {
        let inner = DueLine { duty_zh: "拟稿（内部期限）".to_owned(), basis: Basis::Inner, ..line("5", (2026, 11, 18), 2) };
        let mails = [
            digest(&clerk(), &[inner.clone(), line("6", (2026, 11, 18), 2)], String::new()),
            single(&clerk(), &inner, Tone::Before(2), String::new()),
        ];
        for mail in mails {
            assert_eq!(mail.body.matches("期限性质：内部期限，不是法定期限\n").count(), 1, "{}", mail.body);
        }
    }

    #[test]
    fn a_digest_puts_the_overdue_first_and_then_sorts_by_due_date() {
        let lines = [line("乙", (2025, 6, 6), 2), line("丁", (2025, 6, 3), -1), line("甲", (2025, 6, 5), 1), line("丙", (2025, 6, 4), 0)];
        let mail = digest(&clerk(), &lines, String::new());
        assert_eq!(mail.subject, "【依申请公开】期限提醒：共4项，其中逾期1项");
        let order = ["【已逾期】", "登记编号：丁", "【今日到期】", "登记编号：丙", "【即将到期】", "登记编号：甲", "登记编号：乙"];
        let found: Vec<_> = order.iter().map(|part| mail.body.find(part).unwrap_or_else(|| panic!("no {part} in {}", mail.body))).collect();
        assert!(found.is_sorted(), "{}", mail.body);
        assert_eq!(mail.body.matches("【即将到期】").count(), 1);
        assert_eq!(digest(&clerk(), &lines[2..3], String::new()).subject, "【依申请公开】期限提醒：共1项");
    }

    #[test]
    fn a_long_digest_counts_what_it_does_not_list() {
        let lines: Vec<_> = (0..LISTED_AT_MOST + 5).map(|n| line(&n.to_string(), (2025, 6, 4), 0)).collect();
        let body = digest(&clerk(), &lines, String::new()).body;
        assert_eq!(body.matches("登记编号").count(), LISTED_AT_MOST);
        assert!(body.contains("另有5项未列出"));
    }

    #[test]
    fn the_superior_reads_who_owes_it() {
        let owed = OwedLine { owner: "乙某".to_owned(), line: line("9", (2025, 6, 3), -1) };
        let mail = single_to_superior(&clerk(), &owed, String::new());
        assert_eq!(mail.subject, "【依申请公开督办】9 作出答复已逾期1个工作日");
        assert!(mail.body.contains("下列事项已逾期，请督促承办人办理") && mail.body.contains("承办人：乙某\n"), "{}", mail.body);
        let many = digest_to_superior(&clerk(), &[owed.clone(), owed], String::new());
        assert_eq!(many.subject, "【依申请公开督办】逾期事项：共2项，其中逾期2项");
        assert_eq!(many.body.matches("承办人：乙某\n").count(), 2);
    }

    #[test]
    fn a_digest_of_both_names_the_owner_only_of_what_others_owe() {
        let owed = OwedLine { owner: "乙某".to_owned(), line: line("9", (2025, 6, 3), -1) };
        let mail = digest_of_both(&clerk(), &[line("8", (2025, 6, 4), 0)], &[owed], String::new());
        assert_eq!(mail.subject, "【依申请公开】期限提醒和督办：共2项，其中逾期1项");
        let (owner, own) = (mail.body.find("承办人：乙某\n").unwrap(), mail.body.find("登记编号：8").unwrap());
        assert!(owner < own && mail.body.matches("承办人：").count() == 1, "{}", mail.body);
    }

    #[test]
    fn typed_text_cannot_add_a_line() {
        let forged =
            DueLine { duty_zh: "答复\r\nBcc: x@example.org\n登记编号：假".to_owned(), ..line("1\u{2028}2", (2025, 6, 4), 3) };
        let mail = single(&Recipient { name: "甲\n某\u{202E}".to_owned(), ..clerk() }, &forged, Tone::Before(3), String::new());
        assert!(!mail.subject.chars().any(char::is_control));
        assert_eq!(mail.to.name, "甲 某");
        assert_eq!(mail.body.lines().filter(|l| l.starts_with("登记编号：")).collect::<Vec<_>>(), ["登记编号：1 2"]);
    }

    #[test]
    fn one_line_cuts_by_characters() {
        assert_eq!(one_line("政府信息公开", 4), "政府信息");
        assert_eq!(one_line(" \u{0} a \t\r\n b\u{0085}c ", 9), "a b c");
    }

    #[test]
    fn the_id_depends_on_the_key_alone() {
        assert_eq!(message_id("abc", "example.org"), "ba7816bf8f01cfea414140de5dae2223@example.org");
        assert_ne!(message_id("abc", "example.org"), message_id("abd", "example.org"));
    }
}
