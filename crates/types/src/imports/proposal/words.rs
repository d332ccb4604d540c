//! The names that columns have.

/// Names of a meaning, best ones first; compared without case, spaces and punctuation.
pub(super) struct Names {
    /// The whole name.
    whole: &'static [&'static str],
    /// A part of it.
    part: &'static [&'static str],
}

const fn names(whole: &'static [&'static str], part: &'static [&'static str]) -> Names {
    Names { whole, part }
}

impl Names {
    /// How good the name is, 0 the best; none when it is another one.
    fn rank(&self, name: &str) -> Option<usize> {
        let name = plain(name);
        let whole = self.whole.iter().position(|known| *known == name);
        whole.or_else(|| {
            let part = self.part.iter().position(|known| name.contains(known))?;
            Some(self.whole.len() + part)
        })
    }

    /// Whether a column of this name may be meant.
    pub(super) fn is_of(&self, name: &str) -> bool {
        self.rank(name).is_some()
    }

    /// The place of the best of these names, the first of the file when several are as good.
    pub(super) fn best<'n>(&self, all: impl Iterator<Item = (usize, &'n str)>) -> Option<usize> {
        all.filter_map(|(place, name)| Some((self.rank(name)?, place)))
            .min()
            .map(|(_, place)| place)
    }
}

/// The name without case and everything that only separates.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

pub(super) const TICKET_KEY: Names = names(
    &[
        "ticketid",
        "ticketnumber",
        "ticketno",
        "caseid",
        "casenumber",
        "incidentid",
        "incident",
        "uniquekey",
        "number",
        "工单编号",
        "工单号",
        "工单id",
        "单号",
        "投诉编号",
        "受理编号",
        "受理单号",
        "id",
        "key",
        "no",
        "编号",
        "序号",
    ],
    &["工单编", "工单号"],
);

pub(super) const OPENED_AT: Names = names(
    &[
        "openedat",
        "opendate",
        "opened",
        "openedon",
        "createdat",
        "createddate",
        "created",
        "createdon",
        "creationdate",
        "createtime",
        "opentime",
        "submittedat",
        "datecreated",
        "receivedat",
        "reportedat",
        "创建时间",
        "创建日期",
        "提交时间",
        "受理时间",
        "受理日期",
        "来电时间",
        "投诉时间",
        "投诉日期",
        "报修时间",
        "发生时间",
        "登记时间",
        "日期",
        "时间",
        "date",
        "time",
    ],
    &["创建时间", "受理时间", "提交时间"],
);

pub(super) const FIRST_RESPONDED_AT: Names = names(
    &[
        "firstrespondedat",
        "firstresponseat",
        "firstresponsetime",
        "firstresponse",
        "firstreplyat",
        "firstanswer",
        "respondedat",
        "answeredat",
        "首次响应时间",
        "首次回复时间",
        "首响时间",
        "响应时间",
        "回复时间",
    ],
    &["firstresponse", "首次响应", "首次回复"],
);

pub(super) const RESOLVED_AT: Names = names(
    &[
        "resolvedat",
        "resolveddate",
        "resolved",
        "resolvedon",
        "resolutiondate",
        "resolutiontime",
        "timetoresolution",
        "solvedat",
        "completedat",
        "finishedat",
        "解决时间",
        "解决日期",
        "完成时间",
        "完成日期",
        "处理完成时间",
        "办结时间",
        "办结日期",
    ],
    &["timetoresolution", "resolutiondate"],
);

pub(super) const CLOSED_AT: Names = names(
    &[
        "closedat",
        "closedate",
        "closeddate",
        "closed",
        "closedon",
        "closetime",
        "关闭时间",
        "关闭日期",
        "结单时间",
        "结案时间",
        "结案日期",
        "归档时间",
    ],
    &[],
);

pub(super) const UPDATED_AT: Names = names(
    &[
        "sysupdatedat",
        "updatedat",
        "changedat",
        "modifiedat",
        "eventat",
        "eventtime",
        "更新时间",
        "变更时间",
        "操作时间",
        "修改时间",
    ],
    &[],
);

pub(super) const STATUS: Names = names(
    &[
        "status",
        "ticketstatus",
        "state",
        "incidentstate",
        "casestatus",
        "状态",
        "工单状态",
        "处理状态",
        "办理状态",
    ],
    &[],
);

pub(super) const PRIORITY: Names = names(
    &[
        "priority",
        "ticketpriority",
        "severity",
        "urgency",
        "优先级",
        "紧急程度",
        "紧急度",
        "重要程度",
    ],
    &[],
);

pub(super) const TYPE: Names = names(
    &[
        "tickettype",
        "casetype",
        "requesttype",
        "type",
        "工单类型",
        "业务类型",
        "诉求类型",
        "类型",
    ],
    &[],
);

pub(super) const CHANNEL: Names = names(
    &[
        "channel",
        "ticketchannel",
        "contacttype",
        "contactchannel",
        "origin",
        "渠道",
        "来源渠道",
        "受理渠道",
        "来源",
        "联系方式类型",
    ],
    &[],
);

