//! Makes the document's components what a reader and a generator of clients expect of them: each
//! named once, referred to by its name, and no more than are used.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{Components, OpenApi, Ref, RefOr, Schema};

/// Refers to the rows of a page by their name: the generic type writes them out anew each time.
pub(super) fn name_rows(components: &mut Components) {
    let names: Vec<String> = components.schemas.keys().cloned().collect();
    for name in &names {
        let Some(row) = name.strip_prefix("Page_") else {
            continue;
        };
        if !components.schemas.contains_key(row) {
            continue;
        }
        if let Some(RefOr::T(Schema::Object(page))) = components.schemas.get_mut(name)
            && let Some(RefOr::T(Schema::Array(data))) = page.properties.get_mut("data")
        {
            data.items = ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(row))));
        }
    }
}

/// Drops schemas and responses that nothing refers to, and what only they referred to.
pub(super) fn drop_unused(document: &mut OpenApi) {
    loop {
        let mut used = BTreeSet::new();
        if let Ok(value) = serde_json::to_value(&*document) {
            collect(&value, &mut used);
        }
        let Some(components) = &mut document.components else {
            return;
        };
        let before = components.schemas.len() + components.responses.len();
        components
            .schemas
            .retain(|name, _| used.contains(&format!("#/components/schemas/{name}")));
        components
            .responses
            .retain(|name, _| used.contains(&format!("#/components/responses/{name}")));
        if components.schemas.len() + components.responses.len() == before {
            return;
        }
    }
}

/// Every reference in the value.
pub(super) fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str() {
                    Some(reference) if key == "$ref" => {
                        into.insert(reference.to_owned());
                    }
                    _ => collect(value, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}
