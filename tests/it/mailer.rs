//! Mail leaves the house through a real conversation, and every way it can break is told apart.
#![expect(clippy::unwrap_used, reason = "what cannot be set up must fail the test")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::PathBuf,
    thread,
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;

use foi_docket::notify::{
    compose::{DueLine, Mail, Recipient, Tone, message_id, single},
    mailer::{Mailer, SendFailure, Sent},
};
use foi_docket::rules::terms::Basis;

use crate::support::{
    eml::Eml,
    smtp::{Failure, Login, SmtpServer, Verb},
};

const FROM: &str = "依申请公开办 <foi@bureau.example>";

fn written_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_748_824_200, 0).unwrap()
}

fn reminder() -> Mail {
    let to = Recipient { name: "甲某".to_owned(), address: "jia@bureau.example".to_owned() };
    let line = DueLine {
        of: None,
        case_number: Some("〔2025〕12".to_owned()),
        duty_zh: "作出答复".to_owned(),
        due_on: NaiveDate::from_ymd_opt(2025, 6, 4).unwrap(),
        provisional: false,
        projected: false,
        article: "《政府信息公开条例》第三十三条第二款".to_owned(),
        basis: Basis::Law,
        link: "http://127.0.0.1:8080/cases/1".to_owned(),
        working_days_left: 3,
    };
    single(&to, &line, Tone::Before(3), message_id("reply/1/2025-06-04/3/jia", "bureau.example"))
}

fn mailer(url: &str) -> Mailer {
    Mailer::from_config(Some(url), FROM, &PathBuf::from("/nonexistent")).unwrap()
}

fn login(mechanisms: &'static str) -> Login {
    Login { user: "docket".to_owned(), password: "correct-horse".to_owned(), mechanisms }
}

fn class(result: &Result<Sent, SendFailure>) -> &'static str {
    match result {
        Ok(_) => "sent",
        Err(SendFailure::Temporary(_)) => "temporary",
        Err(SendFailure::Permanent(_)) => "permanent",
        Err(SendFailure::Unknown(_)) => "unknown",
    }
}

/// A folder of the test's own, under the build's, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_reminder_arrives_as_it_was_written() {
    let server = SmtpServer::open();
    let sent = mailer(&server.url()).send(&reminder(), written_at());
    assert_eq!(sent, Ok(Sent::Accepted("250 2.0.0 kept".to_owned())));

    let kept = server.received();
    assert_eq!(kept.len(), 1);
    let (got, mail) = (&kept[0], reminder());
    assert_eq!(
        (got.from.as_str(), got.to.as_slice(), &got.login),
        ("foi@bureau.example", ["jia@bureau.example".to_owned()].as_slice(), &None)
    );
    assert_eq!(got.mail.subject(), mail.subject);
    assert_eq!(got.mail.body.trim_end(), mail.body.trim_end());
    assert_eq!(got.mail.header("From"), FROM);
    assert_eq!(got.mail.header("To"), "甲某 <jia@bureau.example>");
    assert_eq!(got.mail.header("Message-ID"), format!("<{}>", mail.message_id));
    assert_eq!(got.mail.header("Date"), "Mon, 02 Jun 2025 00:30:00 +0000");
    assert_eq!(got.mail.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!((got.mail.header("MIME-Version"), got.mail.header("Auto-Submitted")), ("1.0".to_owned(), "auto-generated".to_owned()));
}

#[test]
fn a_login_is_given_by_either_mechanism() {
    for mechanisms in ["PLAIN", "LOGIN", "PLAIN LOGIN"] {
        let server = SmtpServer::with_login(login(mechanisms));
        assert_eq!(class(&mailer(&server.url()).send(&reminder(), written_at())), "sent", "{mechanisms}");
        assert_eq!(server.received()[0].login.as_deref(), Some("docket"));
    }
}

#[test]
fn a_refused_login_is_permanent_and_nothing_is_sent() {
    let server = SmtpServer::with_login(login("PLAIN"));
    let wrong = server.url().replace("correct", "wrong");
    let missing = format!("smtp://{}", server.address());
    for url in [wrong, missing] {
        let failure = mailer(&url).send(&reminder(), written_at()).unwrap_err();
        assert!(matches!(failure, SendFailure::Permanent(_)), "{failure:?}");
        assert!(!failure.to_string().contains("horse"));
    }
    assert!(server.received().is_empty());

    let open = SmtpServer::open();
    let unasked = format!("smtp://docket:correct-horse@{}", open.address());
    assert_eq!(class(&mailer(&unasked).send(&reminder(), written_at())), "permanent", "a relay that offers no login");
}

