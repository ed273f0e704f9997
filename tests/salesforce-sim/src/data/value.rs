//! The value of a field in a record, and how it is written.

use super::{
    field::{Field, Generator, StagePart},
    places::{PLACES, Place},
    random::{below, combine, mix, of_text, pick, word},
    record_id, text, words,
};

/// What the values of one record are derived from.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Derived from the seed, the object and the record's number.
    pub hash: u64,
    /// The record's number within its object.
    pub number: u64,
    /// How often the record was edited.
    pub revision: u32,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// When it was last changed, in seconds since 1970.
    pub modified: i64,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// An object a reference can point to.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The key prefix of its ids.
    pub prefix: [u8; 3],
    /// How many records there are to point to.
    pub records: u64,
}

/// A value, ready to be written.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// Text.
    Text(&'a str),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Mantissa and digits after the point.
    Decimal(i64, u32),
    /// Seconds since 1970.
    Moment(i64),
    /// Days since 1970.
    Day(i64),
    /// Seconds since midnight.
    Time(i64),
    /// A place and a house number.
    Address(&'static Place, u64),
    /// Latitude and longitude in millionths of a degree.
    Location(i64, i64),
}

/// Twenty digits of house numbers are more than any street has.
const HOUSE_NUMBERS: u64 = 240;
/// The largest text area: what the platform allows for the description of an account.
const LONGEST_TEXT: usize = 32_000;

/// The value of a field. `own_prefix` makes the record's own id, `targets` are the objects of a reference, and `scratch` is
/// where texts that have to be put together go.
pub fn value<'s>(
    field: &Field,
    row: &Row,
    own_prefix: [u8; 3],
    targets: &[Target],
    scratch: &'s mut String,
) -> Value<'s> {
    let hash = combine(row.hash ^ field.salt, if field.changes { u64::from(row.revision) } else { 0 });
    if field.nulls > 0 && below(mix(hash ^ of_text("null")), 100) < u64::from(field.nulls) {
        return Value::Null;
    }
    scratch.clear();
    match field.generator {
        Generator::RecordId => record_id::write(own_prefix, row.number, scratch),
        Generator::Deleted => return Value::Flag(row.deleted),
        Generator::CreatedAt => return Value::Moment(row.created),
        Generator::ModifiedAt => return Value::Moment(row.modified),
        Generator::Reference(_) => {
            let Some(target) = targets.get(usize::try_from(below(mix(hash), targets.len() as u64)).unwrap_or(0)) else {
                return Value::Null;
            };
            if target.records == 0 {
                return Value::Null;
            }
            record_id::write(target.prefix, below(hash, target.records), scratch);
        }
        Generator::GivenName => return Value::Text(given_name(hash)),
        Generator::FamilyName => return Value::Text(family_name(hash)),
        Generator::FullName => {
            scratch.push_str(given_name(hash));
            scratch.push(' ');
            scratch.push_str(family_name(hash));
        }
        Generator::EmailAddress => {
            login(hash, row.number, scratch);
            scratch.push_str("@example.com");
        }
        Generator::Login => {
            login(hash, row.number, scratch);
            scratch.push_str("@tributary-sample.example");
        }
        Generator::Company => company(hash, scratch),
        Generator::PhoneNumber => {
            scratch.push_str(pick(hash, PLACES).calling_code);
            scratch.push(' ');
            text::padded(100 + below(mix(hash), 900), 3, scratch);
            scratch.push_str(" 555 ");
            text::padded(below(mix(hash ^ 1), 10_000), 4, scratch);
        }
        Generator::Website => {
            scratch.push_str("https://www.");
            ascii_lower(word(hash, words::COMPANY_HEADS), scratch);
            scratch.push_str(".example/?ref=");
            text::padded(below(mix(hash), 1_000), 3, scratch);
        }
        Generator::Street => street(pick(hash, PLACES), hash, scratch),
        Generator::City => return Value::Text(pick(hash, PLACES).city),
        Generator::State => return pick(hash, PLACES).state.map_or(Value::Null, Value::Text),
        Generator::PostalCode => return Value::Text(pick(hash, PLACES).postal_code),
        Generator::Country => return Value::Text(pick(hash, PLACES).country),
        Generator::Latitude => return Value::Decimal(nearby(pick(hash, PLACES).latitude, hash), 6),
        Generator::Longitude => return Value::Decimal(nearby(pick(hash, PLACES).longitude, mix(hash)), 6),
        Generator::GeocodeAccuracy => return Value::Text("Street"),
        Generator::Address => return Value::Address(pick(hash, PLACES), hash),
        Generator::Location => {
            let place = pick(hash, PLACES);
            return Value::Location(nearby(place.latitude, hash), nearby(place.longitude, mix(hash)));
        }
        Generator::Pick(list) => return Value::Text(word(hash, list)),
        Generator::PickSeveral(list) => {
            let first = below(hash, list.len() as u64);
            for step in 0..=below(mix(hash), 3.min(list.len() as u64)) {
                let entry = usize::try_from((first + step) % list.len() as u64).unwrap_or(0);
                if step > 0 {
                    scratch.push(';');
                }
                scratch.push_str(list[entry]);
            }
        }
        Generator::Chance(percent) => return Value::Flag(below(hash, 100) < u64::from(percent)),
        Generator::Whole(from, to) => return Value::Whole(between(hash, from, to)),
        Generator::Decimal(from, to, scale) => return Value::Decimal(between(hash, from, to), scale),
        Generator::DayAround(before, after) => {
            return Value::Day(row.created.div_euclid(86_400) + between(hash, -before, after));
        }
        Generator::MomentAfter(seconds) => {
            return Value::Moment((row.created + between(hash, 0, seconds)).min(row.modified));
        }
        Generator::TimeOfDay => return Value::Time(between(hash, 0, 95) * 900),
        Generator::AutoNumber(prefix) => {
            scratch.push_str(prefix);
            text::padded(row.number + 1_000, 8, scratch);
        }
        Generator::DealName => {
            scratch.push_str(word(hash, words::COMPANY_HEADS));
            scratch.push_str(" – ");
            scratch.push_str(word(mix(hash), words::DEALS));
        }
        Generator::Stage(part) => return stage(hash, part),
        Generator::LongText => return long_text(hash, row, scratch),
        Generator::EnteredSince(moment) => {
            if row.modified <= moment {
                return Value::Null;
            }
            scratch.push_str(word(hash, words::SENTENCES));
        }
    }
    Value::Text(scratch)
}

