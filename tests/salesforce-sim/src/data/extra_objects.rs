//! Custom objects made from word lists, for orgs with very many objects.

use super::{
    field::{Field, FieldType as T, Generator as G},
    objects::{ObjectSpec, SMALL_DEFAULT},
    random::{below, combine, mix, of_text, word},
    record_id, words,
};

/// Fields an extra object picks from.
const MENU: &[(&str, T, G)] = &[
    ("Status", T::Picklist, G::Pick(&["Draft", "Active", "Expired", "Cancelled"])),
    ("Amount", T::Currency, G::Decimal(0, 5_000_000, 2)),
    ("Quantity", T::Int, G::Whole(0, 500)),
    ("Weight", T::Double, G::Decimal(0, 900_000, 3)),
    ("Share", T::Percent, G::Decimal(0, 1_000, 1)),
    ("Starts_On", T::Date, G::DayAround(0, 200)),
    ("Ends_On", T::Date, G::DayAround(-200, 600)),
    ("Approved", T::Boolean, G::Chance(70)),
    ("Approved_At", T::DateTime, G::MomentAfter(50 * 86_400)),
    ("Opens_At", T::Time, G::TimeOfDay),
    ("Remarks", T::TextArea, G::Pick(words::SENTENCES)),
    ("Contact_Email", T::Email, G::EmailAddress),
    ("Contact_Phone", T::Phone, G::PhoneNumber),
    ("Link", T::Url, G::Website),
    ("Labels", T::MultiPicklist, G::PickSeveral(&["Urgent", "Internal", "External", "Archived"])),
    ("City", T::Text, G::City),
    ("Country", T::Text, G::Country),
    ("Responsible", T::Text, G::FullName),
    ("Account", T::Reference, G::Reference(&["Account"])),
    ("Contact", T::Reference, G::Reference(&["Contact"])),
];

/// How many different names the word lists make.
pub const NAMES: u64 = (words::OBJECT_HEADS.len() * words::OBJECT_TAILS.len()) as u64;

/// The `ordinal`-th extra object of an org with this seed. Ordinals up to [`NAMES`] give different names.
pub fn extra_object(seed: u64, ordinal: u64) -> ObjectSpec {
    // An odd step is coprime to the number of names (a power of two), so every name comes once.
    let name_number = usize::try_from((ordinal * 379 + seed % NAMES) % NAMES).unwrap_or(0);
    let (head, tail) = (name_number / words::OBJECT_TAILS.len(), name_number % words::OBJECT_TAILS.len());
    let name = format!("{}_{}__c", words::OBJECT_HEADS[head], words::OBJECT_TAILS[tail]);
    let hash = combine(seed, of_text(&name));
    let mut own = vec![Field::new("Name", T::Text, G::AutoNumber(word(hash, &["A-", "R-", "N-", "X-"])))];
    let wanted = 3 + below(hash, 12);
    for (at, (field, kind, generator)) in MENU.iter().enumerate() {
        let draw = mix(hash ^ at as u64);
        if below(draw, MENU.len() as u64) < wanted {
            let nulls = u8::try_from(below(mix(draw), 60)).unwrap_or(0);
            own.push(Field::new(format!("{field}__c"), *kind, *generator).nulls(nulls).changes());
        }
    }
    // The first two prefixes belong to the objects every org has.
    ObjectSpec::with_system_fields(name, record_id::custom_prefix(ordinal + 2), SMALL_DEFAULT, own)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_thousand_objects_have_different_names_and_prefixes() {
        let objects: Vec<_> = (0..1_000).map(|ordinal| extra_object(7, ordinal)).collect();
        assert_eq!(objects.iter().map(|object| object.name.clone()).collect::<HashSet<_>>().len(), 1_000);
        assert_eq!(objects.iter().map(|object| object.prefix).collect::<HashSet<_>>().len(), 1_000);
        let sizes: HashSet<_> = objects.iter().map(|object| object.fields.len()).collect();
        assert!(sizes.len() > 5, "all objects look alike: {sizes:?}");
    }
}
