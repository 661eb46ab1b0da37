//! The step between the service and `PostgreSQL`: the program itself, called again as `foi-docket launch-postgres`, becomes the right user,
//! ties its life to the service's, and turns into the `PostgreSQL` program. `PostgreSQL` refuses root, and what must happen between
//! fork and exec needs either unsafe code or a program of its own; here it is a program, and it starts as the caller
//! because it may itself lie where the other user cannot reach it. It never returns to the service's work.
use nix::unistd::{Gid, Pid, Uid, execv, getppid, setgid, setuid};
use std::convert::Infallible;
use std::ffi::{CString, NulError, OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::account::Account;

/// The sub-command under which the program must pass its remaining arguments to [`launch`].
pub const LAUNCH_COMMAND: &str = "launch-postgres";

/// Why `PostgreSQL` was not launched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LaunchError {
    /// Not called by the service.
    #[error("usage: launch-postgres --parent PID [--user UID:GID] PROGRAM [ARGUMENT]...")]
    Usage,
    /// The operating system refused.
    #[error("{0}: {1}")]
    Refused(&'static str, nix::Error),
    /// The service ended in between.
    #[error("the service has ended")]
    Orphaned,
    /// An argument cannot be passed on.
    #[error("an argument contains a NUL byte")]
    Nul(#[from] NulError),
}

/// A command that runs `program` through the launcher: as `account`, with no environment (the service's may hold secrets) and no terminal,
/// in a process group of its own, so that Ctrl-C reaches the service alone and `PostgreSQL` is stopped by it in good order.
pub(super) fn command(launcher: &Path, account: &Account, program: &Path) -> Command {
    let mut command = Command::new(launcher);
    command.arg(LAUNCH_COMMAND).arg("--parent").arg(std::process::id().to_string());
    if let Some(user) = account.becomes() {
        command.arg("--user").arg(user);
    }
    // The service's own working directory may be out of the other user's reach.
    command.arg(program).env_clear().current_dir("/").stdin(Stdio::null()).process_group(0);
    command
}

struct Launch {
    parent: Pid,
    user: Option<(Uid, Gid)>,
    program: Vec<CString>,
}

/// Becomes `PostgreSQL`; `args` are those after [`LAUNCH_COMMAND`].
///
/// # Errors
/// Returns only when something refused; the caller prints it and exits.
pub fn launch(args: impl IntoIterator<Item = OsString>) -> Result<Infallible, LaunchError> {
    let launch = parse(args)?;
    if let Some((uid, gid)) = launch.user {
        drop_groups(gid)?;
        setgid(gid).map_err(|e| LaunchError::Refused("cannot become the group", e))?;
        setuid(uid).map_err(|e| LaunchError::Refused("cannot become the user", e))?;
    }
    die_with_parent()?;
    // A parent that died before the line above can no longer send the signal.
    if getppid() != launch.parent {
        return Err(LaunchError::Orphaned);
    }
    let program = launch.program.first().ok_or(LaunchError::Usage)?;
    execv(program, &launch.program).map_err(|e| LaunchError::Refused("cannot run PostgreSQL's program", e))
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Launch, LaunchError> {
    let mut args = args.into_iter().peekable();
    let mut value_of = |flag: &str| args.next_if(|arg| arg == flag).map(|_| args.next().ok_or(LaunchError::Usage)).transpose();
    let parent = value_of("--parent")?.ok_or(LaunchError::Usage)?;
    let parent = parent.to_str().and_then(|pid| pid.parse().ok()).map(Pid::from_raw).ok_or(LaunchError::Usage)?;
    let user = value_of("--user")?.map(|user| parse_user(&user).ok_or(LaunchError::Usage)).transpose()?;
    let program = args.map(|arg| CString::new(arg.into_vec())).collect::<Result<_, _>>()?;
    Ok(Launch { parent, user, program })
}

fn parse_user(user: &OsStr) -> Option<(Uid, Gid)> {
    let (uid, gid) = user.to_str()?.split_once(':')?;
    Some((Uid::from_raw(uid.parse().ok()?), Gid::from_raw(gid.parse().ok()?)))
}

#[cfg(not(target_vendor = "apple"))]
fn drop_groups(gid: Gid) -> Result<(), LaunchError> {
    nix::unistd::setgroups(&[gid]).map_err(|e| LaunchError::Refused("cannot leave the groups", e))
}

/// macOS resolves group membership by user, not by what a process was given.
#[cfg(target_vendor = "apple")]
fn drop_groups(_gid: Gid) -> Result<(), LaunchError> {
    Ok(())
}

/// Asks the kernel to end this process when the *thread* that started it ends, so also after a `kill -9` of the service. It must
/// come after the change of user, which clears the request; exec keeps it. The signal is `PostgreSQL`'s fast shutdown: open transactions are
/// rolled back and everything is written, so that the next start need not recover.
#[cfg(target_os = "linux")]
fn die_with_parent() -> Result<(), LaunchError> {
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGINT)
        .map_err(|e| LaunchError::Refused("cannot be tied to the service's life", e))
}

/// Elsewhere a server that outlived its service is found by the next start.
#[cfg(not(target_os = "linux"))]
fn die_with_parent() -> Result<(), LaunchError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Launch, LaunchError> {
        parse(line.split(' ').map(OsString::from))
    }

    #[test]
    fn the_program_keeps_its_own_flags() {
        let launch = parsed("--parent 12 --user 101:104 /bin/postgres -D /data --user x").unwrap();
        assert_eq!(launch.parent, Pid::from_raw(12));
        assert_eq!(launch.user, Some((Uid::from_raw(101), Gid::from_raw(104))));
        let words: Vec<_> = launch.program.iter().map(|word| word.to_str().unwrap()).collect();
        assert_eq!(words, ["/bin/postgres", "-D", "/data", "--user", "x"]);
    }

    #[test]
    fn without_a_parent_or_with_a_user_by_name_it_refuses() {
        assert!(matches!(parsed("/bin/postgres"), Err(LaunchError::Usage)));
        assert!(matches!(parsed("--parent 12 --user postgres /bin/postgres"), Err(LaunchError::Usage)));
        assert!(matches!(parsed("--parent"), Err(LaunchError::Usage)));
    }
}
