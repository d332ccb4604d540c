//! Making a customer of what is said to change one.

use super::{CustomerPatch, NewCustomer};

impl CustomerPatch {
    /// The new customer that this describes; none without a name. A member that is null is left
    /// out.
    pub fn into_new(self) -> Option<NewCustomer> {
        Some(NewCustomer {
            name: self.name?,
            kind: self.kind,
            nature: self.nature.apply(None),
            industry: self.industry.apply(None),
            job_title: self.job_title.apply(None),
            phones: self.phones.unwrap_or_default(),
            emails: self.emails.unwrap_or_default(),
            address: self.address.apply(None),
            region: self.region.apply(None),
            birthday_on: self.birthday_on.apply(None),
            source_channel: self.source_channel.apply(None),
            owner_id: self.owner_id.apply(None),
            team_id: self.team_id,
            lifecycle: self.lifecycle,
            tags: self.tags.unwrap_or_default(),
            note: self.note.apply(None),
            external_ids: self.external_ids.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Both read the same members, so that none can be forgotten between them.
    #[test]
    fn a_patch_makes_what_the_same_body_would_have_made() {
        let body = json!({"name": "王芳", "kind": "organisation", "nature": "government",
            "industry": "物流", "job_title": "经理", "phones": ["+8613800138000"],
            "emails": ["a@example.com"], "address": "南京路 1 号", "region": "上海",
            "birthday_on": "1990-05-12", "source_channel": "phone",
            "owner_id": "user_01h455vb4pex5vsknk084sn02q",
            "team_id": "team_01h455vb4pex5vsknk084sn02q", "lifecycle": "active",
            "tags": ["大客户"], "note": "备注", "external_ids": [{"source": "crm", "id": "7"}]});
        let new: NewCustomer = serde_json::from_value(body.clone()).unwrap();
        let told = serde_json::to_value(&new).unwrap();
        let is_told = |(name, value): (&String, &Value)| body[name] == *value;
        assert!(told.as_object().unwrap().iter().all(is_told), "{told}");
        let patch: CustomerPatch = serde_json::from_value(body).unwrap();
        assert_eq!(patch.into_new(), Some(new));
    }

    #[test]
    fn there_is_no_customer_without_a_name() {
        let patch: CustomerPatch = serde_json::from_value(json!({"note": null})).unwrap();
        assert_eq!(patch.into_new(), None);
    }
}
