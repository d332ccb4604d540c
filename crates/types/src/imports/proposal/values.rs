//! What the values of a column mean: statuses, priorities and other closed sets.

use std::collections::BTreeMap;

use super::super::files::FileColumn;
use super::super::mapping::Source;
use super::words::plain;
use crate::text::Code;

/// Words and what each means; the first one that a value contains counts.
type Words = &'static [(&'static str, &'static str)];

/// What a value that starts with a number on a scale means.
type Scale = &'static [(char, &'static str)];

pub(super) const STATUSES: Words = &[
    ("未解决", "open"),
    ("未完成", "open"),
    ("未处理", "new"),
    ("unresolved", "open"),
    ("reopen", "open"),
    ("waitingonthirdparty", "on_hold"),
    ("waitingforthirdparty", "on_hold"),
    ("awaitinguser", "waiting_on_customer"),
    ("awaitingcustomer", "waiting_on_customer"),
    ("waitingoncustomer", "waiting_on_customer"),
    ("waitingforcustomer", "waiting_on_customer"),
    ("pendingcustomer", "waiting_on_customer"),
    ("等待客户", "waiting_on_customer"),
    ("待客户", "waiting_on_customer"),
    ("待回复", "waiting_on_customer"),
    ("awaiting", "on_hold"),
    ("hold", "on_hold"),
    ("pending", "on_hold"),
    ("waiting", "on_hold"),
    ("挂起", "on_hold"),
    ("搁置", "on_hold"),
    ("暂停", "on_hold"),
    ("closed", "closed"),
    ("cancel", "closed"),
    ("关闭", "closed"),
    ("结案", "closed"),
    ("结单", "closed"),
    ("归档", "closed"),
    ("取消", "closed"),
    ("resolved", "resolved"),
    ("solved", "resolved"),
    ("fixed", "resolved"),
    ("done", "resolved"),
    ("complete", "resolved"),
    ("finished", "resolved"),
    ("解决", "resolved"),
    ("完成", "resolved"),
    ("办结", "resolved"),
    ("处理中", "open"),
    ("进行中", "open"),
    ("受理", "open"),
    ("打开", "open"),
    ("open", "open"),
    ("active", "open"),
    ("progress", "open"),
    ("assigned", "open"),
    ("new", "new"),
    ("新", "new"),
    ("待处理", "new"),
    ("待受理", "new"),
];

pub(super) const PRIORITIES: Words = &[
    ("不紧急", "low"),
    ("非常紧急", "urgent"),
    ("特急", "urgent"),
    ("紧急", "urgent"),
    ("critical", "urgent"),
    ("urgent", "urgent"),
    ("highest", "urgent"),
    ("immediate", "urgent"),
    ("blocker", "urgent"),
    ("high", "high"),
    ("major", "high"),
    ("高", "high"),
    ("medium", "normal"),
    ("moderate", "normal"),
    ("normal", "normal"),
    ("中", "normal"),
    ("普通", "normal"),
    ("一般", "normal"),
    ("low", "low"),
    ("minor", "low"),
    ("planning", "low"),
    ("低", "low"),
];

pub(super) const PRIORITY_SCALE: Scale = &[
    ('1', "urgent"),
    ('2', "high"),
    ('3', "normal"),
    ('4', "low"),
    ('5', "low"),
];

pub(super) const TYPES: Words = &[
    ("complaint", "complaint"),
    ("投诉", "complaint"),
    ("technical", "repair"),
    ("incident", "repair"),
    ("repair", "repair"),
    ("fault", "repair"),
    ("bug", "repair"),
    ("故障", "repair"),
    ("维修", "repair"),
    ("报修", "repair"),
    ("refund", "return"),
    ("return", "return"),
    ("退", "return"),
    ("换货", "return"),
    ("suggest", "suggestion"),
    ("feedback", "suggestion"),
    ("建议", "suggestion"),
    ("举报", "report"),
    ("request", "request"),
    ("申请", "request"),
    ("服务", "request"),
    ("inquiry", "enquiry"),
    ("enquiry", "enquiry"),
    ("question", "enquiry"),
    ("咨询", "enquiry"),
    ("求助", "enquiry"),
];