#[test]
fn every_verb_can_fail_and_the_class_is_right() {
    const VERBS: [Verb; 7] = [Verb::Greeting, Verb::Ehlo, Verb::Auth, Verb::Mail, Verb::Rcpt, Verb::Data, Verb::Content];
    const FAILURES: [(Failure, &str); 6] = [
        (Failure::Reply(421), "temporary"),
        (Failure::Reply(451), "temporary"),
        (Failure::Reply(550), "permanent"),
        (Failure::Reply(554), "permanent"),
        (Failure::Close, "unknown"),
        (Failure::Stall, "temporary"),
    ];
    thread::scope(|scope| {
        for verb in VERBS {
            scope.spawn(move || {
                for (failure, expected) in FAILURES {
                    let server = SmtpServer::with_login(login("PLAIN"));
                    server.fail(verb, failure);
                    let mut mailer = mailer(&server.url());
                    if failure == Failure::Stall {
                        mailer = mailer.with_timeout(Duration::from_millis(700));
                    }
                    let first = mailer.send(&reminder(), written_at());
                    assert_eq!(class(&first), expected, "{verb:?} {failure:?}: {first:?}");
                    assert_eq!(server.failures_left(), 0, "{verb:?} {failure:?} never came");
                    assert!(server.received().is_empty(), "{verb:?} {failure:?}");

                    assert_eq!(class(&mailer.send(&reminder(), written_at())), "sent", "the next attempt after {verb:?} {failure:?}");
                    assert_eq!(server.received().len(), 1);
                }
            });
        }
    });
}

#[test]
fn a_mail_accepted_without_an_answer_is_repeated_as_the_same_mail() {
    for (failure, expected) in [(Failure::Close, "unknown"), (Failure::Stall, "temporary"), (Failure::Reply(451), "temporary")] {
        let server = SmtpServer::open();
        let mailer = mailer(&server.url()).with_timeout(Duration::from_millis(700));
        server.fail(Verb::Accepted, failure);
        assert_eq!(class(&mailer.send(&reminder(), written_at())), expected, "{failure:?}");
        assert_eq!(class(&mailer.send(&reminder(), written_at())), "sent");
        let kept = server.received();
        assert_eq!(kept.len(), 2, "kept before the answer failed, and again");
        assert_eq!(kept[0].mail.header("Message-ID"), format!("<{}>", reminder().message_id));
        assert_eq!(String::from_utf8_lossy(&kept[0].raw), String::from_utf8_lossy(&kept[1].raw));
    }
}

#[test]
fn what_goes_wrong_after_the_acceptance_does_not_matter() {
    for failure in [Failure::Close, Failure::Stall, Failure::Reply(421)] {
        let server = SmtpServer::open();
        server.fail(Verb::Quit, failure);
        let sent = mailer(&server.url()).with_timeout(Duration::from_millis(700)).send(&reminder(), written_at());
        assert_eq!((class(&sent), server.failures_left()), ("sent", 0), "{failure:?}");
    }
}

#[test]
fn a_relay_that_is_not_there_is_temporary() {
    for url in ["smtp://127.0.0.1:1", "smtps://127.0.0.1:1", "smtp://127.0.0.1:1?tls=required"] {
        let sent = mailer(url).send(&reminder(), written_at());
        assert_eq!(class(&sent), "temporary", "{url}: {sent:?}");
    }
}

