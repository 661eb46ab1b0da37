//! A real SMTP server on a port of its own, which keeps what it accepts and can fail at every verb.
//!
//! No TLS: a certificate of its own would need a maker of certificates and a way into the system's store of roots.
#![expect(clippy::unwrap_used, reason = "a fault of the server must fail the test")]

use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader, Read, Write},
    mem,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::eml::Eml;

/// The moments of a conversation at which the server can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Before the first word.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    /// The word DATA, before any text.
    Data,
    /// The text has come, with its last dot; nothing is kept.
    Content,
    /// The mail is kept; the 250 is not sent yet.
    Accepted,
    Rset,
    Noop,
    Quit,
}

/// How the server fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Answers with this code instead.
    Reply(u16),
    /// Hangs up without a word.
    Close,
    /// Says nothing more, until the client hangs up.
    Stall,
}

/// Who may send, and by which mechanisms; `PLAIN`, `LOGIN`.
#[derive(Debug, Clone)]
pub struct Login {
    pub user: String,
    pub password: String,
    pub mechanisms: &'static str,
}

/// A mail the server kept.
#[derive(Debug, Clone)]
pub struct Received {
    /// `MAIL FROM`, without brackets.
    pub from: String,
    /// `RCPT TO`, without brackets.
    pub to: Vec<String>,
    /// Who was signed in.
    pub login: Option<String>,
    /// As it came, dots unstuffed.
    pub raw: Vec<u8>,
    /// The same, decoded.
    pub mail: Eml,
}

/// The running server; stops when dropped.
pub struct SmtpServer {
    at: SocketAddr,
    shared: Arc<Shared>,
    doorman: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    login: Option<Login>,
    stopping: AtomicBool,
    faults: Mutex<VecDeque<(Verb, Failure)>>,
    kept: Mutex<Vec<Received>>,
    heard: Mutex<Vec<String>>,
    guests: Mutex<Vec<(TcpStream, JoinHandle<()>)>>,
    bell: Mutex<Option<Bell>>,
}

type Bell = Box<dyn Fn(Verb) + Send>;

impl SmtpServer {
    /// Takes mail from anybody.
    pub fn open() -> Self {
        Self::start(None)
    }

    /// Takes mail only after a login.
    pub fn with_login(login: Login) -> Self {
        Self::start(Some(login))
    }

    fn start(login: Option<Login>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let at = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { login, ..Shared::default() });
        let house = Arc::clone(&shared);
        let doorman = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if house.stopping.load(Ordering::SeqCst) {
                    break;
                }
                let (inside, own) = (Arc::clone(&house), stream.try_clone().unwrap());
                let guest = thread::spawn(move || {
                    // A conversation that breaks is what many tests are about.
                    let _ = Conversation::new(inside, &own).and_then(|mut c| c.run());
                    let _ = own.shutdown(Shutdown::Both);
                });
                house.guests.lock().unwrap().push((stream, guest));
            }
        });
        Self { at, shared, doorman: Some(doorman) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.at
    }

    /// `smtp://127.0.0.1:port`, with user and password where a login is wanted.
    pub fn url(&self) -> String {
        let login = self.shared.login.as_ref().map(|l| format!("{}:{}@", l.user, l.password)).unwrap_or_default();
        format!("smtp://{login}{}", self.at)
    }

    /// Fails once, the next time a conversation comes to `verb`; called again, once more after that.
    pub fn fail(&self, verb: Verb, failure: Failure) {
        self.shared.faults.lock().unwrap().push_back((verb, failure));
    }

    /// So many ordered failures have not happened yet.
    pub fn failures_left(&self) -> usize {
        self.shared.faults.lock().unwrap().len()
    }

    /// Takes back what was ordered and has not happened.
    pub fn calm(&self) {
        self.shared.faults.lock().unwrap().clear();
    }

    /// Rings at every failure that happens, before it does.
    pub fn ring(&self, bell: impl Fn(Verb) + Send + 'static) {
        *self.shared.bell.lock().unwrap() = Some(Box::new(bell));
    }

    /// What was kept, in order.
    pub fn received(&self) -> Vec<Received> {
        self.shared.kept.lock().unwrap().clone()
    }

    /// Every command line of every conversation, in order; no mail text, no password.
    pub fn heard(&self) -> Vec<String> {
        self.shared.heard.lock().unwrap().clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the accept; if it fails the listener is gone already.
        let _ = TcpStream::connect(self.at);
        let _ = self.doorman.take().map(JoinHandle::join);
        let guests = self.shared.guests.lock().map(|mut g| mem::take(&mut *g)).unwrap_or_default();
        for (stream, guest) in guests {
            let _ = stream.shutdown(Shutdown::Both);
            let _ = guest.join();
        }
    }
}

