//! Documents in a local folder, on disk before the row that names them.

use super::{Created, StoreError};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A folder of documents.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// What is not there is damaged: its row says that it should be.
fn missing(error: io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::UnexpectedEof => StoreError::Damaged,
        _ => StoreError::Io(error),
    }
}

impl Folder {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn create(&self, name: &str, parts: &[Vec<u8>]) -> io::Result<Created> {
        let path = self.root.join(name);
        let folder = path.parent().unwrap_or(&self.root);
        self.make(folder)?;
        let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Created::NameTaken),
            Err(error) => return Err(error),
        };
        // Until its row is there nobody looks at it, so it may grow under its own name.
        let written = parts.iter().try_for_each(|part| file.write_all(part)).and_then(|()| file.sync_all());
        if let Err(error) = written {
            // The first failure is the one to report.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        sync(folder)?;
        Ok(Created::Yes)
    }

    /// Makes a folder and its parents, each entry on disk.
    fn make(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        folder.ancestors().skip(1).take_while(|parent| parent.starts_with(&self.root)).try_for_each(sync)
    }

    pub(super) fn size(&self, name: &str) -> Result<u64, StoreError> {
        Ok(fs::metadata(self.root.join(name)).map_err(missing)?.len())
    }

    pub(super) fn read(&self, name: &str, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
        let mut file = File::open(self.root.join(name)).map_err(missing)?;
        file.seek(SeekFrom::Start(range.start)).map_err(missing)?;
        let mut bytes = Vec::new();
        file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes).map_err(missing)?;
        Ok(bytes)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.root.join(name))
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
