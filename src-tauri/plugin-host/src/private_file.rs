//! A file that only this user's plugin can read and that leaves nothing behind: memory on Linux; elsewhere, and where
//! Linux refuses, a file of mode 0600 in a folder of mode 0700 that is removed when this is dropped.

use std::{ffi::OsString, fs, fs::File, io, io::Write as _, path::PathBuf};
use tempfile::TempDir;
use tributary_plugin_host::protocol::{PRIVATE_FOLDER, PRIVATE_LOCK};

/// Above this a configuration is not read back, in bytes.
const MAX_SIZE: u64 = 16 * 1024 * 1024;

#[derive(Debug)]
pub(crate) enum PrivateFile {
    #[cfg(target_os = "linux")]
    Memory(File),
    InFolder {
        path: PathBuf,
        /// Held as long as this process lives, however it ends: the app clears away what nobody holds.
        _lock: File,
        /// Removes the folder.
        _folder: TempDir,
    },
}

impl PrivateFile {
    /// Makes a file that holds `content`.
    pub(crate) fn new(content: &[u8]) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Ok(file) = Self::in_memory(content) {
            return Ok(file);
        }
        Self::in_folder(content)
    }

    /// The child inherits the descriptor, so the file has the same path there.
    #[cfg(target_os = "linux")]
    fn in_memory(content: &[u8]) -> io::Result<Self> {
        use rustix::fs::{MemfdFlags, memfd_create};
        let mut file = File::from(memfd_create("config", MemfdFlags::empty())?);
        file.write_all(content)?;
        // A plugin that opens the inherited descriptor itself reads from the start.
        io::Seek::rewind(&mut file)?;
        Ok(Self::Memory(file))
    }

    fn in_folder(content: &[u8]) -> io::Result<Self> {
        let mut folder = tempfile::Builder::new();
        folder.prefix(PRIVATE_FOLDER);
        #[cfg(unix)]
        folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = folder.tempdir()?;
        let lock = File::create_new(folder.path().join(PRIVATE_LOCK))?;
        lock.lock()?;
        let path = folder.path().join("config.json");
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?.write_all(content)?;
        Ok(Self::InFolder { path, _lock: lock, _folder: folder })
    }

    /// The path under which the plugin opens it.
    pub(crate) fn path(&self) -> OsString {
        match self {
            #[cfg(target_os = "linux")]
            Self::Memory(file) => format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(file)).into(),
            Self::InFolder { path, .. } => path.clone().into(),
        }
    }

    /// What it holds now.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        use std::io::Read as _;
        let mut content = Vec::new();
        match self {
            // At given positions: the descriptor shares its own position with the one the plugin inherited.
            #[cfg(target_os = "linux")]
            Self::Memory(file) => {
                use std::os::unix::fs::FileExt as _;
                let size = file.metadata()?.len().min(MAX_SIZE);
                content.resize(usize::try_from(size).unwrap_or(0), 0);
                let mut read = 0;
                while read < content.len() {
                    match file.read_at(&mut content[read..], read as u64)? {
                        0 => break,
                        more => read += more,
                    }
                }
                content.truncate(read);
            }
            Self::InFolder { path, .. } => {
                File::open(path)?.take(MAX_SIZE).read_to_end(&mut content)?;
            }
        }
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_under_its_path_is_read() {
        for file in [PrivateFile::new(b"one").unwrap(), PrivateFile::in_folder(b"one").unwrap()] {
            assert_eq!(file.read().unwrap(), b"one");
            fs::write(file.path(), b"two two").unwrap();
            assert_eq!(file.read().unwrap(), b"two two");
            fs::write(file.path(), b"3").unwrap();
            assert_eq!(file.read().unwrap(), b"3", "a shorter text leaves nothing of the longer one");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_in_a_folder_is_private_and_goes_with_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = PrivateFile::in_folder(b"{}").unwrap();
        let path = PathBuf::from(file.path());
        let folder = path.parent().unwrap().to_owned();
        let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        drop(file);
        assert!(!folder.exists());
    }
}
