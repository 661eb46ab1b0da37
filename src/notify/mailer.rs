//! The way out of the house: an SMTP relay, or a folder of `.eml` files where no relay is configured.
//!
//! Blocking: call it from a blocking thread, with no transaction open. It sends once and says how that ended; when to repeat, and
//! when to give up, is the outbox's business. The date comes from the caller, the id from the mail, so a repeat is byte for byte
//! the same mail. TLS is always verified, and a login never crosses the net in the clear.

use std::{
    error::Error,
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use lettre::{
    Address, Message, SmtpTransport, Transport,
    address::Envelope,
    message::{
        Mailbox, SinglePart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, SmtpTransportBuilder},
};
use reqwest::Url;

use super::compose::{Mail, one_line};

/// So long the relay may be silent after each line. A conversation has at most nine waits (connecting, greeting, EHLO, login, MAIL,
/// RCPT, DATA, the text, QUIT), so a lease of two minutes outlives it.
pub const SILENCE_AT_MOST: Duration = Duration::from_secs(10);

const NAME_CHARS: usize = 60;
const SUBJECT_CHARS: usize = 200;
const REPLY_CHARS: usize = 300;
/// 9999-12-31: later years have no form in a mail's date.
const LAST_SECOND: i64 = 253_402_300_799;

/// The configured way out.
#[derive(Debug, Clone)]
pub enum Mailer {
    /// Through a relay, one connection a mail.
    Smtp {
        /// The sender.
        from: Mailbox,
        /// Host, TLS, login and time limit.
        relay: SmtpTransportBuilder,
    },
    /// Into a folder, one file a mail.
    Folder {
        /// The sender.
        from: Mailbox,
        /// Exists.
        folder: PathBuf,
    },
}

/// Why the mail configuration cannot be used. Never repeats the URL: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// The sender's address cannot be read.
    #[error("the sender's address is not of the form `Name <local@domain>`: {0}")]
    From(String),
    /// `SMTP_URL` cannot be read or is not safe.
    #[error("SMTP_URL: {0}")]
    Url(String),
    /// The folder for mails cannot be made.
    #[error("the mail folder cannot be used: {0}")]
    Folder(#[from] io::Error),
}

/// The mail left the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The relay took it and said this.
    Accepted(String),
    /// It lies in this file.
    Written(PathBuf),
}

/// The mail did not leave, or nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// Repeat later: a 4xx reply, no connection, silence for [`SILENCE_AT_MOST`], a full disk. Silence may follow an acceptance
    /// (SMTP does not say, RFC 1047), so here too the repeat is the same mail with the same id.
    #[error("temporary: {0}")]
    Temporary(String),
    /// Repeating does not help: a 5xx reply, an address that is none, a relay without the login or TLS asked for.
    #[error("permanent: {0}")]
    Permanent(String),
    /// The conversation was cut without a last word: the relay may have the mail or not. Repeat with the same id.
    #[error("unknown: {0}")]
    Unknown(String),
}

impl Mailer {
    /// Reads the configuration. `smtp_url` is `smtp://host:25`, `smtp://user:password@host:587?tls=required` (STARTTLS) or
    /// `smtps://user:password@host:465`, user and password percent-encoded; a path is the name this host gives in EHLO
    /// (`smtps://host/foi.example.org`). Without a URL, mails go to `folder`, which is made if it is missing.
    pub fn from_config(smtp_url: Option<&str>, from: &str, folder: &Path) -> Result<Self, MailConfigError> {
        let from: Mailbox = from.parse().map_err(|e: lettre::address::AddressError| MailConfigError::From(e.to_string()))?;
        let from = Mailbox { name: display_name(from.name.as_deref().unwrap_or_default()), email: from.email };
        let Some(url) = smtp_url else {
            fs::create_dir_all(folder)?;
            return Ok(Self::Folder { from, folder: folder.to_owned() });
        };
        refuse_unsafe(url)?;
        let relay = SmtpTransport::from_url(url).map_err(|e| MailConfigError::Url(e.to_string()))?;
        Ok(Self::Smtp { from, relay: relay.timeout(Some(SILENCE_AT_MOST)) })
    }

    /// The same mailer with another limit for the relay's silence.
    #[must_use]
    pub fn with_timeout(self, limit: Duration) -> Self {
        match self {
            Self::Smtp { from, relay } => Self::Smtp { from, relay: relay.timeout(Some(limit)) },
            folder @ Self::Folder { .. } => folder,
        }
    }

    /// The sender's domain, for [`super::compose::message_id`].
    pub fn domain(&self) -> &str {
        let (Self::Smtp { from, .. } | Self::Folder { from, .. }) = self;
        from.email.domain()
    }

