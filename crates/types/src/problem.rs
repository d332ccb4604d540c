//! The error body (RFC 9457) and the two tables of codes with their texts.
//!
//! Programs decide on `code`; people read its text, from the same table, in the API and in the
//! page. A code without a status or a text does not compile.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::ids::CustomerId;
use crate::locale::Locale;

/// Declares the error codes: identifier, code, status, English and Chinese title.
macro_rules! errors {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $status:literal, $en:literal, $zh:literal;)*) => {
        /// What went wrong with a request as a whole.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$meta])* #[doc = $en] $name,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code on the wire.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// The text for people.
            pub const fn title(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$name, Locale::En) => $en, (Self::$name, Locale::ZhCn) => $zh,)*
                }
            }

            /// The code with this text, if there is one.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

errors! {
    InvalidJson = "invalid_json", 400, "The body is not valid JSON.", "请求正文不是有效的 JSON。";
    BadRequest = "bad_request", 400, "The request cannot be read.", "无法读取该请求。";
    NotSignedIn = "not_signed_in", 401, "Sign in first.", "请先登录。";
    SessionExpired = "session_expired", 401, "The session has ended. Sign in again.", "登录已失效，请重新登录。";
    WrongCredentials = "wrong_credentials", 401, "The user name or the password is wrong.", "用户名或密码不正确。";
    InvalidApiKey = "invalid_api_key", 401, "This API key is unknown, has expired or was revoked.", "该 API 密钥不存在、已过期或已吊销。";
    AddressNotAllowed = "address_not_allowed", 403, "The API key may not be used from this address.", "该 API 密钥不允许从此地址使用。";
    ScopeMissing = "scope_missing", 403, "The scopes of the API key, or the roles of its service, do not allow this.", "该 API 密钥的权限范围或其服务账号的角色不允许此操作。";
    HoldsMore = "holds_more", 403, "Who is concerned holds rights or sees teams that you do not.", "对方拥有您没有的权限或可见范围，您不能进行此操作。";
    NotByApiKey = "not_by_api_key", 403, "No API key may do this: a person has to.", "API 密钥不能执行此操作，须由人员登录后执行。";
    NotADecider = "not_a_decider", 403, "None of your roles decides on this approval.", "您的角色无权审批此项。";
    OwnApproval = "own_approval", 403, "You asked for this or set what it covers: somebody else has to decide.", "您是申请人或最后设定相关内容的人，须由他人审批。";
    NotTheAsker = "not_the_asker", 403, "Only who asked for this approval can withdraw it.", "只有申请人才能撤回该审批。";
    NotAllowed = "not_allowed", 403, "Your role does not allow this.", "您的角色没有此权限。";
    PasswordChangeNeeded = "password_change_needed", 403, "Change your password first: somebody else has set it.", "当前密码由他人设置，请先修改密码。";
    NotFound = "not_found", 404, "There is no such record, or you may not see it.", "记录不存在，或您无权查看。";
    NoSuchRoute = "no_such_route", 404, "There is no such address in this API.", "该接口地址不存在。";
    MethodNotAllowed = "method_not_allowed", 405, "This address does not know that method.", "该地址不支持此请求方法。";
    RequestTimeout = "request_timeout", 408, "The request did not arrive in time.", "请求未在规定时间内到达。";
    InvalidTransition = "invalid_transition", 409, "The ticket cannot go from its status to that one.", "工单不能从当前状态转到该状态。";
    NoPipeline = "no_pipeline", 409, "The ticket goes through no pipeline.", "该工单不使用流程。";
    StageDecides = "stage_decides", 409, "The stage decides on this status: move the ticket to the stage instead.", "该状态由所处环节决定，请改为变更环节。";
    StageSkipped = "stage_skipped", 409, "Stages cannot be skipped. What is missing on the way is listed.", "不能跳过环节，途中还缺少所列内容。";
    StageIncomplete = "stage_incomplete", 409, "Something is missing before the ticket can go on from its stage.", "当前环节还有内容未完成，不能进入下一环节。";
    NotMover = "not_mover", 403, "Your roles may not move a ticket on from this stage.", "您的角色不能将工单移出当前环节。";
    TicketClosed = "ticket_closed", 409, "The ticket is closed. Open a new one that refers to it.", "工单已关闭，请新建工单并注明原工单。";
    NotResolved = "not_resolved", 409, "Only a resolved or closed ticket can be rated.", "只有已解决或已关闭的工单才能评价。";
    ApprovalPending = "approval_pending", 409, "This approval is asked for already and not decided yet.", "该审批已提交，尚未作出决定。";
    ApprovalOver = "approval_over", 409, "This approval is not pending any more.", "该审批已不在待审批状态。";
    Taken = "taken", 409, "This value is in use already.", "该值已被占用。";
    ImportRunning = "import_running", 409, "This file is being imported already.", "该文件正在导入。";
    ImportOver = "import_over", 409, "The import is over.", "导入已结束。";
    BulkChangeStarted = "bulk_change_started", 409, "The bulk change was started already.", "该批量修改已开始。";
    BulkChangeOver = "bulk_change_over", 409, "The bulk change is over.", "该批量修改已结束。";
    RequestInProgress = "request_in_progress", 409, "The same request is still being worked on. Send it again shortly.", "相同的请求仍在处理中，请稍后重发。";
    NotAService = "not_a_service", 409, "Only service users have API keys.", "只有服务账号才能有 API 密钥。";
    InUse = "in_use", 409, "Other records refer to it, so it cannot be deleted.", "有其他记录引用它，不能删除。";
    Merged = "merged", 409, "This customer was merged into another one.", "该客户已合并到其他客户。";
    AlreadyUndone = "already_undone", 409, "This merge was undone already.", "该合并已撤销。";
    UndoExpired = "undo_expired", 409, "A merge can be undone within 30 days only.", "合并仅可在 30 天内撤销。";
    NotNewest = "not_newest", 409, "Undo the newer merge into this customer first.", "请先撤销该客户较新的合并。";
    NotAnOrganisation = "not_an_organisation", 409, "Only an organisation has contacts.", "只有单位客户才能有联系人。";
    BuiltIn = "built_in", 409, "Built-in roles cannot be changed. Make a role of your own.", "内置角色不能修改，请新建角色。";
    LastAdministrator = "last_administrator", 409, "Somebody who may sign in must keep the right to manage users.", "必须至少保留一位可登录且有权管理用户的人员。";
    ScopeChanged = "scope_changed", 410, "What you may see has changed. Load again.", "可见范围已变更，请重新加载。";
    Stale = "stale", 412, "Somebody has changed this record since you loaded it.", "该记录在您加载之后已被他人修改。";
    TooLarge = "too_large", 413, "The body is larger than this address accepts.", "请求正文超过允许的大小。";
    UnsupportedMediaType = "unsupported_media_type", 415, "Send the body as application/json.", "请以 application/json 发送正文。";
    Invalid = "invalid", 422, "Some of the values are not acceptable.", "部分内容不符合要求。";
    BatchRefused = "batch_refused", 422, "Nothing was done: some of the items are not acceptable.", "部分条目不符合要求，整批未执行。";
    InvalidFile = "invalid_file", 422, "The file cannot be imported.", "该文件无法导入。";
    MappingDoesNotFit = "mapping_does_not_fit", 422, "The mapping does not fit the file.", "映射与文件不匹配。";
    InvalidCursor = "invalid_cursor", 422, "The cursor does not belong to this list. Start from the first page.", "游标不属于此列表，请从第一页开始。";
    UseExport = "use_export", 422, "More than 10,000 rows match. Narrow the filter.", "匹配的记录超过 10,000 行，请缩小筛选范围。";
    TooManyRecords = "too_many_records", 422, "More than 100,000 records match; narrow the filter.", "匹配的记录超过 100,000 条，请缩小筛选范围。";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "This Idempotency-Key belongs to a request with another body.", "此 Idempotency-Key 已用于正文不同的请求。";
    ReasonRequired = "reason_required", 422, "Say why in `reason`.", "请填写原因（reason）。";
    IfMatchRequired = "if_match_required", 428, "Send If-Match with the version that you have seen.", "请在 If-Match 中附上您看到的版本。";
    TooManyRequests = "too_many_requests", 429, "Too many requests within a minute. Wait a little before you go on.", "一分钟内请求过多，请稍候再继续。";
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts. Wait before you try again.", "尝试次数过多，请稍后再试。";
    TooManyStreams = "too_many_streams", 429, "You have too many streams open. Close some of them first.", "您打开的变更流过多，请先关闭一些。";
    Internal = "internal", 500, "Something went wrong on our side. It has been logged.", "服务器出现问题，已记录日志。";
    UploadsFull = "uploads_full", 503, "There is no room for more uploaded files at the moment.", "上传文件的存储空间已满，请稍后再试。";
    Unavailable = "unavailable", 503, "The database does not answer right now. Try again shortly.", "数据库暂时没有响应，请稍后重试。";
    Overloaded = "overloaded", 503, "The server has more to do than it can. Try again shortly.", "服务器当前负载过高，请稍后重试。";
    StorageFull = "storage_full", 503, "There is no room left to store this. Reading goes on; tell the operator.", "存储空间已满，无法保存。查看不受影响，请联系系统管理员。";
}

