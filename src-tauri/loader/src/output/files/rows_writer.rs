//! Writes staged rows, in a thread of its own: reading goes on while the system takes what was read.
//!
//! However many streams there are, only some files are open and only some megabytes wait.

use super::staging::rows_file;
use crate::error::LoadError;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

/// Bytes of a stream that are written together,
const PIECE: usize = 512 * 1024;
/// and of all streams that wait at most.
const WAITING: usize = 8 * 1024 * 1024;
/// Pieces on their way to the thread.
const ON_THE_WAY: usize = 4;
/// Files that are open at once: systems allow few.
const OPEN: usize = 32;

enum Order {
    Write(usize, Vec<u8>),
    /// Makes the files of these streams durable.
    Sync(Vec<usize>, SyncSender<io::Result<()>>),
}

/// The writing end.
#[derive(Debug)]
pub struct RowsWriter {
    folder: PathBuf,
    /// None once it has ended.
    orders: Option<SyncSender<Order>>,
    used: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<()>>,
    /// By stream: what was not handed over yet.
    buffers: Vec<Vec<u8>>,
    buffered: usize,
}

impl RowsWriter {
    /// Writes into a run's folder.
    pub fn start(folder: PathBuf) -> Self {
        let (orders, taken) = sync_channel(ON_THE_WAY);
        let (give, used) = sync_channel(ON_THE_WAY + 1);
        let mut files = Files { folder: folder.clone(), open: BTreeMap::new(), failed: None };
        let thread = thread::spawn(move || {
            for order in taken {
                match order {
                    Order::Write(stream, bytes) => {
                        files.write(stream, &bytes);
                        // Where enough are in use, its memory goes back to the system.
                        let _ = give.try_send(bytes);
                    }
                    Order::Sync(streams, reply) => {
                        let _ = reply.send(files.sync(&streams));
                    }
                }
            }
        });
        Self { folder, orders: Some(orders), used, thread: Some(thread), buffers: Vec::new(), buffered: 0 }
    }

    fn fail(&self, source: io::Error) -> LoadError {
        LoadError::file("writing", &self.folder, source)
    }

    /// Makes the file of a stream.
    pub fn create(&mut self, stream: usize) -> Result<(), LoadError> {
        let path = rows_file(&self.folder, stream);
        File::create(&path).map_err(|source| LoadError::file("creating", &path, source))?;
        if self.buffers.len() <= stream {
            self.buffers.resize(stream + 1, Vec::new());
        }
        Ok(())
    }

    /// Adds a line to a stream's file. What goes wrong with the disk is said when it is made durable.
    pub fn line(&mut self, stream: usize, mark: &[u8], text: &str) -> Result<(), LoadError> {
        let buffer = &mut self.buffers[stream];
        let before = buffer.len();
        buffer.extend_from_slice(mark);
        buffer.extend_from_slice(text.as_bytes());
        buffer.push(b'\n');
        self.buffered += buffer.len() - before;
        if buffer.len() >= PIECE {
            self.hand_over(stream)?;
        } else if self.buffered >= WAITING {
            self.hand_over_all()?;
        }
        Ok(())
    }

    fn hand_over(&mut self, stream: usize) -> Result<(), LoadError> {
        let mut fresh = self.used.try_recv().unwrap_or_default();
        fresh.clear();
        let bytes = std::mem::replace(&mut self.buffers[stream], fresh);
        self.buffered -= bytes.len();
        self.order(Order::Write(stream, bytes))
    }

    fn hand_over_all(&mut self) -> Result<(), LoadError> {
        for stream in 0..self.buffers.len() {
            if !self.buffers[stream].is_empty() {
                self.hand_over(stream)?;
            }
        }
        Ok(())
    }

    fn order(&self, order: Order) -> Result<(), LoadError> {
        let sent = self.orders.as_ref().and_then(|orders| orders.send(order).ok());
        sent.ok_or_else(|| self.fail(io::Error::other("the thread that writes has ended")))
    }

    /// Makes the files of these streams durable.
    pub fn sync(&mut self, streams: Vec<usize>) -> Result<(), LoadError> {
        self.hand_over_all()?;
        let (reply, answer) = sync_channel(1);
        self.order(Order::Sync(streams, reply))?;
        let answer = answer.recv().unwrap_or_else(|_| Err(io::Error::other("the thread that writes has ended")));
        answer.map_err(|source| self.fail(source))
    }

    /// Closes all files, which some systems want before a rename.
    pub fn close(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // It has nothing left to say: what was to be kept was made durable before.
            let _ = thread.join();
        }
    }
}

impl Drop for RowsWriter {
    fn drop(&mut self) {
        self.close();
    }
}

/// The thread's files.
struct Files {
    folder: PathBuf,
    /// By stream.
    open: BTreeMap<usize, File>,
    /// The first thing that went wrong: nothing is durable any more after it.
    failed: Option<io::Error>,
}

impl Files {
    fn file(&mut self, stream: usize) -> io::Result<&mut File> {
        if !self.open.contains_key(&stream) {
            if self.open.len() == OPEN {
                self.open.pop_first();
            }
            let file = fs::File::options().append(true).open(rows_file(&self.folder, stream))?;
            self.open.insert(stream, file);
        }
        self.open.get_mut(&stream).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, stream: usize, bytes: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        let written = self.file(stream).and_then(|file| file.write_all(bytes));
        self.failed = written.err();
    }

    fn sync(&mut self, streams: &[usize]) -> io::Result<()> {
        for stream in streams {
            if self.failed.is_some() {
                break;
            }
            let synced = self.file(*stream).and_then(|file| file.sync_data());
            self.failed = synced.err();
        }
        // It stays failed, in the same words.
        self.failed.as_ref().map_or(Ok(()), |error| Err(copy(error)))
    }
}

fn copy(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}
