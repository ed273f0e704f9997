//! What a field is: its type as `describe` reports it, and the rule that makes its values.

use std::borrow::Cow;

use super::random::of_text;

/// The type of a field, as the API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// The record's own id.
    Id,
    /// The id of another record.
    Reference,
    /// One line of text.
    Text,
    /// Text with line breaks.
    TextArea,
    /// One of a list.
    Picklist,
    /// Several of a list, joined by semicolons.
    MultiPicklist,
    /// One of a list, or free text.
    Combobox,
    /// Text that is shown masked.
    EncryptedText,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// True or false.
    Boolean,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// An amount of money.
    Currency,
    /// A percentage.
    Percent,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// A time of day.
    Time,
    /// A compound address.
    Address,
    /// A compound position.
    Location,
    /// A value of any type (old and new values of history objects).
    AnyType,
}

impl FieldType {
    /// The name `describe` gives the type.
    pub const fn api_name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Reference => "reference",
            Self::Text => "string",
            Self::TextArea => "textarea",
            Self::Picklist => "picklist",
            Self::MultiPicklist => "multipicklist",
            Self::Combobox => "combobox",
            Self::EncryptedText => "encryptedstring",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Double => "double",
            Self::Currency => "currency",
            Self::Percent => "percent",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Address => "address",
            Self::Location => "location",
            Self::AnyType => "anyType",
        }
    }

    /// The XML schema type `describe` gives beside it.
    pub const fn soap_type(self) -> &'static str {
        match self {
            Self::Id | Self::Reference => "tns:ID",
            Self::Boolean => "xsd:boolean",
            Self::Int => "xsd:int",
            Self::Double | Self::Currency | Self::Percent => "xsd:double",
            Self::Date => "xsd:date",
            Self::DateTime => "xsd:dateTime",
            Self::Time => "xsd:time",
            Self::Address => "urn:address",
            Self::Location => "urn:location",
            Self::AnyType => "xsd:anyType",
            _ => "xsd:string",
        }
    }

    /// Whether values are made of the values of other fields, which the Bulk API refuses to return.
    pub const fn is_compound(self) -> bool {
        matches!(self, Self::Address | Self::Location)
    }

    /// Whether a value can be the left side of a comparison.
    pub const fn is_filterable(self) -> bool {
        !matches!(self, Self::TextArea | Self::Address | Self::Location | Self::AnyType | Self::EncryptedText)
    }
}

/// Which fact of a sales stage a field shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StagePart {
    /// Its name.
    Name,
    /// Its probability in percent.
    Probability,
    /// Whether it ends the sale.
    Closed,
    /// Whether it ends it well.
    Won,
}

/// The rule that makes the values of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Generator {
    /// The record's id.
    RecordId,
    /// Whether the record is deleted.
    Deleted,
    /// When the record was made.
    CreatedAt,
    /// When the record was last changed.
    ModifiedAt,
    /// The id of some record of one of these objects.
    Reference(&'static [&'static str]),
    /// The given name of the record's person.
    GivenName,
    /// The family name of the record's person.
    FamilyName,
    /// Both names.
    FullName,
    /// An address made from the person's name.
    EmailAddress,
    /// A user name made from the person's name.
    Login,
    /// A company's name.
    Company,
    /// A telephone number.
    PhoneNumber,
    /// A web site.
    Website,
    /// Street of the group's place.
    Street,
    /// City of the group's place.
    City,
    /// State of the group's place.
    State,
    /// Postal code of the group's place.
    PostalCode,
    /// Country of the group's place.
    Country,
    /// Latitude of the group's place.
    Latitude,
    /// Longitude of the group's place.
    Longitude,
    /// How exact the position is.
    GeocodeAccuracy,
    /// All of the above as one value.
    Address,
    /// The position as one value.
    Location,
    /// One of a list.
    Pick(&'static [&'static str]),
    /// Up to three of a list.
    PickSeveral(&'static [&'static str]),
    /// True for so many records in a hundred.
    Chance(u8),
    /// A whole number in a range.
    Whole(i64, i64),
    /// A decimal number: smallest and largest mantissa, digits after the point.
    Decimal(i64, i64, u32),
    /// A day, so many days before and after the record was made.
    DayAround(i64, i64),
    /// A moment up to so many seconds after the record was made, never later than its last change.
    MomentAfter(i64),
    /// A time of day.
    TimeOfDay,
    /// The record's number with a prefix, as auto-number fields show it.
    AutoNumber(&'static str),
    /// What an opportunity is called.
    DealName,
    /// A fact of the record's sales stage.
    Stage(StagePart),
    /// Usually nothing or some sentences; for one record in 400 the full 32,000 characters.
    LongText,
    /// Nothing for records last changed up to this moment (a field added later), then some text.
    EnteredSince(i64),
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name the API uses.
    pub name: Cow<'static, str>,
    /// The type.
    pub kind: FieldType,
    /// The rule that makes its values.
    pub generator: Generator,
    /// Records in a hundred without a value.
    pub nulls: u8,
    /// Whether an edit of a record gives the field a new value.
    pub changes: bool,
    /// What the values are derived from; fields of one group (an address, a person) share it.
    pub salt: u64,
    /// The compound field it is a part of.
    pub part_of: Option<Cow<'static, str>>,
    /// The largest number of characters; 0 for types that have none.
    pub length: u32,
}