    /// Sends `mail` once, dated `written_at`.
    pub fn send(&self, mail: &Mail, written_at: DateTime<Utc>) -> Result<Sent, SendFailure> {
        match self {
            Self::Smtp { from, relay } => {
                let reply = relay.clone().build().send(&message(from, mail, written_at)?).map_err(|e| classify(&e))?;
                Ok(Sent::Accepted(one_line(&format!("{} {}", reply.code(), reply.message().collect::<Vec<_>>().join(" ")), REPLY_CHARS)))
            }
            Self::Folder { from, folder } => {
                let text = message(from, mail, written_at)?.formatted();
                write_whole(folder, &file_stem(&mail.message_id), &text)
                    .map(Sent::Written)
                    .map_err(|e| SendFailure::Temporary(e.to_string()))
            }
        }
    }
}

/// lettre takes a mistyped key for no TLS at all, drops a user without a password, and would send a login in the clear.
fn refuse_unsafe(url: &str) -> Result<(), MailConfigError> {
    let refuse = |why: &str| Err(MailConfigError::Url(why.to_owned()));
    let url = Url::parse(url).map_err(|e| MailConfigError::Url(e.to_string()))?;
    if let Some((key, _)) = url.query_pairs().find(|(key, _)| key != "tls") {
        return refuse(&format!("unknown key `{}`, only `tls` is known", one_line(&key, NAME_CHARS)));
    }
    if url.username().is_empty() != url.password().is_none() {
        return refuse("a login needs both user and password");
    }
    let verified = url.scheme() == "smtps" || url.query_pairs().any(|(_, how)| how == "required");
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let on_this_host = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if url.password().is_some() && !verified && !on_this_host {
        return refuse("a login needs TLS: use smtps:// or add ?tls=required");
    }
    Ok(())
}

fn message(from: &Mailbox, mail: &Mail, written_at: DateTime<Utc>) -> Result<Message, SendFailure> {
    if !(0..=LAST_SECOND).contains(&written_at.timestamp()) {
        return Err(SendFailure::Permanent("a mail cannot carry this date".to_owned()));
    }
    let address = recipient(&mail.to.address)?;
    // Built from the headers, the envelope would depend on how the display name parses.
    let envelope = Envelope::new(Some(from.email.clone()), vec![address.clone()]).map_err(|e| SendFailure::Permanent(e.to_string()))?;
    let body = mail.body.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect::<String>();
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(display_name(&mail.to.name), address))
        .subject(one_line(&mail.subject, SUBJECT_CHARS))
        .message_id(Some(format!("<{}>", id_text(&mail.message_id))))
        .date(SystemTime::from(written_at))
        // RFC 3834: keeps out-of-office replies away.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .envelope(envelope)
        .singlepart(SinglePart::plain(body))
        .map_err(|e| SendFailure::Permanent(e.to_string()))
}

/// lettre lets quoted local parts hold nearly anything; no office has such a mail box.
fn recipient(address: &str) -> Result<Address, SendFailure> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\' | ',' | ';');
    let none = || SendFailure::Permanent("the recipient's address is not a mail address".to_owned());
    if address.contains(odd) { Err(none()) } else { address.parse().map_err(|_| none()) }
}

/// lettre panics on CR, LF or NUL in a display name.
fn display_name(name: &str) -> Option<String> {
    Some(one_line(name, NAME_CHARS)).filter(|name| !name.is_empty())
}

fn id_text(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect()
}

/// A name never becomes a path: letters, digits, `-` and `_` of the id's local part, which is a digest.
fn file_stem(id: &str) -> String {
    let local = id.split('@').next().unwrap_or_default();
    local.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).take(128).collect()
}

/// Whole or not at all; the same mail again replaces its file.
fn write_whole(folder: &Path, stem: &str, text: &[u8]) -> io::Result<PathBuf> {
    static ATTEMPT: AtomicU64 = AtomicU64::new(0);
    let draft = folder.join(format!(".{stem}.{}-{}.tmp", process::id(), ATTEMPT.fetch_add(1, Ordering::Relaxed)));
    let place = folder.join(format!("{stem}.eml"));
    let written = fs::write(&draft, text).and_then(|()| fs::File::open(&draft)?.sync_all()).and_then(|()| fs::rename(&draft, &place));
    if let Err(error) = written {
        // The first error says what went wrong; a draft that stays is never taken for a mail.
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    Ok(place)
}

/// lettre does not say at which verb a conversation broke, and takes only one of the two shapes of a time-out for one.
fn classify(error: &smtp::Error) -> SendFailure {
    let text = one_line(&error.to_string(), REPLY_CHARS);
    if error.is_transient() {
        SendFailure::Temporary(text)
    } else if error.is_permanent() || error.is_client() {
        SendFailure::Permanent(text)
    } else if error.is_response() || broken(error) {
        SendFailure::Unknown(text)
    } else {
        SendFailure::Temporary(text)
    }
}

fn broken(error: &smtp::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return matches!(io.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof);
        }
        cause = inner.source();
    }
    false
}
