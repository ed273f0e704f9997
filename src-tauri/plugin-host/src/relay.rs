//! Passes on what the plugin writes, and to a loader what it is given, as it comes; counts it on the way.

use crate::progress::Counter;
use std::{
    fs::File,
    io::{self, ErrorKind, Read, Write},
    sync::atomic::AtomicBool,
};

/// One read at most, in bytes. A pipe of the size asked for in [`enlarge`] fits.
const PIECE: usize = 256 * 1024;
/// Bytes of an unfinished line that are held back at most.
const HELD: usize = 1024 * 1024;
/// How large pipes are asked to be, in bytes: fewer changes between the processes.
#[cfg(target_os = "linux")]
const PIPE: usize = 1024 * 1024;
/// How long a pipe that somebody outside the ended tree still holds open must be silent to count as ended.
#[cfg(unix)]
const SILENCE: std::time::Duration = std::time::Duration::from_millis(200);

/// Why passing on ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RelayEnd {
    /// The plugin has nothing more to say.
    InputEnded,
    /// Nobody reads any more.
    OutputClosed,
}

/// Copies `from` to `to` until either ends. Whole lines are written at once and counted afterwards. `tree_ended` tells
/// that no process of the plugin is left.
///
/// An unfinished line waits for its end (a long one goes on in pieces): a plugin that is ended in the middle of a message
/// would otherwise leave the loader with half of one, and the loader would fail instead of keeping what it has.
pub(crate) fn relay(mut from: File, mut to: File, counter: &Counter, tree_ended: &AtomicBool) -> RelayEnd {
    let mut buffer = vec![0; HELD + PIECE];
    // Bytes at the start of the buffer that wait for the end of their line, and whether its beginning was passed on.
    let mut held = 0;
    let mut begun = false;
    let end = loop {
        if !wait_readable(&from, tree_ended) {
            break RelayEnd::InputEnded;
        }
        let read = match from.read(&mut buffer[held..held + PIECE]) {
            Ok(0) => break RelayEnd::InputEnded,
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => continue,
            Err(_) => break RelayEnd::InputEnded,
        };
        let filled = held + read;
        let whole = match memchr::memrchr(b'\n', &buffer[held..filled]) {
            Some(position) => held + position + 1,
            None if filled > HELD => filled,
            None => 0,
        };
        if write_whole(&mut to, &buffer[..whole]).is_err() {
            break RelayEnd::OutputClosed;
        }
        counter.feed(&buffer[..whole]);
        if whole > 0 {
            begun = buffer[whole - 1] != b'\n';
        }
        buffer.copy_within(whole..filled, 0);
        held = filled - whole;
    };
    if end == RelayEnd::InputEnded
        && (begun || !is_cut(&buffer[..held]))
        && write_whole(&mut to, &buffer[..held]).is_ok()
    {
        counter.feed(&buffer[..held]);
    }
    counter.finish();
    end
}

/// Whether the rest of a plugin's output is the beginning of a message. What discovery prints (a JSON document over many
/// lines, mostly without a line end after its last brace) is none.
fn is_cut(rest: &[u8]) -> bool {
    rest.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(rest).is_err()
}

/// Makes a pipe hold more, where that is possible; everything works without.
#[cfg(target_os = "linux")]
pub(crate) fn enlarge(pipe: impl std::os::fd::AsFd) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE);
}

