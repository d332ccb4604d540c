use super::super::{FileState, ImportNumbers, Outcome, Plan, Sketch};
use super::*;
use crate::tickets::{Priority, Status};

fn known() -> Known {
    let codes = |seeded: &[(&str, &str, &str)]| {
        seeded
            .iter()
            .map(|(code, ..)| Code::try_from(*code).unwrap())
            .collect()
    };
    Known {
        source: source_of("some file.csv").unwrap(),
        delimiter: ',',
        locale: Locale::ZhCn,
        zone: "Asia/Shanghai".to_owned(),
        now: "2026-05-31T08:00:00Z".to_owned(),
        types: codes(crate::ticket_types::SEEDED),
        channels: codes(crate::channels::SEEDED),
    }
}

/// What a proposal makes of records like `"1|x"` under a header of the same form.
fn told(entity: ImportEntity, header: &str, records: &[&str]) -> (Mapping, Vec<Outcome>) {
    let split = |line: &str| -> Vec<String> { line.split('|').map(str::to_owned).collect() };
    let header = split(header);
    let mut sketch = Sketch::new(&header);
    for record in records {
        sketch.push(&split(record));
    }
    let columns = sketch.finish();
    assert_eq!(entity_of(&columns), entity);
    let mapping = propose(&columns, entity, &known());
    let plan = Plan::new(&mapping, &header, |_, _| true)
        .unwrap_or_else(|faults| panic!("{faults:?} {mapping:?}"));
    let mut state = FileState::default();
    let mut outcomes = Vec::new();
    for (line, record) in (2..).zip(records) {
        outcomes.extend(plan.push(&mut state, line, &split(record)));
    }
    outcomes.extend(plan.finish(&mut state));
    let mut numbers = ImportNumbers::default();
    outcomes
        .iter()
        .for_each(|outcome| numbers += outcome.numbers);
    assert_eq!(numbers.rejected, 0, "{outcomes:?}");
    (mapping, outcomes)
}

#[test]
fn complaints_of_a_city_council_are_tickets_with_days() {
    let (mapping, outcomes) = told(
        ImportEntity::Tickets,
        "unique_key|account|opendate|closedate|complaint_type|descriptor|zip|borough|city|council_dist|community_board",
        &[
            "NYCC34519748|NYCC34|2025-01-09||Governmental Operations|Voting Information|11385|Brooklyn|Ridgewood|NYCC34|05 Brooklyn",
            "NYCC34519746|NYCC34|2025-01-09|2025-01-10|Utilities|Con Edison|11237|Brooklyn||NYCC34|04 Brooklyn",
        ],
    );
    assert_eq!(
        (mapping.row_per, &*mapping.key),
        (RowPer::Ticket, "unique_key")
    );
    let [first, second] = &outcomes[..] else {
        panic!()
    };
    let (first, second) = (first.ticket().unwrap(), second.ticket().unwrap());
    assert_eq!(first.status, Status::Open);
    assert_eq!(first.type_code.as_str(), "complaint");
    assert_eq!(
        first.subject.as_str(),
        "Governmental Operations / Voting Information"
    );
    assert_eq!(first.category.len(), 2);
    let description = first.description.as_ref().unwrap().as_str();
    assert!(
        description.starts_with("account: NYCC34\nzip: 11385"),
        "{description}"
    );
    assert_eq!(second.status, Status::Closed);
    assert!(second.closed_at.is_some() && second.resolved_at.is_some());
}

