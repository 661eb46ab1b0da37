//! Reads `postmaster.pid`, by which a `PostgreSQL` server says who it is and how far it has come, and tells whether that server lives.
use super::error::{EmbeddedError, at};
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The lines of `postmaster.pid` that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PidFile {
    /// Line 1.
    pub(super) pid: i32,
    /// Line 5.
    pub(super) socket_dir: Option<PathBuf>,
    /// Line 8 is `ready`.
    pub(super) ready: bool,
}

/// Whose process a pid file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    /// The server of this cluster.
    Server,
    /// None.
    Gone,
    /// One that got the number later: the file is stale, which `PostgreSQL` itself cannot see where the other process is of the same user.
    Stranger,
    /// A `PostgreSQL` that cannot be told from this cluster's own.
    Unclear,
}

/// Where the cluster keeps it.
pub(super) fn path(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

/// The pid file of a cluster; `None` where there is none, or none that is whole enough to name a process.
pub(super) fn read(cluster: &Path) -> Result<Option<PidFile>, EmbeddedError> {
    let path = path(cluster);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(parse(&text)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(at("read", &path)(e)),
    }
}

/// The server writes the file line by line, so that any tail may be missing.
fn parse(text: &str) -> Option<PidFile> {
    let mut lines = text.lines().map(str::trim);
    // The number is negative when a single-user server holds the cluster.
    let pid: i32 = lines.next()?.parse().ok().filter(|pid| *pid > 0)?;
    let socket_dir = lines.nth(3).filter(|line| !line.is_empty()).map(PathBuf::from);
    let ready = lines.nth(2) == Some("ready");
    Some(PidFile { pid, socket_dir, ready })
}

/// Whether the process of this number is the server of this cluster.
pub(super) fn process(pid: i32, cluster: &Path) -> Process {
    if kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH) {
        return Process::Gone;
    }
    identify(pid, cluster)
}

/// The command line can be read across users, which the working directory cannot be without a privilege that containers take from root.
#[cfg(target_os = "linux")]
fn identify(pid: i32, cluster: &Path) -> Process {
    use std::os::unix::ffi::OsStrExt;
    match std::fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(line) => judge(&line, cluster.as_os_str().as_bytes()),
        Err(e) if e.kind() == ErrorKind::NotFound => Process::Gone,
        Err(_) => Process::Unclear,
    }
}

#[cfg(not(target_os = "linux"))]
fn identify(pid: i32, cluster: &Path) -> Process {
    let asked = std::process::Command::new("/bin/ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    let Ok(line) = asked.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()) else {
        return Process::Unclear;
    };
    match (line.contains("postgres"), line.contains(&format!("-D {}", cluster.display()))) {
        (true, true) => Process::Server,
        (true, false) => Process::Unclear,
        (false, _) => Process::Stranger,
    }
}

/// Judges a command line, its words ended by NUL. A process that ended and was not collected has an empty one.
#[cfg(target_os = "linux")]
fn judge(line: &[u8], cluster: &[u8]) -> Process {
    let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
    let program = words.first().and_then(|word| word.rsplit(|byte| *byte == b'/').next()).unwrap_or_default();
    if !program.starts_with(b"postgres") && !program.starts_with(b"postmaster") {
        return Process::Stranger;
    }
    let ours = words.iter().zip(words.iter().skip(1)).any(|(flag, value)| *flag == b"-D" && *value == cluster);
    if ours { Process::Server } else { Process::Unclear }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/srv/data/postgres\n1751000000\n5432\n/srv/data/socket\n\n  5432001         7\nready   \n";

    #[test]
    fn a_whole_file_names_process_socket_and_state() {
        let file = parse(READY).unwrap();
        assert_eq!(file, PidFile { pid: 4711, socket_dir: Some("/srv/data/socket".into()), ready: true });
    }

    #[test]
    fn a_server_that_starts_or_stops_is_not_ready() {
        assert!(!parse(&READY.replace("ready   ", "starting")).unwrap().ready);
        assert!(!parse(&READY.replace("ready   ", "stopping")).unwrap().ready);
    }

    #[test]
    fn a_half_written_file_is_read_as_far_as_it_goes() {
        assert_eq!(parse("4711\n/srv/data/postgres\n"), Some(PidFile { pid: 4711, socket_dir: None, ready: false }));
        assert_eq!(parse(""), None);
        assert_eq!(parse("-4711\n"), None);
        assert_eq!(parse("ready\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_number_taken_over_by_another_program_is_stale() {
        let cluster = b"/srv/data/postgres";
        assert_eq!(judge(b"/usr/bin/postgres\0-D\0/srv/data/postgres\0-c\0fsync=off\0", cluster), Process::Server);
        assert_eq!(judge(b"/usr/bin/postgres\0-D\0/srv/other/postgres\0", cluster), Process::Unclear);
        assert_eq!(judge(b"postgres: walwriter \0", cluster), Process::Unclear);
        assert_eq!(judge(b"/bin/sh\0-D\0/srv/data/postgres\0", cluster), Process::Stranger);
        assert_eq!(judge(b"", cluster), Process::Stranger);
        let myself = i32::try_from(std::process::id()).unwrap();
        assert_eq!(process(myself, Path::new("/srv/data/postgres")), Process::Stranger);
    }
}