/// Writes all, also to a pipe that was set not to block.
fn write_whole(to: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            #[cfg(unix)]
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                use rustix::event::{PollFd, PollFlags, poll};
                let _ = poll(&mut [PollFd::new(to, PollFlags::OUT)], None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits for something to read or the end. False when the tree has ended and the pipe stays silent: somebody else holds
/// it open.
#[cfg(unix)]
pub(crate) fn wait_readable(from: &File, tree_ended: &AtomicBool) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let silence = Timespec::try_from(SILENCE).ok();
    loop {
        let ended = tree_ended.load(std::sync::atomic::Ordering::Acquire);
        match poll(&mut [PollFd::new(from, PollFlags::IN)], silence.as_ref()) {
            Ok(0) if ended => return false,
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => return true,
        }
    }
}

/// The job object ends all that could hold the pipe open.
#[cfg(windows)]
pub(crate) fn wait_readable(_from: &File, _tree_ended: &AtomicBool) -> bool {
    true
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::fd::OwnedFd;

    fn pipe() -> (File, File) {
        let (read, write) = io::pipe().unwrap();
        (OwnedFd::from(read).into(), OwnedFd::from(write).into())
    }

    #[test]
    fn what_comes_goes_on_unchanged() {
        let (from, mut feed) = pipe();
        let (mut sink, to) = pipe();
        let line = b"{\"type\":\"RECORD\",\"stream\":\"a\",\"record\":{}}\n";
        feed.write_all(line).unwrap();
        drop(feed);
        let progress = crate::progress::Progress::default();
        assert_eq!(relay(from, to, &progress.written, &AtomicBool::new(false)), RelayEnd::InputEnded);
        let mut out = Vec::new();
        sink.read_to_end(&mut out).unwrap();
        assert_eq!(out, line);
        assert_eq!(progress.changed_since(None).unwrap().0[0].records, 1);
    }

    fn relayed(pieces: &[&[u8]]) -> Vec<u8> {
        let (from, mut feed) = pipe();
        let (mut sink, to) = pipe();
        let relaying = std::thread::spawn(move || relay(from, to, &Counter::default(), &AtomicBool::new(false)));
        let reading = std::thread::spawn(move || {
            let mut out = Vec::new();
            sink.read_to_end(&mut out).unwrap();
            out
        });
        for piece in pieces {
            feed.write_all(piece).unwrap();
        }
        drop(feed);
        relaying.join().unwrap();
        reading.join().unwrap()
    }

    #[test]
    fn a_message_that_was_cut_is_left_out() {
        let (whole, cut) = (&b"{\"type\":\"STATE\",\"value\":{}}\n"[..], &b"{\"type\":\"RECORD\",\"stre"[..]);
        assert_eq!(relayed(&[whole, whole, cut]), [whole, whole].concat());
        assert_eq!(relayed(&[cut]), b"");
        assert_eq!(relayed(&[&cut[..5], &cut[5..]]), b"");
    }

    #[test]
    fn an_end_without_a_line_end_is_no_cut() {
        let unfinished: [&[u8]; 4] = [b"{\"type\":\"STATE\"}", b"{\n  \"streams\": []\n}", b"tap-x v1.0", b"]"];
        for text in unfinished {
            assert_eq!(relayed(&[text]), text);
        }
    }

    #[test]
    fn a_line_longer_than_what_is_held_back_goes_on_whole() {
        let long = [b"{\"a\":\"".to_vec(), vec![b'x'; 3 * HELD], b"\"}".to_vec()].concat();
        assert_eq!(relayed(&[&long]), long);
    }

    #[test]
    fn a_closed_output_ends_it() {
        let (from, mut feed) = pipe();
        let (sink, to) = pipe();
        drop(sink);
        feed.write_all(b"x\n").unwrap();
        assert_eq!(relay(from, to, &Counter::default(), &AtomicBool::new(false)), RelayEnd::OutputClosed);
    }

    #[test]
    fn a_pipe_held_open_by_others_does_not_keep_it() {
        let (from, _held) = pipe();
        let (_sink, to) = pipe();
        assert_eq!(relay(from, to, &Counter::default(), &AtomicBool::new(true)), RelayEnd::InputEnded);
    }

    #[test]
    fn an_output_that_does_not_block_is_waited_for() {
        let (from, mut feed) = pipe();
        let (mut sink, to) = pipe();
        rustix::io::ioctl_fionbio(&to, true).unwrap();
        let feeder = std::thread::spawn(move || feed.write_all(&vec![b'x'; 3_000_000]).unwrap());
        let reader = std::thread::spawn(move || {
            let mut out = Vec::new();
            sink.read_to_end(&mut out).unwrap();
            out.len()
        });
        assert_eq!(relay(from, to, &Counter::default(), &AtomicBool::new(false)), RelayEnd::InputEnded);
        feeder.join().unwrap();
        assert_eq!(reader.join().unwrap(), 3_000_000);
    }
}
