//! What somebody wants to change.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::BulkEntity;
#[cfg(feature = "openapi")]
use super::RecordChange;
use crate::filters::{Condition, Filter, check_written};
use crate::problem::{Fault, FieldCode};
use crate::ticket_types::FIELD_PREFIX;

/// Most records that are named by their ids.
pub const MOST_IDS: usize = 1_000;

/// `POST /bulk-changes`: what its records match, or which they are, and what becomes of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBulkChange {
    /// What is changed.
    pub entity: BulkEntity,
    /// What its records match, in the words of their list: `{"status": ["new", "open"]}`. `{}` is
    /// everything that you see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// Instead of a filter, the records themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1000))]
    pub ids: Option<Vec<String>>,
    /// What becomes of each: that of a ticket or of a customer, as `entity` has it.
    #[cfg_attr(feature = "openapi", schema(value_type = RecordChange))]
    pub change: Map<String, Value>,
}

impl NewBulkChange {
    /// What is wrong with which records it is for.
    pub fn faults(&self) -> Vec<Fault> {
        match (&self.filter, &self.ids) {
            (None, None) => vec![Fault::at("/filter", FieldCode::Required)],
            (Some(_), Some(_)) => vec![Fault::at("/ids", FieldCode::InvalidValue)],
            (None, Some(ids)) if ids.is_empty() => vec![Fault::at("/ids", FieldCode::Required)],
            (None, Some(ids)) if ids.len() > MOST_IDS => {
                vec![Fault::at("/ids", FieldCode::TooMany)]
            }
            (None, Some(_)) => Vec::new(),
            (Some(filter), None) => self.filter_faults(filter),
        }
    }

    fn filter_faults(&self, filter: &Filter) -> Vec<Fault> {
        let fault = |condition: &Condition| {
            // Which fields ticket types have is not known here: that is asked with the configuration.
            let is_own = condition.field.starts_with(FIELD_PREFIX);
            if is_own && self.entity == BulkEntity::Tickets {
                return None;
            }
            let code = check_written(self.entity.fields(), condition).err()?;
            Some(Fault::at(format!("/filter/{}", condition.pointer()), code))
        };
        filter.conditions.iter().filter_map(fault).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(members: Value) -> Vec<Fault> {
        let mut new = json!({"entity": "tickets", "change": {"priority": "low"}});
        let all = new.as_object_mut().unwrap();
        all.extend(members.as_object().unwrap().clone());
        let new: NewBulkChange = serde_json::from_value(new).unwrap();
        new.faults()
    }

    #[test]
    fn it_names_its_records_or_says_what_they_match() {
        for good in [
            json!({"filter": {}}),
            json!({"filter": {"status": ["new", "open"], "assignee": ["me"], "created_from": ["-7d"]}}),
            json!({"ids": ["ticket_01h455vb4pex5vsknk084sn02q"]}),
        ] {
            assert_eq!(faults(good.clone()), [], "{good}");
        }
        let many = vec!["x"; MOST_IDS + 1];
        for (bad, place, code) in [
            (json!({}), "/filter", FieldCode::Required),
            (
                json!({"filter": {}, "ids": ["x"]}),
                "/ids",
                FieldCode::InvalidValue,
            ),
            (json!({"ids": []}), "/ids", FieldCode::Required),
            (json!({"ids": many}), "/ids", FieldCode::TooMany),
            (
                json!({"filter": {"assignee": ["bob"]}}),
                "/filter/assignee",
                FieldCode::InvalidId,
            ),
            (
                json!({"filter": {"lifecycle": ["new"]}}),
                "/filter/lifecycle",
                FieldCode::UnknownField,
            ),
            (
                json!({"filter": {"status": ["new,open"]}}),
                "/filter/status",
                FieldCode::InvalidValue,
            ),
        ] {
            assert_eq!(faults(bad.clone()), [Fault::at(place, code)], "{bad}");
        }
    }
}