impl Value<'_> {
    /// Appends the value as REST writes it.
    pub fn write_json(&self, out: &mut String) {
        match *self {
            Value::Null => out.push_str("null"),
            Value::Text(value) => text::json_string(value, out),
            Value::Flag(value) => out.push_str(if value { "true" } else { "false" }),
            Value::Whole(value) => text::integer(value, out),
            Value::Decimal(mantissa, scale) => text::decimal(mantissa, scale, out),
            Value::Moment(_) | Value::Day(_) | Value::Time(_) => {
                out.push('"');
                self.write_time("+0000", out);
                out.push('"');
            }
            Value::Address(place, hash) => {
                let mut line = String::with_capacity(40);
                street(place, hash, &mut line);
                let mut part = |name: &str, value: Value| {
                    out.push_str(name);
                    value.write_json(out);
                };
                part("{\"city\":", Value::Text(place.city));
                part(",\"country\":", Value::Text(place.country));
                part(",\"geocodeAccuracy\":", Value::Text("Street"));
                part(",\"latitude\":", Value::Decimal(nearby(place.latitude, hash), 6));
                part(",\"longitude\":", Value::Decimal(nearby(place.longitude, mix(hash)), 6));
                part(",\"postalCode\":", Value::Text(place.postal_code));
                part(",\"state\":", place.state.map_or(Value::Null, Value::Text));
                part(",\"street\":", Value::Text(&line));
                out.push('}');
            }
            Value::Location(latitude, longitude) => {
                out.push_str("{\"latitude\":");
                text::decimal(latitude, 6, out);
                out.push_str(",\"longitude\":");
                text::decimal(longitude, 6, out);
                out.push('}');
            }
        }
    }

    /// Appends the value as the Bulk API writes it. Compound values cannot be asked for there and come out empty.
    pub fn write_csv(&self, out: &mut String) {
        if let Value::Text(value) = *self {
            return text::csv_string(value, out);
        }
        out.push('"');
        match *self {
            Value::Null | Value::Text(_) | Value::Address(..) | Value::Location(..) => {}
            Value::Flag(_) | Value::Whole(_) | Value::Decimal(..) => self.write_json(out),
            Value::Moment(_) | Value::Day(_) | Value::Time(_) => self.write_time("Z", out),
        }
        out.push('"');
    }

    fn write_time(&self, zone: &str, out: &mut String) {
        match *self {
            Value::Moment(seconds) => {
                text::moment(seconds, out);
                out.push_str(zone);
            }
            Value::Day(days) => text::date(days, out),
            Value::Time(seconds) => {
                text::clock(seconds, out);
                out.push_str(".000Z");
            }
            _ => {}
        }
    }
}

fn between(hash: u64, from: i64, to: i64) -> i64 {
    from.saturating_add_unsigned(below(hash, from.abs_diff(to) + 1))
}

fn nearby(degrees: i64, hash: u64) -> i64 {
    degrees + between(mix(hash ^ of_text("nearby")), -40_000, 40_000)
}

fn given_name(hash: u64) -> &'static str {
    word(hash, words::GIVEN_NAMES)
}

fn family_name(hash: u64) -> &'static str {
    word(mix(hash), words::FAMILY_NAMES)
}