#[test]
fn a_log_of_incidents_is_told_by_its_events() {
    let (mapping, outcomes) = told(
        ImportEntity::Tickets,
        "number|incident_state|active|reassignment_count|caller_id|opened_by|opened_at|sys_updated_at|contact_type|category|subcategory|cmdb_ci|urgency|priority|assignment_group|assigned_to|resolved_at|closed_at",
        &[
            "INC0000045|New|TRUE|0|Caller 2403|Opened by 8|29-02-2016 01:16|29-02-2016 01:23|Phone|Category 55|Subcategory 170|?|2 - Medium|3 - Moderate|Group 56|?|29-02-2016 11:29|05-03-2016 12:00",
            "INC0000045|Awaiting User Info|TRUE|0|Caller 2403|Opened by 8|29-02-2016 01:16|29-02-2016 08:53|Phone|Category 55|Subcategory 170|?|2 - Medium|3 - Moderate|Group 56|Resolver 5|29-02-2016 11:29|05-03-2016 12:00",
            "INC0000045|Resolved|TRUE|0|Caller 2403|Opened by 8|29-02-2016 01:16|29-02-2016 11:29|Phone|Category 55|Subcategory 170|?|2 - Medium|3 - Moderate|Group 56|Resolver 5|29-02-2016 11:29|05-03-2016 12:00",
            "INC0000047|Active|TRUE|0|Caller 2404|Opened by 8|29-02-2016 04:40|29-02-2016 04:57|Email|Category 40|Subcategory 215|?|2 - Medium|1 - Critical|Group 70|Resolver 6|?|?",
        ],
    );
    assert_eq!((mapping.row_per, &*mapping.key), (RowPer::Event, "number"));
    assert_eq!(mapping.null_markers, ["?"]);
    let [first, second] = &outcomes[..] else {
        panic!()
    };
    let (first, second) = (first.ticket().unwrap(), second.ticket().unwrap());
    assert_eq!((first.status, first.events.len()), (Status::Resolved, 2));
    assert_eq!(first.events[0].to, Status::WaitingOnCustomer);
    assert_eq!(first.priority, Priority::Normal);
    assert_eq!(first.channel.as_str(), "phone");
    assert_eq!(first.customer.as_ref().unwrap().key.as_str(), "Caller 2403");
    assert_eq!(first.agent.as_ref().unwrap().key.as_str(), "Resolver 5");
    assert_eq!(first.team.as_ref().unwrap().as_str(), "Group 56");
    assert_eq!(
        (second.status, second.priority),
        (Status::Open, Priority::Urgent)
    );
    assert_eq!(second.channel.as_str(), "email");
}

#[test]
fn rated_tickets_without_an_opening_get_one_that_is_told() {
    let (mapping, outcomes) = told(
        ImportEntity::Tickets,
        "Ticket_ID|Customer_Name|Customer_Email|Customer_Age|Customer_Gender|Product_Purchased|Date_of_Purchase|Ticket_Type|Ticket_Subject|Ticket_Priority|Ticket_Channel|First_Response_Time|Time_to_Resolution|Customer_Satisfaction_Rating",
        &[
            "3|Christopher Robbins|gonzalestracy@example.com|48|Other|Dell XPS|2020-07-14|Technical issue|Network problem|Low|Social media|2023-06-01 11:14|2023-06-01 18:05|3",
            "4|Christina Dillon|bradleyolson@example.org|27|Female|Microsoft Office|2020-11-13|Billing inquiry|Account access|Critical|Email|2023-06-01 7:29|2023-06-01 1:57|1",
        ],
    );
    let ticket = mapping.ticket.as_ref().unwrap();
    assert_eq!(ticket.opened_at.column, None, "a purchase opens nothing");
    assert_eq!(
        ticket.rating.as_deref(),
        Some("Customer_Satisfaction_Rating")
    );
    let first = outcomes[0].ticket().unwrap();
    assert_eq!(first.subject.as_str(), "Network problem");
    assert_eq!(first.type_code.as_str(), "repair");
    assert_eq!(
        (first.priority, first.channel.as_str()),
        (Priority::Low, "social")
    );
    assert_eq!(first.status, Status::Resolved);
    let customer = first.customer.as_ref().unwrap();
    assert_eq!(
        (customer.by, customer.name.as_str()),
        (KeyKind::Email, "Christopher Robbins")
    );
    let second = outcomes[1].ticket().unwrap();
    assert_eq!(
        (second.type_code.as_str(), second.priority),
        ("enquiry", Priority::Urgent)
    );
}

