//! The operating-system user `PostgreSQL` runs as. It refuses root, so root hands it to `postgres`, else `nobody`; anybody else runs it as himself.
use super::error::{EmbeddedError, at};
use nix::unistd::{Uid, User, geteuid};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::Path;

/// Who runs `PostgreSQL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Account {
    /// The user who runs the service.
    Same,
    /// The user root becomes.
    Other {
        /// For people.
        name: String,
        uid: u32,
        gid: u32,
    },
}

impl Account {
    /// The user for a cluster that may exist already: whoever owns it goes on, so that a folder first used without root also opens with it.
    pub(super) fn choose(cluster: &Path) -> Result<Self, EmbeddedError> {
        let owner = match cluster.metadata() {
            Ok(found) => Some((found.uid(), found.gid())),
            Err(e) if e.kind() == ErrorKind::NotFound => None,
            Err(e) => return Err(at("look at", cluster)(e)),
        };
        match (geteuid().is_root(), owner) {
            (false, Some((owner, _))) if owner != geteuid().as_raw() => {
                Err(EmbeddedError::OtherOwner { cluster: cluster.to_path_buf(), owner })
            }
            (false, _) => Ok(Self::Same),
            (true, Some((uid, gid))) if uid != 0 => {
                let name = User::from_uid(Uid::from_raw(uid)).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name);
                Ok(Self::Other { name, uid, gid })
            }
            (true, _) => Self::unprivileged(),
        }
    }

    fn unprivileged() -> Result<Self, EmbeddedError> {
        ["postgres", "nobody"]
            .iter()
            .filter_map(|name| User::from_name(name).ok().flatten())
            .find(|user| !user.uid.is_root())
            .map(|user| Self::Other { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() })
            .ok_or(EmbeddedError::NoAccount)
    }

    /// User and group for the launcher, where the user changes.
    pub(super) fn becomes(&self) -> Option<String> {
        match self {
            Self::Same => None,
            Self::Other { uid, gid, .. } => Some(format!("{uid}:{gid}")),
        }
    }

    /// The name where it is not the service's own user.
    pub(super) fn other_name(&self) -> Option<&str> {
        match self {
            Self::Same => None,
            Self::Other { name, .. } => Some(name),
        }
    }

    pub(super) fn uid(&self) -> u32 {
        match self {
            Self::Same => geteuid().as_raw(),
            Self::Other { uid, .. } => *uid,
        }
    }

    /// Gives a file or folder to the user.
    pub(super) fn give(&self, path: &Path) -> Result<(), EmbeddedError> {
        match self {
            Self::Same => Ok(()),
            Self::Other { uid, gid, .. } => chown(path, Some(*uid), Some(*gid)).map_err(at("give away", path)),
        }
    }

    /// Makes a folder that only the user may enter.
    pub(super) fn private_dir(&self, path: &Path) -> Result<(), EmbeddedError> {
        std::fs::DirBuilder::new().mode(0o700).create(path).map_err(at("create", path))?;
        self.give(path)
    }

    /// Whether the user can pass through every folder down to `path`, which is absolute and free of symbolic links.
    pub(super) fn reaches(&self, path: &Path) -> bool {
        let Self::Other { uid, gid, .. } = self else { return true };
        path.ancestors().all(|dir| {
            dir.metadata().is_ok_and(|dir| {
                let needed = if dir.uid() == *uid {
                    0o100
                } else if dir.gid() == *gid {
                    0o010
                } else {
                    0o001
                };
                dir.permissions().mode() & needed != 0
            })
        })
    }
}

/// Mode for folders that hold both the service's files and `PostgreSQL`'s: under root the other user passes through and sees no names.
pub(super) fn shared_mode() -> u32 {
    if geteuid().is_root() { 0o711 } else { 0o700 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{Permissions, create_dir, set_permissions};

    #[test]
    fn a_folder_closed_to_others_is_out_of_reach_with_all_below_it() {
        let stranger = Account::Other { name: "stranger".into(), uid: 3_999_999, gid: 3_999_999 };
        let dir = std::env::temp_dir().join(format!("foi-docket-reach-{}", std::process::id()));
        let inner = dir.join("inner");
        create_dir(&dir).unwrap();
        create_dir(&inner).unwrap();
        set_permissions(&inner, Permissions::from_mode(0o755)).unwrap();
        set_permissions(&dir, Permissions::from_mode(0o711)).unwrap();
        let open = stranger.reaches(&inner.canonicalize().unwrap());
        set_permissions(&dir, Permissions::from_mode(0o700)).unwrap();
        let closed = stranger.reaches(&inner.canonicalize().unwrap());
        std::fs::remove_dir_all(&dir).unwrap();
        assert!(open);
        assert!(!closed);
        assert!(Account::Same.reaches(&inner));
    }
}