/// A name for addresses: only ASCII, made unique by the record's number.
fn login(hash: u64, number: u64, out: &mut String) {
    ascii_lower(given_name(hash), out);
    out.push('.');
    ascii_lower(family_name(hash), out);
    text::integer(i64::try_from(number).unwrap_or(i64::MAX), out);
}

fn ascii_lower(name: &str, out: &mut String) {
    let start = out.len();
    out.extend(name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()));
    if out.len() == start {
        out.push('x');
    }
}

fn company(hash: u64, out: &mut String) {
    out.push_str(word(hash, words::COMPANY_HEADS));
    out.push(' ');
    out.push_str(word(mix(hash), words::COMPANY_TRADES));
    out.push(' ');
    out.push_str(word(mix(hash ^ 1), words::COMPANY_FORMS));
}

fn street(place: &Place, hash: u64, out: &mut String) {
    let line = word(mix(hash ^ of_text("street")), place.streets);
    let (before, after) = line.split_once('#').unwrap_or((line, ""));
    out.push_str(before);
    text::padded(1 + below(mix(hash), HOUSE_NUMBERS), 1, out);
    out.push_str(after);
}

fn stage(hash: u64, part: StagePart) -> Value<'static> {
    let stage = usize::try_from(below(hash, words::STAGES.len() as u64)).unwrap_or(0);
    let won = words::STAGES.len() - 2;
    match part {
        StagePart::Name => Value::Text(words::STAGES[stage]),
        StagePart::Probability => Value::Decimal(words::STAGE_PROBABILITIES[stage] * 10, 1),
        StagePart::Closed => Value::Flag(stage >= won),
        StagePart::Won => Value::Flag(stage == won),
    }
}

fn long_text<'s>(hash: u64, row: &Row, scratch: &'s mut String) -> Value<'s> {
    let sentences = match below(mix(hash), 10) {
        _ if row.number % 400 == 3 => usize::MAX,
        0..6 => return Value::Null,
        some => usize::try_from(some - 5).unwrap_or(1),
    };
    let mut left = LONGEST_TEXT;
    for number in 0..sentences {
        let sentence = word(mix(hash ^ number as u64), words::SENTENCES);
        for letter in sentence.chars().chain(std::iter::once(if number % 7 == 6 { '\n' } else { ' ' })) {
            if left == 0 {
                return Value::Text(scratch);
            }
            scratch.push(letter);
            left -= 1;
        }
    }
    Value::Text(scratch.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::field::FieldType;

    fn row(number: u64) -> Row {
        Row { hash: mix(number), number, revision: 0, created: 1_750_000_000, modified: 1_760_000_000, deleted: false }
    }

    fn json(field: &Field, row: &Row) -> serde_json::Value {
        let (mut scratch, mut out) = (String::new(), String::new());
        let targets = [Target { prefix: *b"001", records: 50 }];
        value(field, row, *b"003", &targets, &mut scratch).write_json(&mut out);
        serde_json::from_str(&out).expect("every value is valid JSON")
    }

    #[test]
    fn the_parts_of_an_address_agree_with_the_whole() {
        let fields = crate::data::field::address_fields("Billing", 20);
        let mut nulls = 0;
        for number in 0..300 {
            let whole = json(fields.last().expect("the compound field"), &row(number));
            for (name, part) in [("street", 0), ("city", 1), ("state", 2), ("latitude", 5), ("longitude", 6)] {
                assert_eq!(whole.get(name).unwrap_or(&serde_json::Value::Null), &json(&fields[part], &row(number)));
            }
            nulls += i32::from(whole.is_null());
        }
        assert!((30..100).contains(&nulls), "about a fifth has no address: {nulls}");
    }

    #[test]
    fn one_record_in_400_has_the_longest_text() {
        let field = Field::new("Description", FieldType::TextArea, Generator::LongText).changes();
        let long = json(&field, &row(403));
        assert_eq!(long.as_str().expect("text").chars().count(), LONGEST_TEXT);
        assert!(json(&field, &row(404)).as_str().is_none_or(|text| text.len() < 1_000));
    }

    #[test]
    fn an_edit_changes_only_fields_that_change() {
        let (kept, changed) = (
            Field::new("Name", FieldType::Text, Generator::Company),
            Field::new("AnnualRevenue", FieldType::Currency, Generator::Decimal(0, 10_000_000_000, 2)).changes(),
        );
        let (before, after) = (row(1), Row { revision: 1, ..row(1) });
        assert_eq!(json(&kept, &before), json(&kept, &after));
        assert_ne!(json(&changed, &before), json(&changed, &after));
    }

    #[test]
    fn references_point_to_records_that_exist() {
        let field = Field::new("AccountId", FieldType::Reference, Generator::Reference(&["Account"]));
        for number in 0..200 {
            let id = json(&field, &row(number));
            let exists =
                (0..50).any(|target| id.as_str() == std::str::from_utf8(&record_id::encode(*b"001", target)).ok());
            assert!(exists, "{id} is not the id of one of the 50 accounts");
        }
    }
}
