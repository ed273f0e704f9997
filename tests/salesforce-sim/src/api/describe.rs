//! Which objects there are and which fields they have.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde_json::{Value, json};

use super::{limits::version, reply};
use crate::{
    data::field::{Field, FieldType, Generator},
    mode::Refusal,
    org::table::Table,
    shared::Shared,
};

/// `GET /services/data/vNN.0/sobjects`
pub async fn list(State(shared): State<Arc<Shared>>, Path(path): Path<String>) -> Response {
    shared.count(|stats| stats.object_lists += 1);
    if version(&path).is_none() {
        return reply::not_found();
    }
    let objects: Vec<_> = shared
        .org()
        .tables()
        .filter(|table| !shared.hides(&table.spec.name))
        .map(|table| summary(table, &path))
        .collect();
    let body = json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects});
    reply::json_reply(StatusCode::OK, body.to_string())
}

/// `GET /services/data/vNN.0/sobjects/X/describe`
pub async fn describe(State(shared): State<Arc<Shared>>, Path((path, object)): Path<(String, String)>) -> Response {
    shared.count(|stats| stats.describes += 1);
    if version(&path).is_none() {
        return reply::not_found();
    }
    if shared.forbids(&object) {
        return Refusal::InsufficientAccess.rest();
    }
    let body = {
        let org = shared.org();
        let Some(table) = org.table(&object).ok().filter(|_| !shared.hides(&object)) else {
            return reply::error(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist");
        };
        let mut body = summary(table, &path);
        body["fields"] = table.fields.iter().map(|field| field_description(field)).collect();
        body["childRelationships"] = json!([]);
        body["recordTypeInfos"] = json!([]);
        body
    };
    reply::json_reply(StatusCode::OK, body.to_string())
}

fn summary(table: &Table, path: &str) -> Value {
    let (spec, editable) = (&table.spec, table.spec.editable);
    let label = spec.label();
    let url = format!("/services/data/{path}/sobjects/{}", spec.name);
    json!({
        "activateable": false,
        "createable": editable,
        "custom": spec.is_custom(),
        "customSetting": false,
        "deletable": editable,
        "deprecatedAndHidden": false,
        "feedEnabled": editable,
        "keyPrefix": String::from_utf8_lossy(&spec.prefix),
        "label": label,
        "labelPlural": format!("{label}s"),
        "layoutable": editable,
        "mergeable": matches!(spec.name.as_ref(), "Account" | "Contact" | "Lead"),
        "mruEnabled": editable,
        "name": spec.name,
        "queryable": true,
        "replicateable": true,
        "retrieveable": true,
        "searchable": editable,
        "triggerable": editable,
        "undeletable": editable,
        "updateable": editable,
        "urls": {"describe": format!("{url}/describe"), "rowTemplate": format!("{url}/{{ID}}"), "sobject": url},
    })
}

fn field_description(field: &Field) -> Value {
    let kind = field.kind;
    let system = matches!(
        field.generator,
        Generator::RecordId | Generator::Deleted | Generator::CreatedAt | Generator::ModifiedAt
    ) || matches!(field.name.as_ref(), "CreatedById" | "LastModifiedById");
    let references: &[&str] = if let Generator::Reference(objects) = field.generator { objects } else { &[] };
    let relationship = (!references.is_empty()).then(|| match field.name.strip_suffix("__c") {
        Some(stem) => format!("{stem}__r"),
        None => field.name.trim_end_matches("Id").to_owned(),
    });
    let picklist: &[&str] = match field.generator {
        Generator::Pick(list) | Generator::PickSeveral(list)
            if matches!(kind, FieldType::Picklist | FieldType::MultiPicklist | FieldType::Combobox) =>
        {
            list
        }
        _ => &[],
    };
    let picklist: Vec<_> = picklist
        .iter()
        .map(|value| json!({"active": true, "defaultValue": false, "label": value, "validFor": null, "value": value}))
        .collect();
    let (precision, scale, digits) = match (kind, field.generator) {
        (FieldType::Int, _) => (0, 0, 9),
        (_, Generator::Decimal(_, _, scale)) => (18, scale, 0),
        (_, Generator::Latitude | Generator::Longitude) => (18, 15, 0),
        (FieldType::Percent, _) => (3, 0, 0),
        _ => (0, 0, 0),
    };
    let name_field = field.name == "Name" || field.name == "CaseNumber";
    json!({
        "aggregatable": kind.is_filterable(),
        "autoNumber": matches!(field.generator, Generator::AutoNumber(_)),
        "byteLength": field.length * 3,
        "calculated": false,
        "calculatedFormula": null,
        "cascadeDelete": false,
        "caseSensitive": false,
        "compoundFieldName": field.part_of,
        "createable": !system && !kind.is_compound(),
        "custom": field.is_custom(),
        "defaultValue": if kind == FieldType::Boolean { json!(false) } else { Value::Null },
        "defaultedOnCreate": system,
        "deprecatedAndHidden": false,
        "digits": digits,
        "encrypted": kind == FieldType::EncryptedText,
        "externalId": false,
        "filterable": kind.is_filterable(),
        "groupable": kind.is_filterable() && kind.soap_type() != "xsd:double",
        "idLookup": kind == FieldType::Id,
        "inlineHelpText": null,
        "label": field.label(),
        "length": field.length,
        "name": field.name,
        "nameField": name_field,
        "nillable": !system && kind != FieldType::Boolean,
        "permissionable": !system && !name_field,
        "picklistValues": picklist,
        "precision": precision,
        "referenceTo": references,
        "relationshipName": relationship,
        "restrictedPicklist": false,
        "scale": scale,
        "soapType": kind.soap_type(),
        "sortable": kind.is_filterable(),
        "type": kind.api_name(),
        "unique": false,
        "updateable": !system && !kind.is_compound(),
    })
}
