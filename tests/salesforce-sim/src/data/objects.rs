//! The objects every simulated org has.

use std::borrow::Cow;

use super::{
    field::{Field, FieldType as T, Generator as G, StagePart, address_fields},
    record_id, words,
};

/// An object: a table of the org.
#[derive(Clone, Debug)]
pub struct ObjectSpec {
    /// The name the API uses.
    pub name: Cow<'static, str>,
    /// The first three characters of its record ids.
    pub prefix: [u8; 3],
    /// Its fields, in the order `describe` lists them.
    pub fields: Vec<Field>,
    /// Whether records can be changed, added and deleted. History objects cannot, and have no `SystemModstamp`.
    pub editable: bool,
    /// Rows when the configuration does not say.
    pub default_rows: u64,
}

/// Rows of an object the configuration does not mention and that has no number of its own.
pub const SMALL_DEFAULT: u64 = 25;

/// Kinds of change a history object knows.
const HISTORY_FIELDS: &[&str] = &["Owner", "Industry", "Rating", "AnnualRevenue", "created"];

impl ObjectSpec {
    /// The field whose value orders the records: the one a client asks for changes by.
    pub fn clock_field(&self) -> &'static str {
        if self.editable { "SystemModstamp" } else { "CreatedDate" }
    }

    /// Whether people of the org added it.
    pub fn is_custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    /// What people see as its name.
    pub fn label(&self) -> String {
        Field::new(self.name.clone(), T::Text, G::RecordId).label()
    }

    /// An object with the fields every object has around its own.
    pub fn with_system_fields(name: impl Into<Cow<'static, str>>, prefix: [u8; 3], rows: u64, own: Vec<Field>) -> Self {
        let owner = own.iter().any(|field| field.name == "OwnerId" || field.name == "Username");
        let mut fields = vec![Field::new("Id", T::Id, G::RecordId), Field::new("IsDeleted", T::Boolean, G::Deleted)];
        fields.extend(own);
        if !owner {
            fields.push(Field::new("OwnerId", T::Reference, G::Reference(&["User"])));
        }
        fields.extend([
            Field::new("CreatedDate", T::DateTime, G::CreatedAt),
            Field::new("CreatedById", T::Reference, G::Reference(&["User"])),
            Field::new("LastModifiedDate", T::DateTime, G::ModifiedAt),
            Field::new("LastModifiedById", T::Reference, G::Reference(&["User"])).changes(),
            Field::new("SystemModstamp", T::DateTime, G::ModifiedAt),
        ]);
        Self { name: name.into(), prefix, fields, editable: true, default_rows: rows }
    }
}

/// The objects of a small org: seven standard ones, a history object and two custom ones.
pub fn standard_objects() -> Vec<ObjectSpec> {
    vec![account(), contact(), lead(), opportunity(), case(), user(), task(), account_history(), invoice(), project()]
}

fn text(name: &'static str, generator: G) -> Field {
    Field::new(name, T::Text, generator)
}