pub(super) const SUBJECT: Names = names(
    &[
        "subject",
        "ticketsubject",
        "title",
        "summary",
        "shortdescription",
        "标题",
        "主题",
        "工单标题",
        "摘要",
        "问题标题",
    ],
    &[],
);

pub(super) const CATEGORY: Names = names(
    &[
        "category",
        "subcategory",
        "categorylevel1",
        "categorylevel2",
        "complainttype",
        "descriptor",
        "topic",
        "类别",
        "分类",
        "一级分类",
        "二级分类",
        "三级分类",
        "大类",
        "小类",
        "问题类型",
        "问题分类",
        "子类别",
        "投诉类型",
    ],
    &["分类"],
);

pub(super) const RATING: Names = names(
    &[
        "rating",
        "satisfactionrating",
        "customersatisfactionrating",
        "satisfactionscore",
        "csat",
        "score",
        "满意度",
        "满意度评分",
        "评分",
        "评价",
    ],
    &["satisfaction"],
);

pub(super) const CUSTOMER_KEY: Names = names(
    &[
        "customerid",
        "customernumber",
        "customerno",
        "callerid",
        "contactid",
        "accountid",
        "clientid",
        "客户编号",
        "客户id",
        "客户号",
        "客户代码",
        "会员号",
        "会员编号",
    ],
    &["客户编"],
);

pub(super) const ROW_KEY: Names = names(
    &[
        "id",
        "key",
        "no",
        "number",
        "uniquekey",
        "externalid",
        "编号",
        "序号",
    ],
    &[],
);

pub(super) const CUSTOMER_NAME: Names = names(
    &[
        "customername",
        "customer",
        "clientname",
        "client",
        "contactname",
        "fullname",
        "caller",
        "requester",
        "company",
        "companyname",
        "organisation",
        "organization",
        "客户名称",
        "客户姓名",
        "客户",
        "姓名",
        "联系人",
        "公司名称",
        "公司",
        "单位名称",
        "企业名称",
        "来电人",
        "投诉人",
        "name",
        "名称",
    ],
    &[],
);

pub(super) const EMAIL: Names = names(
    &[
        "customeremail",
        "email",
        "emailaddress",
        "mail",
        "邮箱",
        "电子邮箱",
        "电子邮件",
        "客户邮箱",
    ],
    &["email", "邮箱"],
);

pub(super) const PHONE: Names = names(
    &[
        "customerphone",
        "phone",
        "mobile",
        "telephone",
        "phonenumber",
        "tel",
        "手机",
        "手机号",
        "手机号码",
        "电话",
        "联系电话",
        "客户电话",
        "来电号码",
        "联系方式",
    ],
    &["phone", "mobile", "telephone", "手机", "电话"],
);

pub(super) const AGENT: Names = names(
    &[
        "assignedto",
        "assignee",
        "agent",
        "owner",
        "handler",
        "agentname",
        "accountmanager",
        "salesperson",
        "处理人",
        "受理人",
        "负责人",
        "客服",
        "坐席",
        "客户经理",
        "经办人",
        "跟进人",
    ],
    &[],
);

pub(super) const TEAM: Names = names(
    &[
        "team",
        "assignmentgroup",
        "group",
        "department",
        "branch",
        "office",
        "部门",
        "团队",
        "处理部门",
        "承办部门",
        "责任部门",
        "受理部门",
        "分公司",
        "网点",
        "组",
    ],
    &[],
);

pub(super) const ADDRESS: Names = names(
    &[
        "address",
        "streetaddress",
        "street",
        "postaladdress",
        "地址",
        "通讯地址",
        "联系地址",
        "详细地址",
        "街道",
    ],
    &["address", "地址"],
);

pub(super) const REGION: Names = names(
    &[
        "region",
        "province",
        "state",
        "country",
        "city",
        "地区",
        "区域",
        "省",
        "省份",
        "市",
        "城市",
        "所在地区",
        "所在地",
    ],
    &[],
);

pub(super) const NATURE: Names = names(&["nature", "单位性质", "企业性质", "性质"], &[]);

pub(super) const KIND: Names = names(&["customertype", "kind", "type", "客户类型", "类型"], &[]);

pub(super) const INDUSTRY: Names = names(&["industry", "sector", "行业", "所属行业"], &[]);

pub(super) const JOB_TITLE: Names = names(
    &["jobtitle", "position", "title", "职务", "职位", "岗位"],
    &[],
);

pub(super) const BIRTHDAY: Names = names(
    &[
        "birthday",
        "birthdate",
        "dateofbirth",
        "dob",
        "生日",
        "出生日期",
    ],
    &[],
);

pub(super) const LIFECYCLE: Names = names(
    &[
        "lifecycle",
        "lifecyclestage",
        "stage",
        "customerstatus",
        "客户阶段",
        "生命周期",
        "客户状态",
    ],
    &[],
);

pub(super) const TAGS: Names = names(&["tags", "labels", "tag", "标签", "客户标签"], &[]);
