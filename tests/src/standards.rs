//! A ticket type with a field of every kind and a pipeline with everything that a stage can ask.

use rapport_types::ticket_types::{FieldValue, FieldValues, TypeDefinition};
use rapport_types::users::User;
use serde_json::{Value, json};

use crate::generate::Dice;

/// The type that has it.
pub const TYPE: &str = "complaint";

/// Its fields and pipelines as they are written.
pub fn written() -> Value {
    let field = |code: &str, kind: &str| json!({"code": code, "names": {"en": code}, "kind": kind});
    let mut grade = field("grade", "choice");
    grade["options"] = json!([{"code": "one", "names": {"en": "One", "zh-CN": "一级"}},
        {"code": "two", "names": {"en": "Two", "zh-CN": "二级"}}]);
    let mut paid = field("compensation", "money");
    paid["currency"] = json!("CNY");
    paid["minimum"] = json!(0);
    let mut mood = field("mood", "number");
    mood["minimum"] = json!(1);
    mood["maximum"] = json!(5);
    let stage = |code: &str, status: &str, rest: Value| {
        let mut stage = json!({"code": code, "names": {"en": code}, "status": status});
        stage
            .as_object_mut()
            .into_iter()
            .for_each(|members| members.extend(rest.as_object().cloned().unwrap_or_default()));
        stage
    };
    json!({
        "fields": [field("findings", "text"), mood, paid, field("told_on", "day"), grade,
            field("investigator", "person"), field("supplier", "customer"),
            field("company_fault", "yes_no")],
        "pipelines": [
            {"code": "short", "names": {"en": "Short"}, "where": {"priority": ["low"]}, "stages": [
                stage("receive", "new", json!({})),
                stage("answer", "closed", json!({}))]},
            {"code": "full", "names": {"en": "Full", "zh-CN": "完整流程"}, "stages": [
                stage("receive", "new", json!({"requires": [{"field": "fields.grade"}]})),
                stage("verify", "open", json!({"requires": [{"field": "fields.findings"},
                    {"field": "assignee"}]})),
                stage("solve", "open", json!({"movers": ["manager"], "requires": [
                    {"field": "fields.company_fault"},
                    {"field": "fields.compensation", "where": {"fields.company_fault": ["true"]}}]})),
                stage("tell", "resolved", json!({"requires": [{"field": "fields.told_on"}]})),
                stage("improve", "closed", json!({"requires": [{"field": "category"}]}))]}
        ],
    })
}

/// The same, read.
pub fn definition() -> TypeDefinition {
    serde_json::from_value(written()).unwrap()
}

/// Some of its fields, filled in.
pub fn values(dice: &mut Dice, staff: &[User]) -> FieldValues {
    let texts = json!(["滤网堵塞", "2026-05-31", "Filter blocked"]);
    let any = |dice: &mut Dice, values: &Value| {
        let values = values.as_array().cloned().unwrap_or_default();
        dice.pick(&values)
    };
    let all = [
        ("findings", any(dice, &texts)),
        ("mood", json!(dice.between(1, 5))),
        (
            "compensation",
            json!({"amount": dice.between(0, 3), "currency": "CNY"}),
        ),
        ("told_on", json!(format!("2026-02-0{}", dice.between(1, 3)))),
        ("grade", any(dice, &json!(["one", "two"]))),
        ("investigator", json!(dice.pick(staff).id)),
        ("company_fault", json!(dice.percent(50))),
    ];
    let filled = all.into_iter().filter(|_| dice.percent(60));
    let read = |(code, value): (&str, Value)| {
        let value: FieldValue = serde_json::from_value(value).unwrap();
        (code.try_into().unwrap(), value)
    };
    filled.map(read).collect()
}