pub(super) const CHANNELS: Words = &[
    ("mail", "email"),
    ("邮", "email"),
    ("wechat", "wechat"),
    ("微信", "wechat"),
    ("公众号", "wechat"),
    ("social", "social"),
    ("weibo", "social"),
    ("微博", "social"),
    ("抖音", "social"),
    ("chat", "chat"),
    ("在线", "chat"),
    ("phone", "phone"),
    ("call", "phone"),
    ("ivr", "phone"),
    ("电话", "phone"),
    ("来电", "phone"),
    ("热线", "phone"),
    ("onsite", "onsite"),
    ("visit", "onsite"),
    ("上门", "onsite"),
    ("walkin", "counter"),
    ("direct", "counter"),
    ("counter", "counter"),
    ("营业厅", "counter"),
    ("柜台", "counter"),
    ("现场", "counter"),
    ("api", "api"),
    ("接口", "api"),
    ("web", "web"),
    ("portal", "web"),
    ("selfservice", "web"),
    ("网", "web"),
    ("app", "web"),
];

pub(super) const KINDS: Words = &[
    ("个人", "person"),
    ("person", "person"),
    ("individual", "person"),
    ("consumer", "person"),
    ("企业", "organisation"),
    ("公司", "organisation"),
    ("单位", "organisation"),
    ("机构", "organisation"),
    ("organi", "organisation"),
    ("company", "organisation"),
    ("business", "organisation"),
    ("enterprise", "organisation"),
];

pub(super) const NATURES: Words = &[
    ("政府", "government"),
    ("机关", "government"),
    ("事业", "government"),
    ("government", "government"),
    ("public", "government"),
    ("特殊", "special_enterprise"),
    ("special", "special_enterprise"),
    ("企业", "ordinary_enterprise"),
    ("公司", "ordinary_enterprise"),
    ("enterprise", "ordinary_enterprise"),
    ("company", "ordinary_enterprise"),
];

pub(super) const LIFECYCLES: Words = &[
    ("潜在", "potential"),
    ("意向", "potential"),
    ("potential", "potential"),
    ("prospect", "potential"),
    ("lead", "potential"),
    ("新客", "new"),
    ("new", "new"),
    ("流失", "lost"),
    ("lost", "lost"),
    ("churn", "lost"),
    ("沉睡", "lapsed"),
    ("休眠", "lapsed"),
    ("lapsed", "lapsed"),
    ("inactive", "lapsed"),
    ("老客", "active"),
    ("活跃", "active"),
    ("成交", "active"),
    ("active", "active"),
    ("customer", "active"),
];

/// What a value means; none when no word of it is known.
fn meaning(value: &str, words: Words, scale: Scale) -> Option<&'static str> {
    let value = plain(value);
    let by_word = words
        .iter()
        .find(|(word, _)| value.contains(word))
        .map(|(_, meaning)| *meaning);
    by_word.or_else(|| {
        let digit = value.trim_start_matches('p').chars().next()?;
        scale
            .iter()
            .find(|(known, _)| *known == digit)
            .map(|(_, meaning)| *meaning)
    })
}

/// A source that translates the column's values. None when not one of them is known: then the
/// column means something else.
pub(super) fn translated(
    column: &FileColumn,
    words: Words,
    scale: Scale,
    otherwise: &str,
) -> Option<Source> {
    let known: BTreeMap<String, String> = column
        .values
        .iter()
        .filter_map(|value| Some((value.clone(), meaning(value, words, scale)?.to_owned())))
        .collect();
    if known.is_empty() {
        return None;
    }
    Some(Source {
        column: Some(column.name.clone()),
        values: known,
        default: Some(otherwise.to_owned()),
        otherwise: Some(otherwise.to_owned()),
    })
}

/// The same for codes that the organisation chose: what is not in use becomes the usual one.
pub(super) fn translated_to(
    column: &FileColumn,
    words: Words,
    in_use: &[Code],
    usual: &str,
) -> Option<Source> {
    let mut source = translated(column, words, &[], usual)?;
    for value in source.values.values_mut() {
        if !in_use.iter().any(|code| code.as_str() == value) {
            usual.clone_into(value);
        }
    }
    Some(source)
}
