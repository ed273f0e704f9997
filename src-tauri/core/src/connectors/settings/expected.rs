//! What a value must be, in words.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
    types::JsonType,
};
use serde_json::Value;
use tributary_contract::Widget;

/// Options that are named; a list of countries is not read in an error.
const NAMED: usize = 20;
const DATE: &str = "a date such as 2024-01-31 or 2024-01-31T08:00:00Z";

/// What the value at fault must be. `widget` is that of the setting where the value is all of it.
pub fn expected(widget: Option<Widget>, schema: &Value, error: &ValidationError<'_>) -> String {
    let keyword = schema.pointer(error.schema_path().as_str());
    match widget {
        Some(Widget::Date) => return date(keyword).to_owned(),
        Some(Widget::Email) => return "an e-mail address".to_owned(),
        Some(Widget::Url) => {
            let is_pattern = matches!(error.kind(), ValidationErrorKind::Pattern { .. });
            return if is_pattern { "an address such as https://your-company.example.com" } else { "an address" }
                .to_owned();
        }
        _ => {}
    }
    match error.kind() {
        ValidationErrorKind::Type { kind } => kinds(kind),
        ValidationErrorKind::Enum { options } => one_of(options.as_array().into_iter().flatten()),
        ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::AnyOf { .. } => alternatives(keyword),
        ValidationErrorKind::Constant { expected_value } => crate::connectors::form::written(expected_value),
        ValidationErrorKind::Format { format } => of_format(format).to_owned(),
        ValidationErrorKind::Pattern { pattern } => format!("text of the form {pattern}"),
        ValidationErrorKind::Minimum { limit } => format!("at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("at most {limit}"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("more than {limit}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        ValidationErrorKind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        ValidationErrorKind::MinLength { limit: 1 } => "filled in".to_owned(),
        ValidationErrorKind::MinLength { limit } => format!("at least {limit} characters long"),
        ValidationErrorKind::MaxLength { limit } => format!("at most {limit} characters long"),
        ValidationErrorKind::MinItems { limit } => format!("a list of at least {limit}"),
        ValidationErrorKind::MaxItems { limit } => format!("a list of at most {limit}"),
        ValidationErrorKind::UniqueItems => "a list that has nothing twice".to_owned(),
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let names: Vec<String> = unexpected
                .iter()
                .take(NAMED)
                .map(|name| format!("“{}”", name.chars().take(60).collect::<String>()))
                .collect();
            format!("without {}", names.join(", "))
        }
        _ => "of the form its description says".to_owned(),
    }
}

fn date(keyword: Option<&Value>) -> &'static str {
    match keyword.and_then(Value::as_str) {
        Some("date") => "a date such as 2024-01-31",
        Some("date-time") => "a date with a time, such as 2024-01-31T08:00:00Z",
        _ => DATE,
    }
}

fn of_format(format: &str) -> &'static str {
    match format {
        "date" => "a date such as 2024-01-31",
        "date-time" => "a date with a time, such as 2024-01-31T08:00:00Z",
        "time" => "a time such as 08:00:00Z",
        "email" => "an e-mail address",
        "uri" => "an address such as https://your-company.example.com",
        "uuid" => "an id such as 123e4567-e89b-12d3-a456-426614174000",
        "hostname" => "the name of a server",
        "ipv4" | "ipv6" => "the address of a server in numbers",
        _ => "of another form",
    }
}

fn kinds(kind: &TypeKind) -> String {
    let word = |kind: JsonType| match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "text",
    };
    match kind {
        TypeKind::Single(one) => word(*one).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(word).collect::<Vec<_>>().join(" or "),
    }
}

fn alternatives(keyword: Option<&Value>) -> String {
    let all: Vec<&Value> = keyword.and_then(Value::as_array).into_iter().flatten().collect();
    let constants: Vec<&Value> = all.iter().filter_map(|one| one.get("const")).collect();
    if !constants.is_empty() && constants.len() == all.len() {
        return one_of(constants);
    }
    let is_date =
        |one: &&Value| one.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("date"));
    if all.iter().any(is_date) { DATE.to_owned() } else { "of one of the forms its description says".to_owned() }
}

fn one_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let mut words: Vec<String> = values.into_iter().map(crate::connectors::form::written).collect();
    if words.len() > NAMED {
        words.truncate(NAMED);
        words.push("…".to_owned());
    }
    format!("one of {}", words.join(", "))
}
