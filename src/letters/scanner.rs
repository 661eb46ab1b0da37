//! The virus scanner: clamd over TCP or its socket, before anything is stored. Who: nobody; an agency that runs one names it.
//!
//! Where a scanner is configured, nothing is stored that it has not passed: no answer is a refusal for the moment, never a pass. Letters
//! that are made here come from no stranger and are not scanned.

use clamav_client::{TransportProtocol, scan_buffer};
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Waiting for a connection.
const CONNECTING: Duration = Duration::from_secs(5);
/// Waiting for an answer, or for a chunk to be taken.
const ANSWERING: Duration = Duration::from_mins(1);
/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;

/// The scanner of an agency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scanner {
    /// None is configured.
    #[default]
    Off,
    /// clamd on an address, `host:port`.
    Tcp(String),
    /// clamd on its socket.
    Socket(PathBuf),
}

/// What a scanner says of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// Nothing was found.
    Clean,
    /// Something was found, by its name.
    Infected(String),
}

/// Why a scanner gave no word on a document.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It cannot be reached or hung up.
    #[error("the virus scanner does not answer: {0}")]
    Unreachable(#[from] io::Error),
    /// It answered something else than a verdict.
    #[error("the virus scanner gave no verdict: {0}")]
    NoVerdict(String),
}

impl FromStr for Scanner {
    type Err = String;

    /// `tcp://host:port` or `unix:///path`.
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("{text}: neither tcp://host:port nor unix:///path");
        if let Some(path) = text.strip_prefix("unix://") {
            return if path.starts_with('/') { Ok(Self::Socket(PathBuf::from(path))) } else { Err(unknown()) };
        }
        let address = text.strip_prefix("tcp://").ok_or_else(unknown)?;
        let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty()).and_then(|(_, port)| port.parse::<u16>().ok());
        port.map(|_| Self::Tcp(address.to_owned())).ok_or_else(unknown)
    }
}

impl fmt::Display for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Socket(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

/// A connection in either way, with time limits.
enum Wire {
    Tcp(TcpStream),
    Socket(UnixStream),
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Socket(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(buffer),
            Self::Socket(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Socket(stream) => stream.flush(),
        }
    }
}

/// What the protocol connects by.
struct Clamd<'a>(&'a Scanner);

impl TransportProtocol for Clamd<'_> {
    type Stream = Wire;

    fn connect(&self) -> io::Result<Wire> {
        match self.0 {
            Scanner::Off => Err(io::ErrorKind::NotConnected.into()),
            Scanner::Tcp(address) => {
                let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
                for address in address.to_socket_addrs()? {
                    match TcpStream::connect_timeout(&address, CONNECTING) {
                        Ok(stream) => {
                            stream.set_read_timeout(Some(ANSWERING))?;
                            stream.set_write_timeout(Some(ANSWERING))?;
                            return Ok(Wire::Tcp(stream));
                        }
                        Err(error) => last = error,
                    }
                }
                Err(last)
            }
            Scanner::Socket(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(ANSWERING))?;
                stream.set_write_timeout(Some(ANSWERING))?;
                Ok(Wire::Socket(stream))
            }
        }
    }
}

impl Scanner {
    /// What the scanner says of a document; without one, nothing is found. It takes as long as the scanner does.
    pub fn scan(&self, bytes: &[u8]) -> Result<Scan, ScanError> {
        if *self == Self::Off {
            return Ok(Scan::Clean);
        }
        let answer = scan_buffer(bytes, Clamd(self), Some(CHUNK))?;
        verdict(&String::from_utf8_lossy(&answer))
    }
}

