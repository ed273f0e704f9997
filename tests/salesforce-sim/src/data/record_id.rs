//! Record ids: 15 characters that name the object and the record, and a three-character checksum of their letter case.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/// Which server pod the org lives on: the fourth to sixth character of every id.
const POD: &[u8; 3] = b"5g0";
/// How many characters count the records.
const NUMBER: usize = 9;
/// The length of an id with its checksum.
pub const LENGTH: usize = 18;

/// The id of the record with the given number in the object with the given key prefix.
pub fn encode(prefix: [u8; 3], number: u64) -> [u8; LENGTH] {
    let mut id = [b'0'; LENGTH];
    id[..3].copy_from_slice(&prefix);
    id[3..6].copy_from_slice(POD);
    // Real orgs do not start at zero; an id that ends in zeros looks made up.
    let mut rest = number + 7_340_000;
    for place in (6..6 + NUMBER).rev() {
        id[place] = digit(rest);
        rest /= 62;
    }
    for chunk in 0..3 {
        let mut bits = 0;
        for bit in 0..5 {
            if id[chunk * 5 + bit].is_ascii_uppercase() {
                bits |= 1 << bit;
            }
        }
        id[15 + chunk] = CHECK[bits];
    }
    id
}

/// The key prefix of a custom object: `a` and two digits.
pub fn custom_prefix(ordinal: u64) -> [u8; 3] {
    [b'a', digit(ordinal / 62), digit(ordinal)]
}

/// Appends an id to a text.
pub fn write(prefix: [u8; 3], number: u64, out: &mut String) {
    for byte in encode(prefix, number) {
        out.push(char::from(byte));
    }
}

fn digit(number: u64) -> u8 {
    DIGITS[usize::try_from(number % 62).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_checksum_of_their_case() {
        // The worked example everyone uses: 001A0000006Vm9r has the suffix IAC.
        let mut id = *b"001A0000006Vm9r___";
        for chunk in 0..3 {
            let bits = (0..5).filter(|bit| id[chunk * 5 + bit].is_ascii_uppercase()).map(|bit| 1 << bit).sum::<usize>();
            id[15 + chunk] = CHECK[bits];
        }
        assert_eq!(&id, b"001A0000006Vm9rIAC");
    }

    #[test]
    fn ids_are_unique_and_ordered_like_their_numbers() {
        let ids: Vec<_> = (0..10_000).map(|number| encode(*b"001", number)).collect();
        assert!(ids.windows(2).all(|pair| pair[0][..15] < pair[1][..15]));
        assert_eq!(std::str::from_utf8(&ids[0]).expect("ascii").len(), LENGTH);
    }
}