#[test]
fn without_the_tls_asked_for_nothing_is_said() {
    let server = SmtpServer::with_login(login("PLAIN"));
    let sent = mailer(&format!("{}?tls=required", server.url())).send(&reminder(), written_at());
    assert_eq!(class(&sent), "permanent", "{sent:?}");
    assert!(server.heard().iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{:?}", server.heard());

    let wrapped = mailer(&server.url().replace("smtp://", "smtps://")).with_timeout(Duration::from_secs(2));
    let sent = wrapped.send(&reminder(), written_at());
    assert_eq!(class(&sent), "temporary", "{sent:?}");
    assert!(server.received().is_empty());
}

#[test]
fn hostile_names_neither_panic_nor_add_a_header() {
    let long = "长".repeat(5000);
    let names = [
        "甲\r\nBcc: victim@example.org",
        "甲\nSubject: x",
        "a\0b",
        "\r\n\r\n.\r\nMAIL FROM:<x@example.org>\r\n",
        "x\" <victim@example.org>, \"y",
        "victim@example.org, 甲",
        "back\\slash \"quote\" (note) <angle>",
        "\u{202E}gpj.exe\u{202C}",
        "שלום עולם",
        "=?utf-8?q?Bcc:_x?=",
        "",
        " \t\u{2028}\u{0085} ",
        &long,
    ];
    let server = SmtpServer::open();
    let mailer = mailer(&server.url());
    let clean = |mail: &Eml| mail.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(class(&mailer.send(&reminder(), written_at())), "sent");
    let expected = clean(&server.received()[0].mail);
    for name in names {
        let mut mail = reminder();
        name.clone_into(&mut mail.to.name);
        mail.subject = format!("{name}期限");
        assert_eq!(class(&mailer.send(&mail, written_at())), "sent", "{name:?}");
        let got = server.received().pop().unwrap();
        assert_eq!(got.to, ["jia@bureau.example"], "{name:?}");
        assert_eq!(clean(&got.mail), expected, "{name:?}");
        let shown = got.mail.header("To");
        assert!(shown.ends_with("jia@bureau.example>") || shown == "jia@bureau.example", "{shown:?}");
        assert!(!got.mail.subject().chars().any(char::is_control), "{name:?}");
        assert!(!shown.contains('\u{202E}') && shown.chars().count() < 100, "{shown:?}");
    }
    assert_eq!(server.received().len(), names.len() + 1);
    assert_eq!(
        server.received().iter().filter(|r| r.mail.header("To").contains("שלום עולם")).count(),
        1,
        "letters written from the right stay"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_and_subject_reach_the_one_recipient(name in any::<String>(), odd in r#"[\\"<>@,;:() a.=?]{0,12}"#, subject in any::<String>()) {
        let server = SmtpServer::open();
        for name in [name, odd] {
            let mail = Mail { to: Recipient { name, ..reminder().to }, subject: subject.clone(), ..reminder() };
            prop_assert_eq!(class(&mailer(&server.url()).send(&mail, written_at())), "sent");
        }
        for got in server.received() {
            prop_assert_eq!(&got.to, &["jia@bureau.example"]);
            prop_assert_eq!(got.mail.headers.len(), 9);
        }
    }
}

#[test]
fn hostile_addresses_are_refused_before_a_connection_is_made() {
    let server = SmtpServer::open();
    let addresses = [
        "",
        "jia",
        "a@b@c",
        "jia@bureau.example\r\nRCPT TO:<victim@example.org>",
        "\"a\r\nb\"@bureau.example",
        "jia@bureau.example, victim@example.org",
        "jia@bureau.example> SIZE=1",
        "<jia@bureau.example>",
        "a b@bureau.example",
        "jia\0@bureau.example",
        "\"a b\"@bureau.example",
        "\"a> SIZE=1\"@bureau.example",
        "\"a,b\"@bureau.example",
    ];
    for address in addresses {
        let mut mail = reminder();
        address.clone_into(&mut mail.to.address);
        assert_eq!(class(&mailer(&server.url()).send(&mail, written_at())), "permanent", "{address:?}");
    }
    assert!(server.heard().is_empty());
}

#[test]
fn hostile_ids_and_texts_stay_what_they_are() {
    let server = SmtpServer::open();
    let mut mail = reminder();
    mail.message_id = "a>\r\nBcc: victim@example.org\r\n<b@bureau.example".to_owned();
    mail.body = ".\r\n.\n..two\n.\r\nMAIL FROM:<x@example.org>\rbare\0\n".to_owned();
    assert_eq!(class(&mailer(&server.url()).send(&mail, written_at())), "sent");
    let kept = server.received();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].mail.header("Message-ID"), "<aBcc:victim@example.orgb@bureau.example>");
    assert_eq!(kept[0].mail.header("Bcc"), "");
    assert_eq!(kept[0].mail.body.trim_end(), ".\n.\n..two\n.\nMAIL FROM:<x@example.org>bare");
}

#[test]
fn long_chinese_subjects_survive_the_folding() {
    let server = SmtpServer::open();
    let mut mail = reminder();
    mail.subject = "政府信息公开申请答复期限提醒（𠮷野家・䶮）".repeat(5);
    assert_eq!(class(&mailer(&server.url()).send(&mail, written_at())), "sent");
    let got = server.received().pop().unwrap();
    assert_eq!(got.mail.subject(), mail.subject);
    assert!(got.raw.is_ascii() && got.raw.split(|b| *b == b'\n').all(|line| line.len() <= 79));
}