#[test]
fn chinese_tickets_and_customers_are_understood() {
    let (_, outcomes) = told(
        ImportEntity::Tickets,
        "工单编号|标题|工单类型|渠道|状态|优先级|客户姓名|联系电话|创建时间|解决时间|处理人|部门|满意度|备注",
        &[
            "G1|空调不制冷|报修|微信公众号|已解决|高|王芳|13800138000|2026/05/01 09:30|2026/05/02 10:00|李雷|维修部|5|老客户",
            "G2|发票开错|投诉|电话|处理中|紧急|张伟|021-55550100|2026/05/01 10:30||韩梅|客服部||",
        ],
    );
    let first = outcomes[0].ticket().unwrap();
    assert_eq!(first.subject.as_str(), "空调不制冷");
    assert_eq!(
        (first.type_code.as_str(), first.channel.as_str()),
        ("repair", "wechat")
    );
    assert_eq!(
        (first.status, first.priority),
        (Status::Resolved, Priority::High)
    );
    assert_eq!(first.opened_at.to_rfc3339(), "2026-05-01T01:30:00+00:00");
    assert_eq!(first.customer.as_ref().unwrap().name.as_str(), "王芳");
    assert_eq!(first.rating.unwrap().score, 5);
    assert_eq!(first.description.as_ref().unwrap().as_str(), "备注: 老客户");
    assert_eq!(outcomes[1].ticket().unwrap().status, Status::Open);

    let (mapping, outcomes) = told(
        ImportEntity::Customers,
        "客户编号|客户名称|客户类型|手机|办公电话|邮箱|省份|城市|详细地址|行业|客户经理|标签|空",
        &[
            "C001|上海宏远物流有限公司|企业|13800138000|021-55550100|a@example.com|上海|浦东|世纪大道 1 号|物流|李雷|大客户、重点|",
            "C002|王芳|个人|13900139000|||江苏|苏州|||||",
        ],
    );
    assert_eq!(mapping.ignore, ["空"]);
    let first = outcomes[0].profile().unwrap();
    assert_eq!(first.kind, crate::customers::CustomerKind::Organisation);
    assert_eq!(
        (first.phones.len(), first.emails.len(), first.tags.len()),
        (2, 1, 2)
    );
    assert_eq!(first.region.as_ref().unwrap().as_str(), "上海 / 浦东");
    assert_eq!(first.agent.as_ref().unwrap().name.as_str(), "李雷");
    assert_eq!(outcomes[1].profile().unwrap().name.as_str(), "王芳");
}

#[test]
fn english_customers_without_a_key_are_known_by_their_address() {
    let (mapping, outcomes) = told(
        ImportEntity::Customers,
        "Name|Email|Phone|Company Address|Birthday|Stage|Something",
        &["Anna Smith|anna@example.com|+44 20 7946 0018|1 High Street|1990-05-31|Lead|likes tea"],
    );
    assert_eq!(
        (&*mapping.key, mapping.profile.as_ref().unwrap().by),
        ("Email", KeyKind::Email)
    );
    let anna = outcomes[0].profile().unwrap();
    assert_eq!(anna.emails.len(), 1);
    assert_eq!(anna.lifecycle, crate::customers::Lifecycle::Potential);
    assert_eq!(anna.birthday_on.unwrap().to_string(), "1990-05-31");
    assert_eq!(anna.note.as_ref().unwrap().as_str(), "Something: likes tea");
}

#[test]
fn any_header_gets_a_mapping_that_fits() {
    for header in ["x", "a|b|c", "|", "status|status2|date", "客户|客户编号"] {
        let header: Vec<&str> = header.split('|').collect();
        let columns = Sketch::new(&header).finish();
        for entity in ImportEntity::ALL {
            let mapping = propose(&columns, *entity, &known());
            let plan = Plan::new(&mapping, &header, |_, _| true);
            let faults = plan.err().unwrap_or_default();
            let is_twice = header.iter().filter(|name| name.is_empty()).count() > 1;
            assert!(faults.is_empty() || is_twice, "{header:?} {faults:?}");
        }
    }
}

#[test]
fn a_source_is_called_like_its_file() {
    let source = |name: &str| source_of(name).map(|code| code.to_string());
    assert_eq!(
        source("NYC Complaints-2023.csv.gz").as_deref(),
        Some("nyc_complaints_2023")
    );
    assert_eq!(source("2023 export.csv").as_deref(), Some("export"));
    assert_eq!(source("客户.csv"), None);
}
