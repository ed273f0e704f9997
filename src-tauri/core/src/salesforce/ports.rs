//! Which program holds a port, so that a message can name it.

/// The program that listens on this port of the computer, where the system says.
#[cfg(target_os = "linux")]
pub fn holder(port: u16) -> Option<String> {
    let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .flat_map(|table| table.lines().filter_map(|line| listening(line, port)).collect::<Vec<_>>())
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    for process in std::fs::read_dir("/proc").ok()?.flatten() {
        // "self" is one of them, too.
        if process.file_name().to_str().is_none_or(|name| name.parse::<u32>().is_err()) {
            continue;
        }
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else { continue };
        let holds = files.flatten().filter_map(|file| std::fs::read_link(file.path()).ok());
        if holds.into_iter().any(|link| inodes.iter().any(|inode| link.to_str() == Some(inode))) {
            let name = std::fs::read_to_string(process.path().join("comm")).ok()?;
            return Some(format!("{} (process {})", name.trim(), process.file_name().to_string_lossy()));
        }
    }
    None
}

/// The program that listens on this port of the computer, where the system says.
#[cfg(not(target_os = "linux"))]
pub fn holder(_port: u16) -> Option<String> {
    None
}

/// The inode of a listening socket of this port in a line of the kernel's table.
#[cfg(target_os = "linux")]
fn listening(line: &str, port: u16) -> Option<String> {
    let mut words = line.split_whitespace();
    let address = words.nth(1)?;
    let state = words.nth(1)?;
    let (_, hexadecimal) = address.rsplit_once(':')?;
    // 0A: the socket listens.
    (state == "0A" && u16::from_str_radix(hexadecimal, 16).ok()? == port).then(|| words.nth(5).map(str::to_owned))?
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_port_of_this_process_is_found() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let found = holder(listener.local_addr().unwrap().port()).expect("it is there");
        assert!(found.ends_with(&format!("(process {})", std::process::id())), "{found}");
    }
}