/// Declares the codes of single fields: identifier, code, English and Chinese message.
macro_rules! fields {
    ($($name:ident = $code:literal, $en:literal, $zh:literal;)*) => {
        /// What is wrong with one member or parameter.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FieldCode {
            $(#[doc = $en] $name,)*
        }

        impl FieldCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code on the wire.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The text for people.
            pub const fn message(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$name, Locale::En) => $en, (Self::$name, Locale::ZhCn) => $zh,)*
                }
            }

            /// The code with this text; anything unknown is [`FieldCode::InvalidValue`].
            pub fn from_code(code: &str) -> Self {
                match code { $($code => Self::$name,)* _ => Self::InvalidValue }
            }
        }
    };
}

fields! {
    InvalidValue = "invalid_value", "This value is not acceptable.", "该值不符合要求。";
    NotAnOption = "not_an_option", "This is none of the options.", "不在可选项之内。";
    OtherCurrency = "other_currency", "The amount is in another currency than the field.", "币种与字段设定不一致。";
    NotOfThisKind = "not_of_this_kind", "A field of this kind has no such member.", "该类型的字段没有此项。";
    OtherKindElsewhere = "other_kind_elsewhere", "Another ticket type has a field of this code that holds something else.", "其他工单类型中同代码的字段类型不同。";
    ReservedEnding = "reserved_ending", "Filters give this word or ending another meaning.", "该词或词尾在筛选条件中另有含义。";
    OutOfOrder = "out_of_order", "Stages begin with `new`, then lead from open to resolved to closed.", "环节须从“新建”开始，依次为处理中、已解决、已关闭。";
    StageNotNext = "stage_not_next", "This is not the next stage.", "这不是下一个环节。";
    NotInType = "not_in_type", "The ticket's type has no such field.", "该工单类型没有此字段。";
    WrongType = "wrong_type", "The value has the wrong type.", "值的类型不正确。";
    Required = "required", "This is required.", "此项必填。";
    NotNull = "not_null", "This cannot be null.", "此项不能为空。";
    UnknownField = "unknown_field", "There is no such member.", "没有此字段。";
    UnknownParameter = "unknown_parameter", "There is no such parameter.", "没有此参数。";
    RepeatedParameter = "repeated_parameter", "This parameter may be given once.", "此参数只能出现一次。";
    UseOperation = "use_operation", "This member changes through its own operation.", "此字段须通过专门的操作修改。";
    TooLong = "too_long", "This is too long.", "内容过长。";
    TooShort = "too_short", "This is too short.", "内容过短。";
    TooMany = "too_many", "There are too many of them.", "数量过多。";
    OutOfRange = "out_of_range", "The value is outside the allowed range.", "该值超出允许范围。";
    InvalidText = "invalid_text", "The text holds a character that cannot be stored.", "文本包含无法存储的字符。";
    InvalidId = "invalid_id", "This is not an id of the expected kind.", "不是该类记录的标识。";
    InvalidCode = "invalid_code", "A code has lower-case letters, digits and underscores.", "代码只能使用小写字母、数字和下划线。";
    InvalidNames = "invalid_names", "Give a name in `en`, `zh-CN` or both.", "请填写 en 或 zh-CN 名称，至少一个。";
    InvalidUsername = "invalid_username", "A user name has 2 to 100 letters, digits or `. _ - @`.", "用户名为 2 至 100 个字母、数字或 . _ - @。";
    InvalidEmail = "invalid_email", "This is not an e-mail address.", "不是有效的电子邮箱地址。";
    InvalidPhone = "invalid_phone", "This is not a telephone number.", "不是有效的电话号码。";
    InvalidInstant = "invalid_instant", "Write an instant as in 2026-05-31T08:00:00Z.", "时间请写成 2026-05-31T08:00:00Z 的形式。";
    InvalidDay = "invalid_day", "Write a day as in 2026-05-31.", "日期请写成 2026-05-31 的形式。";
    InvalidTimeZone = "invalid_time_zone", "This is not an IANA time zone such as Asia/Shanghai.", "不是有效的 IANA 时区（例如 Asia/Shanghai）。";
    InvalidPeriod = "invalid_period", "The period ends before it begins, or is too long.", "时间段的结束早于开始，或时间段过长。";
    InvalidCalendar = "invalid_calendar", "These hours or days contradict each other.", "营业时间或日期相互矛盾。";
    UnknownCode = "unknown_code", "There is no such code in the settings.", "系统配置中没有此代码。";
    UnknownRecord = "unknown_record", "There is no such record, or you may not see it.", "记录不存在，或您无权查看。";
    Inactive = "inactive", "This is no longer in use.", "此项已停用。";
    MoreThanYouHold = "more_than_you_hold", "It would give rights that you do not hold or may not give.", "这会授予您没有或无权授予的权限。";
    OutsideScope = "outside_scope", "This team lies outside what you may see.", "该团队不在您的可见范围内。";
    WouldBeCycle = "would_be_cycle", "A team or category cannot lie inside itself.", "不能把团队或分类移到它自身之下。";
    InFuture = "in_future", "This instant lies in the future.", "该时间在未来。";
    InPast = "in_past", "This instant lies in the past.", "该时间已过去。";
    InvalidAddressRange = "invalid_address_range", "Write an address or a network such as 192.0.2.0/24 or 2001:db8::/32.", "请填写地址或网段，例如 192.0.2.0/24 或 2001:db8::/32。";
    HasNoPassword = "has_no_password", "A service user has no password.", "服务账号没有密码。";
    Duplicate = "duplicate", "This is given twice.", "重复填写。";
    Taken = "taken", "This value is in use already.", "该值已被占用。";
    NotAPerson = "not_a_person", "Only a person can be a contact.", "只有个人客户才能成为联系人。";
    NotAContact = "not_a_contact", "This person is not a contact of the customer.", "此人不是该客户的联系人。";
    Itself = "itself", "A customer cannot be merged into itself.", "客户不能与自身合并。";
    OtherKind = "other_kind", "Only customers of the same kind can be merged.", "只有同类客户才能合并。";
    HasContacts = "has_contacts", "It has contacts or is one; remove them before you change its kind.", "该客户有联系人或本身是联系人，请先移除再更改类型。";
}