#[test]
fn without_a_relay_the_mail_lies_in_a_folder_once() {
    let folder = Folder::new("mails");
    let mailer = Mailer::from_config(None, FROM, &folder.0.join("deep/mail")).unwrap();
    assert_eq!(mailer.domain(), "bureau.example");
    let folder = Folder(folder.0.join("deep/mail"));
    let id = message_id("reply/1/2025-06-04/3/jia", "bureau.example");
    let name = format!("{}.eml", id.split('@').next().unwrap());
    for _ in 0..2 {
        assert_eq!(mailer.send(&reminder(), written_at()), Ok(Sent::Written(folder.0.join(&name))));
    }
    assert_eq!(folder.names(), std::slice::from_ref(&name), "a repeat replaces it, and no draft stays");

    let eml = Eml::read(&fs::read(folder.0.join(&name)).unwrap());
    assert_eq!((eml.subject(), eml.header("Date")), (reminder().subject, "Mon, 02 Jun 2025 00:30:00 +0000".to_owned()));
    assert_eq!(eml.header("Message-ID"), format!("<{id}>"));
    assert_eq!(eml.body.trim_end(), reminder().body.trim_end());

    let mut other = reminder();
    other.message_id = "../../outside/\0x@bureau.example".to_owned();
    assert_eq!(mailer.send(&other, written_at()), Ok(Sent::Written(folder.0.join("______outside__x.eml"))));
    assert_eq!(folder.names().len(), 2);

    fs::remove_dir_all(&folder.0).unwrap();
    assert_eq!(class(&mailer.send(&reminder(), written_at())), "temporary", "a folder that is gone");
}

#[test]
fn a_configuration_that_would_leak_or_lie_is_refused() {
    let refused = |url: &str| Mailer::from_config(Some(url), FROM, &PathBuf::from("/nonexistent")).unwrap_err().to_string();
    for url in [
        "smtp://docket:hidden-word@mail.example.org:25",
        "smtp://docket:hidden-word@mail.example.org:587?tls=opportunistic",
        "smtp://docket:hidden-word@mail.example.org:587?TLS=required",
        "smtp://docket@mail.example.org",
        "smtp://mail.example.org?tls=sometimes",
        "http://docket:hidden-word@127.0.0.1",
        "docket:hidden-word",
        "",
    ] {
        assert!(!refused(url).contains("hidden-word"), "{url}");
    }
    for url in ["smtps://docket:x@mail.example.org", "smtp://docket:x@mail.example.org?tls=required", "smtp://mail:1025"] {
        let shown = format!("{:?}", mailer(url));
        assert!(!shown.contains("docket") && shown.contains("timeout: Some(10s)"), "{shown}");
    }
    assert!(Mailer::from_config(None, "nobody", &PathBuf::from("/nonexistent")).is_err());
    assert!(Mailer::from_config(None, FROM, &PathBuf::from("/dev/null/mail")).is_err());
}

#[test]
fn a_date_that_no_mail_can_carry_is_refused() {
    let server = SmtpServer::open();
    for at in [-1, 253_402_300_800] {
        let sent = mailer(&server.url()).send(&reminder(), DateTime::from_timestamp(at, 0).unwrap());
        assert_eq!(class(&sent), "permanent", "{at}");
    }
    assert!(server.heard().is_empty());
}

#[test]
fn the_test_server_speaks_the_rest_of_smtp() {
    let server = SmtpServer::open();
    let mut output = TcpStream::connect(server.address()).unwrap();
    let mut input = BufReader::new(output.try_clone().unwrap());
    let mut reply = |say: &str| {
        output.write_all(say.as_bytes()).unwrap();
        let mut line = String::new();
        input.read_line(&mut line).unwrap();
        line.chars().take(3).collect::<String>()
    };
    server.fail(Verb::Noop, Failure::Reply(421));
    server.fail(Verb::Rset, Failure::Reply(451));
    let talk = [
        ("", "220"),
        ("HELO x\r\n", "250"),
        ("NOOP\r\n", "421"),
        ("NOOP\r\n", "250"),
        ("DATA\r\n", "503"),
        ("RCPT TO:<a@example.org>\r\n", "503"),
        ("MAIL FROM:<>\r\n", "250"),
        ("RCPT TO:<a@example.org>\r\n", "250"),
        ("RSET\r\n", "451"),
        ("RSET\r\n", "250"),
        ("DATA\r\n", "503"),
        ("MAIL FROM:<>\r\n", "250"),
        ("RCPT TO:<a@example.org>\r\n", "250"),
        ("DATA\r\n", "354"),
        (
            "Subject: =?utf-8?Q?a=E4=B8=AD?= =?utf-8?B?5paH?=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n..=E4=B8=AD=\r\nb\r\n.\r\n",
            "250",
        ),
        ("WHAT\r\n", "500"),
        ("QUIT\r\n", "221"),
    ];
    for (say, expected) in talk {
        assert_eq!(reply(say), expected, "{say:?}");
    }
    let kept = server.received();
    assert_eq!((kept.len(), kept[0].mail.subject(), kept[0].mail.body.as_str()), (1, "a中文".to_owned(), ".中b\n"));
}