fn pick(name: &'static str, list: &'static [&'static str]) -> Field {
    Field::new(name, T::Picklist, G::Pick(list))
}

fn reference(name: &'static str, to: &'static [&'static str]) -> Field {
    Field::new(name, T::Reference, G::Reference(to))
}

fn person() -> Vec<Field> {
    vec![
        text("FirstName", G::GivenName).group("person"),
        text("LastName", G::FamilyName).group("person"),
        text("Name", G::FullName).group("person"),
    ]
}

fn email(nulls: u8) -> Field {
    Field::new("Email", T::Email, G::EmailAddress).group("person").nulls(nulls)
}

fn phone(name: &'static str, nulls: u8) -> Field {
    Field::new(name, T::Phone, G::PhoneNumber).nulls(nulls).changes()
}

fn account() -> ObjectSpec {
    let mut own = vec![
        text("Name", G::Company),
        pick("Type", &["Prospect", "Customer - Direct", "Customer - Channel", "Partner", "Other"]).nulls(10),
        reference("ParentId", &["Account"]).nulls(85),
    ];
    own.extend(address_fields("Billing", 8));
    own.extend(address_fields("Shipping", 40));
    own.extend([
        phone("Phone", 5),
        Field::new("Website", T::Url, G::Website).nulls(15),
        pick("Industry", words::INDUSTRIES).nulls(10),
        Field::new("AnnualRevenue", T::Currency, G::Decimal(1_000_000, 95_000_000_000, 2)).nulls(25).changes(),
        Field::new("NumberOfEmployees", T::Int, G::Whole(1, 90_000)).nulls(20).changes(),
        Field::new("Description", T::TextArea, G::LongText).changes(),
        pick("Rating", &["Hot", "Warm", "Cold"]).nulls(30).changes(),
        pick("AccountSource", &["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"]).nulls(35),
        Field::new("Health_Score__c", T::Percent, G::Decimal(0, 1_000, 1)).nulls(20).changes(),
        Field::new("Onboarded_On__c", T::Date, G::DayAround(0, 90)).nulls(30),
        Field::new("Tags__c", T::MultiPicklist, G::PickSeveral(&["VIP", "Reference", "EU", "Nonprofit", "Beta"]))
            .nulls(50),
    ]);
    ObjectSpec::with_system_fields("Account", *b"001", 400, own)
}

fn contact() -> ObjectSpec {
    let mut own = vec![reference("AccountId", &["Account"]).nulls(4)];
    own.extend(person());
    own.extend(address_fields("Mailing", 15));
    own.extend([
        phone("Phone", 20),
        phone("MobilePhone", 35),
        email(6),
        text("Title", G::Pick(words::JOB_TITLES)).nulls(12).changes(),
        pick("Department", words::DEPARTMENTS).nulls(30),
        Field::new("Birthdate", T::Date, G::DayAround(27_000, -7_000)).nulls(60),
        Field::new("HasOptedOutOfEmail", T::Boolean, G::Chance(12)).changes(),
        reference("ReportsToId", &["Contact"]).nulls(70),
        Field::new("Description", T::TextArea, G::Pick(words::SENTENCES)).nulls(55).changes(),
        Field::new("Passport_Number__c", T::EncryptedText, G::AutoNumber("P")).nulls(90),
    ]);
    ObjectSpec::with_system_fields("Contact", *b"003", 900, own)
}

fn lead() -> ObjectSpec {
    let mut own = person();
    own.extend([text("Title", G::Pick(words::JOB_TITLES)).nulls(25), text("Company", G::Company)]);
    own.extend(address_fields("", 30));
    own.extend([
        phone("Phone", 25),
        email(10),
        pick(
            "Status",
            &["Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"],
        )
        .changes(),
        pick("LeadSource", &["Web", "Phone Inquiry", "Partner Referral", "Trade Show", "Other"]).nulls(10),
        pick("Rating", &["Hot", "Warm", "Cold"]).nulls(40).changes(),
        Field::new("IsConverted", T::Boolean, G::Chance(18)),
        Field::new("IsUnreadByOwner", T::Boolean, G::Chance(40)).changes(),
        Field::new("Score__c", T::Double, G::Decimal(0, 100_000, 3)).nulls(15).changes(),
    ]);
    ObjectSpec::with_system_fields("Lead", *b"00Q", 350, own)
}

fn opportunity() -> ObjectSpec {
    let stage = |name, kind, part| Field::new(name, kind, G::Stage(part)).group("stage").changes();
    let own = vec![
        reference("AccountId", &["Account"]),
        text("Name", G::DealName),
        Field::new("Description", T::TextArea, G::Pick(words::SENTENCES)).nulls(50).changes(),
        stage("StageName", T::Picklist, StagePart::Name),
        Field::new("Amount", T::Currency, G::Decimal(50_000, 48_000_000, 2)).nulls(8).changes(),
        stage("Probability", T::Percent, StagePart::Probability),
        Field::new("CloseDate", T::Date, G::DayAround(-10, 270)),
        pick("Type", &["New Customer", "Existing Customer - Upgrade", "Existing Customer - Renewal"]).nulls(15),
        text("NextStep", G::Pick(words::SUBJECTS)).nulls(45).changes(),
        pick("LeadSource", &["Web", "Phone Inquiry", "Partner Referral", "Trade Show", "Other"]).nulls(20),
        stage("IsClosed", T::Boolean, StagePart::Closed),
        stage("IsWon", T::Boolean, StagePart::Won),
        pick("ForecastCategory", &["Pipeline", "BestCase", "Forecast", "Closed", "Omitted"]).changes(),
        reference("ContactId", &["Contact"]).nulls(35),
        Field::new("Discount__c", T::Percent, G::Decimal(0, 400, 1)).nulls(60).changes(),
    ];
    ObjectSpec::with_system_fields("Opportunity", *b"006", 500, own)
}

fn case() -> ObjectSpec {
    let own = vec![
        text("CaseNumber", G::AutoNumber("")),
        reference("ContactId", &["Contact"]).nulls(10),
        reference("AccountId", &["Account"]).nulls(8),
        text("Subject", G::Pick(words::SUBJECTS)),
        pick("Status", &["New", "Working", "Escalated", "Closed"]).changes(),
        pick("Origin", &["Phone", "Email", "Web"]).nulls(5),
        pick("Priority", &["High", "Medium", "Low"]).changes(),
        pick("Reason", &["Installation", "Performance", "Breakdown", "Billing", "Other"]).nulls(30),
        Field::new("IsEscalated", T::Boolean, G::Chance(7)).changes(),
        Field::new("ClosedDate", T::DateTime, G::MomentAfter(30 * 86_400)).nulls(45),
        text("SuppliedEmail", G::EmailAddress).group("person").nulls(50),
        Field::new("Description", T::TextArea, G::Pick(words::SENTENCES)).nulls(20).changes(),
        Field::new("Satisfaction__c", T::Int, G::Whole(1, 5)).nulls(40).changes(),
    ];
    ObjectSpec::with_system_fields("Case", *b"500", 450, own)
}

fn user() -> ObjectSpec {
    let mut own = vec![Field::new("Username", T::Text, G::Login).group("person")];
    own.extend(person());
    own.push(email(0));
    own.extend(address_fields("", 30));
    own.extend([
        phone("Phone", 30),
        text("Alias", G::AutoNumber("u")),
        text("Title", G::Pick(words::JOB_TITLES)).nulls(30),
        pick("Department", words::DEPARTMENTS).nulls(20),
        Field::new("IsActive", T::Boolean, G::Chance(90)).changes(),
        pick("TimeZoneSidKey", &["America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Tokyo"]),
        pick("LanguageLocaleKey", &["en_US", "de", "fr", "ja"]),
        pick("UserType", &["Standard", "PowerPartner"]),
        Field::new("LastLoginDate", T::DateTime, G::MomentAfter(200 * 86_400)).nulls(10),
    ]);
    ObjectSpec::with_system_fields("User", *b"005", 25, own)
}

fn task() -> ObjectSpec {
    let own = vec![
        reference("WhoId", &["Contact", "Lead"]).nulls(15),
        reference("WhatId", &["Account", "Opportunity", "Case"]).nulls(30),
        Field::new("Subject", T::Combobox, G::Pick(words::SUBJECTS)),
        Field::new("ActivityDate", T::Date, G::DayAround(0, 60)).nulls(10),
        pick("Status", &["Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"]).changes(),
        pick("Priority", &["High", "Normal", "Low"]),
        Field::new("IsHighPriority", T::Boolean, G::Chance(20)).changes(),
        Field::new("Description", T::TextArea, G::Pick(words::SENTENCES)).nulls(35).changes(),
        reference("AccountId", &["Account"]).nulls(25),
        Field::new("IsClosed", T::Boolean, G::Chance(55)).changes(),
        Field::new("CallDurationInSeconds", T::Int, G::Whole(5, 5_400)).nulls(75),
        Field::new("CompletedDateTime", T::DateTime, G::MomentAfter(10 * 86_400)).nulls(45),
    ];
    ObjectSpec::with_system_fields("Task", *b"00T", 700, own)
}

fn account_history() -> ObjectSpec {
    let fields = vec![
        Field::new("Id", T::Id, G::RecordId),
        Field::new("IsDeleted", T::Boolean, G::Deleted),
        reference("AccountId", &["Account"]),
        reference("CreatedById", &["User"]),
        Field::new("CreatedDate", T::DateTime, G::ModifiedAt),
        pick("Field", HISTORY_FIELDS),
        pick("DataType", &["Text", "DynamicEnum", "Currency", "EntityId"]),
        Field::new("OldValue", T::AnyType, G::Pick(&["Cold", "12000", "4.5", "true", "Retail", "Energy"])).nulls(30),
        Field::new("NewValue", T::AnyType, G::Pick(&["Hot", "98000", "7.25", "false", "Media", "Biotechnology"]))
            .nulls(5),
    ];
    ObjectSpec { name: "AccountHistory".into(), prefix: *b"017", fields, editable: false, default_rows: 300 }
}

fn invoice() -> ObjectSpec {
    let own = vec![
        text("Name", G::AutoNumber("INV-")),
        reference("Account__c", &["Account"]),
        reference("Opportunity__c", &["Opportunity"]).nulls(20),
        Field::new("Issued_On__c", T::Date, G::DayAround(0, 5)),
        Field::new("Due_On__c", T::Date, G::DayAround(-14, 60)),
        Field::new("Net_Total__c", T::Currency, G::Decimal(-500_000, 25_000_000, 2)).changes(),
        Field::new("Tax_Rate__c", T::Percent, G::Decimal(0, 2_700, 2)),
        Field::new("Paid__c", T::Boolean, G::Chance(64)).changes(),
        Field::new("Paid_At__c", T::DateTime, G::MomentAfter(40 * 86_400)).nulls(36),
        pick("Currency__c", &["USD", "EUR", "GBP", "CHF", "JPY"]),
        Field::new("Note__c", T::TextArea, G::Pick(words::SENTENCES)).nulls(60).changes(),
    ];
    ObjectSpec::with_system_fields("Invoice__c", record_id::custom_prefix(0), 600, own)
}

fn project() -> ObjectSpec {
    let location =
        |name, generator| Field::new(name, T::Double, generator).group("site").nulls(25).part_of("Site_Location__c");
    let own = vec![
        text("Name", G::Company),
        reference("Account__c", &["Account"]),
        pick("Phase__c", &["Planned", "Running", "On hold", "Done"]).changes(),
        Field::new("Kick_Off__c", T::Date, G::DayAround(0, 120)),
        Field::new("Daily_Standup__c", T::Time, G::TimeOfDay).nulls(20),
        Field::new("Budget__c", T::Currency, G::Decimal(100_000, 900_000_000, 2)).changes(),
        Field::new("Hours_Spent__c", T::Double, G::Decimal(0, 900_000, 2)).changes(),
        location("Site_Location__Latitude__s", G::Latitude),
        location("Site_Location__Longitude__s", G::Longitude),
        Field::new("Site_Location__c", T::Location, G::Location).group("site").nulls(25),
        Field::new("Skills__c", T::MultiPicklist, G::PickSeveral(&["Design", "Rust", "SQL", "Français", "運用"]))
            .nulls(30),
        Field::new("Wiki__c", T::Url, G::Website).nulls(40),
    ];
    ObjectSpec::with_system_fields("Project__c", record_id::custom_prefix(1), 80, own)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_references_name_objects_that_exist() {
        let objects = standard_objects();
        let names: HashSet<_> = objects.iter().map(|object| object.name.as_ref()).collect();
        assert_eq!(names.len(), objects.len());
        for object in &objects {
            let fields: HashSet<_> = object.fields.iter().map(|field| field.name.to_lowercase()).collect();
            assert_eq!(fields.len(), object.fields.len(), "{} has two fields of one name", object.name);
            assert!(fields.contains(&object.clock_field().to_lowercase()));
            for field in &object.fields {
                if let G::Reference(targets) = field.generator {
                    assert!(targets.iter().all(|target| names.contains(target)), "{} points nowhere", field.name);
                }
            }
        }
    }
}