/// One fault of a request's body or query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where in the body: a JSON pointer (RFC 6901).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Which query parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong, for programs.
    pub code: Cow<'static, str>,
    /// What is wrong, for people.
    pub message: Cow<'static, str>,
}

/// A fault before its language is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it lies.
    pub place: Place,
    /// What is wrong.
    pub code: FieldCode,
}

/// Where a fault lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer into the body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
}

impl Fault {
    /// A fault in the body at a JSON pointer such as `/team_id`.
    pub fn at(pointer: impl Into<String>, code: FieldCode) -> Self {
        Self {
            place: Place::Pointer(pointer.into()),
            code,
        }
    }

    /// The same fault of a body that is the member `name` of another one.
    #[must_use]
    pub fn within(self, name: &str) -> Self {
        let place = match self.place {
            Place::Pointer(pointer) => Place::Pointer(format!("/{name}{pointer}")),
            parameter @ Place::Parameter(_) => parameter,
        };
        Self { place, ..self }
    }

    /// A fault in a query parameter.
    pub fn in_parameter(name: impl Into<String>, code: FieldCode) -> Self {
        Self {
            place: Place::Parameter(name.into()),
            code,
        }
    }

    /// The fault in the reader's language.
    pub fn to_error(&self, locale: Locale) -> FieldError {
        let (pointer, parameter) = match &self.place {
            Place::Pointer(pointer) => (Some(pointer.clone()), None),
            Place::Parameter(name) => (None, Some(name.clone())),
        };
        FieldError {
            pointer,
            parameter,
            code: Cow::Borrowed(self.code.code()),
            message: Cow::Borrowed(self.code.message(locale)),
        }
    }
}

/// The body of every refusal, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code's text in the reader's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// More about this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What went wrong, for programs.
    pub code: Cow<'static, str>,
    /// The id of the request, also in the log.
    pub request_id: String,
    /// The version the record has now, with 412.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
    /// The customer that it has become part of, with 409 `merged`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CustomerId>,
    /// The single faults, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// A problem without detail.
    pub fn new(code: ErrorCode, locale: Locale, request_id: &str) -> Self {
        Self {
            kind: format!("/problems/{}", code.code()),
            title: code.title(locale).to_owned(),
            status: code.status(),
            detail: None,
            code: Cow::Borrowed(code.code()),
            request_id: request_id.to_owned(),
            current_version: None,
            merged_into: None,
            errors: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_read_back() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_code(code.code()), Some(*code));
            assert!((400..600).contains(&code.status()));
        }
        for code in FieldCode::ALL {
            assert_eq!(FieldCode::from_code(code.code()), *code);
        }
    }
}
