//! Where in a mapping the fault of a mapping lies.

use serde_json::Value;

use super::faults::{ImportCode, ImportFault};
use super::files::ImportEntity;
use super::mapping::Mapping;

/// Members whose texts are no columns.
const CONSTANTS: [&str; 8] = [
    "source",
    "zone",
    "default",
    "otherwise",
    "values",
    "date_formats",
    "formats",
    "style",
];

/// Members that stand at the top of a mapping.
const AT_THE_TOP: [&str; 8] = [
    "event",
    "order",
    "profile",
    "ticket",
    "customer",
    "agent",
    "team",
    "delimiter",
];

impl Mapping {
    /// The JSON pointer to where the fault lies, in a body whose member `mapping` this is.
    pub fn pointer(&self, fault: &ImportFault) -> String {
        let inner = self.inner_pointer(fault).unwrap_or_default();
        format!("/mapping{inner}")
    }

    fn inner_pointer(&self, fault: &ImportFault) -> Option<String> {
        let tree = serde_json::to_value(self).ok()?;
        let column = fault.column.as_deref();
        let value = fault.args.get("value");
        match fault.code {
            ImportCode::UnknownZone => Some("/zone".to_owned()),
            ImportCode::ColumnNotMapped => Some("/ignore".to_owned()),
            ImportCode::ColumnIgnoredAndMapped => {
                let place = self
                    .ignore
                    .iter()
                    .position(|name| Some(&**name) == column)?;
                Some(format!("/ignore/{place}"))
            }
            ImportCode::ColumnMissing | ImportCode::ColumnTwice => first(&tree, &|path, text| {
                Some(text) == column && !path.iter().any(|part| CONSTANTS.contains(part))
            }),
            ImportCode::BadDateFormat => first(&tree, &|path, text| {
                Some(text) == value.map(String::as_str)
                    && path
                        .iter()
                        .any(|part| ["date_formats", "formats"].contains(part))
            }),
            ImportCode::BadConstant => {
                let field = fault.args.get("field")?;
                let last = field.rsplit('.').next().unwrap_or(field);
                first(&tree, &|path, text| {
                    Some(text) == value.map(String::as_str) && path.contains(&last)
                })
            }
            ImportCode::FieldMissing | ImportCode::FieldNotPossible => {
                Some(self.member(fault.args.get("field")?))
            }
            _ => None,
        }
    }

    /// The pointer to a field that faults name with dots: `event.status.column`.
    fn member(&self, field: &str) -> String {
        let top = field.split('.').next().unwrap_or(field);
        let within = match self.entity() {
            _ if AT_THE_TOP.contains(&top) => "",
            ImportEntity::Tickets => "/ticket",
            ImportEntity::Customers => "/profile",
        };
        format!("{within}/{}", field.replace('.', "/"))
    }
}

/// The pointer to the first text for which `is_it` holds; it is asked with the path and the text.
fn first(tree: &Value, is_it: &dyn Fn(&[&str], &str) -> bool) -> Option<String> {
    fn walk<'t>(
        value: &'t Value,
        path: &mut Vec<&'t str>,
        places: &mut Vec<String>,
        is_it: &dyn Fn(&[&str], &str) -> bool,
    ) -> bool {
        let mut below = |name: Option<&'t str>, place: String, value: &'t Value| {
            path.extend(name);
            places.push(place);
            let found = walk(value, path, places, is_it);
            if !found {
                places.pop();
            }
            if name.is_some() {
                path.pop();
            }
            found
        };
        match value {
            Value::String(text) => is_it(path, text),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .any(|(place, item)| below(None, place.to_string(), item)),
            Value::Object(members) => members.iter().any(|(name, member)| {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                below(Some(name), escaped, member)
            }),
            _ => false,
        }
    }
    let mut places = Vec::new();
    walk(tree, &mut Vec::new(), &mut places, is_it).then(|| {
        places
            .iter()
            .map(|place| format!("/{place}"))
            .collect::<String>()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Plan;
    use super::*;

    #[test]
    fn each_fault_of_a_mapping_has_its_place() {
        let mapping = json!({
            "source": "desk", "row_per": "ticket", "zone": "Mars/Olympus", "key": "id",
            "date_formats": ["%Y", "%Y-%m-%d"],
            "ticket": {
                "opened_at": {"column": "when", "formats": ["%H:%M"]},
                "status": {"column": "state", "values": {"a/b": "gone"}},
                "type": {"default": "Request"}, "channel": {"default": "email"},
                "subject": {"columns": ["id", "title"]},
                "closed_at": {},
            },
            "event": {"at": {"column": "when"}, "status": {"column": "state"}},
            "ignore": ["other", "id"],
        });
        let mapping = Mapping::parse(mapping.to_string().as_bytes()).unwrap();
        let header = ["id", "when", "extra"];
        let faults = Plan::new(&mapping, &header, |_, _| true).unwrap_err();
        let mut told: Vec<(&str, String)> = faults
            .iter()
            .map(|fault| (fault.code.code(), mapping.pointer(fault)))
            .collect();
        told.sort();
        let expected = [
            ("bad_constant", "/mapping/ticket/status/values/a~1b"),
            ("bad_constant", "/mapping/ticket/type/default"),
            ("bad_date_format", "/mapping/date_formats/0"),
            ("bad_date_format", "/mapping/ticket/opened_at/formats/0"),
            ("column_ignored_and_mapped", "/mapping/ignore/1"),
            ("column_missing", "/mapping/event/status/column"),
            ("column_missing", "/mapping/ticket/subject/columns/1"),
            ("column_not_mapped", "/mapping/ignore"),
            ("field_missing", "/mapping/ticket/closed_at"),
            ("field_missing", "/mapping/ticket/subject/default"),
            ("field_not_possible", "/mapping/event"),
            ("unknown_zone", "/mapping/zone"),
        ];
        told.dedup();
        assert_eq!(told, expected.map(|(code, place)| (code, place.to_owned())));
    }
}
