//! Deterministic mixing: the only source of "randomness" of the data.

/// Spreads the bits of a number so that neighbours share nothing (the finaliser of SplitMix64).
pub const fn mix(value: u64) -> u64 {
    let mut bits = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Two numbers as one, in an order that matters.
pub const fn combine(left: u64, right: u64) -> u64 {
    mix(left ^ mix(right))
}

/// A stable number for a text (FNV-1a).
pub const fn of_text(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

/// A number in `0..limit`, taken from the high bits (they are the best mixed); 0 for an empty range.
pub const fn below(hash: u64, limit: u64) -> u64 {
    ((hash as u128 * limit as u128) >> 64) as u64
}

/// One entry of a list that is not empty.
pub fn pick<T>(hash: u64, list: &[T]) -> &T {
    &list[usize::try_from(below(hash, list.len() as u64)).unwrap_or(0)]
}

/// One word of a list that is not empty.
pub fn word(hash: u64, list: &[&'static str]) -> &'static str {
    let word: &&str = pick(hash, list);
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_covers_the_whole_range_evenly() {
        let mut seen = [0_u32; 10];
        for number in 0..10_000 {
            seen[usize::try_from(below(mix(number), 10)).expect("small")] += 1;
        }
        assert!(seen.iter().all(|count| (800..1_200).contains(count)), "uneven spread: {seen:?}");
    }

    #[test]
    fn an_empty_range_gives_zero() {
        assert_eq!(below(u64::MAX, 0), 0);
    }
}