impl Field {
    /// A field that always has a value and keeps it.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: FieldType, generator: Generator) -> Self {
        let name = name.into();
        let length = match kind {
            FieldType::Id | FieldType::Reference => 18,
            FieldType::TextArea if generator == Generator::LongText => 32_000,
            FieldType::Text | FieldType::TextArea | FieldType::Picklist | FieldType::Combobox | FieldType::Url => 255,
            FieldType::MultiPicklist => 4_099,
            FieldType::Email => 80,
            FieldType::Phone => 40,
            FieldType::EncryptedText => 175,
            _ => 0,
        };
        let salt = of_text(&name);
        Self { name, kind, generator, nulls: 0, changes: false, salt, part_of: None, length }
    }

    /// So many records in a hundred have no value.
    #[must_use]
    pub fn nulls(mut self, percent: u8) -> Self {
        self.nulls = percent;
        self
    }

    /// An edit gives the field a new value.
    #[must_use]
    pub fn changes(mut self) -> Self {
        self.changes = true;
        self
    }

    /// The field belongs to a group whose values agree with each other.
    #[must_use]
    pub fn group(mut self, group: &str) -> Self {
        self.salt = of_text(group);
        self
    }

    /// The field is a part of a compound field.
    #[must_use]
    pub fn part_of(mut self, compound: impl Into<Cow<'static, str>>) -> Self {
        self.part_of = Some(compound.into());
        self
    }

    /// Whether people of the org added it.
    pub fn is_custom(&self) -> bool {
        self.name.ends_with("__c") || self.name.ends_with("__s")
    }

    /// What people see as its name.
    pub fn label(&self) -> String {
        let name = self.name.trim_end_matches("__c").trim_end_matches("__s").trim_end_matches("Id");
        let mut label = String::with_capacity(name.len() + 4);
        let mut before = ' ';
        for letter in name.chars() {
            if letter == '_' {
                label.push(' ');
            } else {
                if letter.is_uppercase() && before.is_lowercase() {
                    label.push(' ');
                }
                label.push(letter);
            }
            before = letter;
        }
        label
    }
}

/// The nine fields of an address: the compound one and its parts.
pub fn address_fields(prefix: &str, nulls: u8) -> Vec<Field> {
    let compound = format!("{prefix}Address");
    let group = format!("{prefix} place");
    [
        ("Street", FieldType::TextArea, Generator::Street),
        ("City", FieldType::Text, Generator::City),
        ("State", FieldType::Text, Generator::State),
        ("PostalCode", FieldType::Text, Generator::PostalCode),
        ("Country", FieldType::Text, Generator::Country),
        ("Latitude", FieldType::Double, Generator::Latitude),
        ("Longitude", FieldType::Double, Generator::Longitude),
        ("GeocodeAccuracy", FieldType::Picklist, Generator::GeocodeAccuracy),
    ]
    .into_iter()
    .map(|(part, kind, generator)| Field::new(format!("{prefix}{part}"), kind, generator).part_of(compound.clone()))
    .chain(std::iter::once(Field::new(compound.clone(), FieldType::Address, Generator::Address)))
    .map(|field| field.group(&group).nulls(nulls))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_words() {
        let label = |name: &'static str| Field::new(name, FieldType::Text, Generator::Company).label();
        assert_eq!(label("BillingPostalCode"), "Billing Postal Code");
        assert_eq!(label("Order_Total__c"), "Order Total");
        assert_eq!(label("OwnerId"), "Owner");
    }
}