struct Conversation {
    shared: Arc<Shared>,
    input: BufReader<TcpStream>,
    output: TcpStream,
    login: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl Conversation {
    fn new(shared: Arc<Shared>, stream: &TcpStream) -> io::Result<Self> {
        let (input, output) = (BufReader::new(stream.try_clone()?), stream.try_clone()?);
        Ok(Self { shared, input, output, login: None, from: None, to: Vec::new() })
    }

    fn run(&mut self) -> io::Result<()> {
        self.answer(Verb::Greeting, "220 test.invalid ESMTP")?;
        loop {
            let line = self.line()?;
            let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let heard = if word == "AUTH" { line.split(' ').take(2).collect::<Vec<_>>().join(" ") } else { line.clone() };
            self.shared.heard.lock().unwrap().push(heard);
            match word.as_str() {
                "HELO" => self.answer(Verb::Ehlo, "250 test.invalid")?,
                "EHLO" => {
                    let auth = self.shared.login.as_ref().map(|l| format!("250-AUTH {}\r\n", l.mechanisms)).unwrap_or_default();
                    self.answer(Verb::Ehlo, &format!("250-test.invalid\r\n{auth}250-8BITMIME\r\n250 SMTPUTF8"))?;
                }
                "AUTH" => self.auth(&line)?,
                "MAIL" if self.shared.login.is_some() && self.login.is_none() => self.say("530 5.7.0 authentication required")?,
                "MAIL" => {
                    if self.answered(Verb::Mail, "250 2.1.0 ok")? {
                        (self.from, self.to) = (Some(path(&line)), Vec::new());
                    }
                }
                "RCPT" if self.from.is_none() => self.say("503 5.5.1 MAIL first")?,
                "RCPT" => {
                    if self.answered(Verb::Rcpt, "250 2.1.5 ok")? {
                        self.to.push(path(&line));
                    }
                }
                "DATA" if self.to.is_empty() => self.say("503 5.5.1 RCPT first")?,
                "DATA" => self.data()?,
                "RSET" => {
                    (self.from, self.to) = (None, Vec::new());
                    self.answer(Verb::Rset, "250 2.0.0 ok")?;
                }
                "NOOP" => self.answer(Verb::Noop, "250 2.0.0 ok")?,
                "QUIT" => return self.answer(Verb::Quit, "221 2.0.0 bye"),
                _ => self.say("500 5.5.2 unknown command")?,
            }
        }
    }

    fn auth(&mut self, line: &str) -> io::Result<()> {
        if self.fails(Verb::Auth)? {
            return Ok(());
        }
        let mut words = line.split(' ').skip(1);
        let (mechanism, first) = (words.next().unwrap_or_default().to_ascii_uppercase(), words.next());
        let (user, password) = if mechanism == "PLAIN" {
            let whole = first.map_or_else(|| self.ask(""), |given| Ok(decoded(given)))?;
            let mut parts = whole.split('\0').skip(1).map(str::to_owned);
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        } else {
            let user = first.map_or_else(|| self.ask("Username:"), |given| Ok(decoded(given)))?;
            (user, self.ask("Password:")?)
        };
        match &self.shared.login {
            Some(l) if l.mechanisms.contains(&mechanism) && l.user == user && l.password == password => {
                self.login = Some(user);
                self.say("235 2.7.0 welcome")
            }
            _ => self.say("535 5.7.8 wrong user or password"),
        }
    }

    fn ask(&mut self, what: &str) -> io::Result<String> {
        self.say(&format!("334 {}", STANDARD.encode(what)))?;
        self.line().map(|answer| decoded(&answer))
    }

    fn data(&mut self) -> io::Result<()> {
        if !self.answered(Verb::Data, "354 end with a dot")? {
            return Ok(());
        }
        let mut raw = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.input.read_until(b'\n', &mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.strip_prefix(b".") {
                Some(b"\r\n") => break,
                Some(stuffed) => raw.extend_from_slice(stuffed),
                None => raw.extend_from_slice(&line),
            }
        }
        if self.fails(Verb::Content)? {
            return Ok(());
        }
        let (from, to) = (self.from.take().unwrap_or_default(), mem::take(&mut self.to));
        let mail = Eml::read(&raw);
        self.shared.kept.lock().unwrap().push(Received { from, to, login: self.login.clone(), raw, mail });
        self.answer(Verb::Accepted, "250 2.0.0 kept")
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        if self.input.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(format!("{text}\r\n").as_bytes())
    }

    fn answer(&mut self, verb: Verb, text: &str) -> io::Result<()> {
        self.answered(verb, text).map(|_| ())
    }

    /// True if the good answer was given.
    fn answered(&mut self, verb: Verb, text: &str) -> io::Result<bool> {
        let failed = self.fails(verb)?;
        if !failed {
            self.say(text)?;
        }
        Ok(!failed)
    }

    /// Carries out the failure ordered for this moment, if any. An `Err` ends the conversation.
    fn fails(&mut self, verb: Verb) -> io::Result<bool> {
        let ordered = {
            let mut faults = self.shared.faults.lock().unwrap();
            faults.iter().position(|(at, _)| *at == verb).and_then(|place| faults.remove(place))
        };
        if let (Some((verb, _)), Some(bell)) = (ordered, self.shared.bell.lock().unwrap().as_ref()) {
            bell(verb);
        }
        match ordered {
            None => Ok(false),
            Some((_, Failure::Reply(code))) => self.say(&format!("{code} ordered by the test")).map(|()| true),
            Some((_, Failure::Close)) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some((_, Failure::Stall)) => {
                io::copy(&mut self.input.by_ref(), &mut io::sink())?;
                Err(io::ErrorKind::TimedOut.into())
            }
        }
    }
}

/// What stands between the angle brackets of MAIL and RCPT.
fn path(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path.to_owned()).unwrap_or_default()
}

fn decoded(text: &str) -> String {
    STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
