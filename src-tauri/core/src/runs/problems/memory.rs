//! Whether the system ended processes because memory was used up.

/// How many processes this system has ended so far because memory was used up; `None` where it does not count them.
#[cfg(target_os = "linux")]
pub fn ended_for_memory() -> Option<u64> {
    count(&std::fs::read_to_string("/proc/vmstat").ok()?)
}

/// How many processes this system has ended so far because memory was used up; `None` where it does not count them.
#[cfg(not(target_os = "linux"))]
pub fn ended_for_memory() -> Option<u64> {
    None
}

#[cfg(any(target_os = "linux", test))]
fn count(statistics: &str) -> Option<u64> {
    statistics.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_counter_is_read() {
        assert_eq!(count("nr_free_pages 7\noom_kill 3\nnuma_hit 1\n"), Some(3));
        assert_eq!(count("nr_free_pages 7\n"), None);
    }
}