/// `stream: OK`, `stream: <name> FOUND`, or an error; anything that is no verdict is none.
fn verdict(answer: &str) -> Result<Scan, ScanError> {
    let answer = answer.trim_end_matches(['\0', '\n']);
    let said = answer.strip_prefix("stream: ");
    if said == Some("OK") {
        return Ok(Scan::Clean);
    }
    match said.and_then(|said| said.strip_suffix(" FOUND")) {
        // A name goes into an answer: what clamd calls its signatures, and no more.
        Some(name) => {
            let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '(' | ')');
            Ok(Scan::Infected(name.chars().filter(plain).take(100).collect()))
        }
        None => Err(ScanError::NoVerdict(answer.chars().take(200).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::os::unix::net::UnixListener;

    /// Takes one stream as clamd does and answers; gives back what was sent.
    fn take(mut wire: impl Read + Write, answer: &[u8]) -> Vec<u8> {
        let mut command = [0; 10];
        wire.read_exact(&mut command).unwrap();
        assert_eq!(&command, b"zINSTREAM\0");
        let mut sent = Vec::new();
        loop {
            let mut length = [0; 4];
            wire.read_exact(&mut length).unwrap();
            let mut chunk = vec![0; u32::from_be_bytes(length) as usize];
            if chunk.is_empty() {
                break;
            }
            wire.read_exact(&mut chunk).unwrap();
            sent.extend(chunk);
        }
        wire.write_all(answer).unwrap();
        sent
    }

    fn over_tcp(answer: &'static [u8]) -> (Result<Scan, ScanError>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scanner: Scanner = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
        let clamd = std::thread::spawn(move || take(listener.accept().unwrap().0, answer));
        (scanner.scan(&vec![7; 3 * CHUNK + 5]), clamd.join().unwrap())
    }

    #[test]
    fn every_byte_is_sent_and_the_verdict_read() {
        let (scan, sent) = over_tcp(b"stream: OK\0");
        assert!(sent == vec![7; 3 * CHUNK + 5]);
        assert_eq!(scan.unwrap(), Scan::Clean);
        assert_eq!(over_tcp(b"stream: Eicar-Test-Signature FOUND\0").0.unwrap(), Scan::Infected("Eicar-Test-Signature".into()));
    }

    #[test]
    fn the_socket_speaks_the_same() {
        let path = std::env::temp_dir().join(format!("foi-docket-clamd-{}", crate::ids::new_id()));
        let listener = UnixListener::bind(&path).unwrap();
        let scanner: Scanner = format!("unix://{}", path.display()).parse().unwrap();
        let clamd = std::thread::spawn(move || take(listener.accept().unwrap().0, b"stream: OK\0"));
        assert_eq!(scanner.scan(b"text").unwrap(), Scan::Clean);
        assert_eq!(clamd.join().unwrap(), b"text");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_no_verdict_passes_nothing() {
        for answer in
            ["", "OK", "stream: ", "INSTREAM size limit exceeded. ERROR", "stream: OK FOUND OK", "UNKNOWN COMMAND", "stream: OKAY"]
        {
            assert!(matches!(verdict(answer), Err(ScanError::NoVerdict(_))), "{answer}");
        }
        assert_eq!(verdict("stream: a<b>\u{202e}c FOUND").unwrap(), Scan::Infected("abc".into()));
    }

    #[test]
    fn a_scanner_that_is_gone_or_hangs_up_passes_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scanner = Scanner::Tcp(listener.local_addr().unwrap().to_string());
        let clamd = std::thread::spawn(move || drop(listener.accept().unwrap()));
        assert!(scanner.scan(&vec![0; 4 << 20]).is_err());
        clamd.join().unwrap();
        assert!(matches!(scanner.scan(b"x"), Err(ScanError::Unreachable(_))), "nobody listens any more");
        assert!(Scanner::Socket("/nonexistent/clamd".into()).scan(b"x").is_err());
        assert_eq!(Scanner::Off.scan(b"x").unwrap(), Scan::Clean);
    }

    #[test]
    fn addresses_are_read_or_refused() {
        for (text, scanner) in [
            ("tcp://127.0.0.1:3310", Scanner::Tcp("127.0.0.1:3310".into())),
            ("tcp://clamd.example.cn:3310", Scanner::Tcp("clamd.example.cn:3310".into())),
            ("unix:///run/clamav/clamd.ctl", Scanner::Socket("/run/clamav/clamd.ctl".into())),
        ] {
            assert_eq!((text.parse(), scanner.to_string().as_str()), (Ok(scanner), text));
        }
        for text in ["", "127.0.0.1:3310", "tcp://clamd", "tcp://:3310", "tcp://clamd:x", "unix://clamd.ctl", "http://clamd:80"] {
            assert!(text.parse::<Scanner>().is_err(), "{text}");
        }
    }
}
