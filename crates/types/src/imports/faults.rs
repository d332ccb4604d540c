//! Every code that an import can say, its severity and its text in both languages.
//!
//! Programs decide on the code; people read the text, with the arguments put in. A code without a
//! severity or a text does not compile.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::locale::Locale;

/// What a fault means for the file or the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Worth knowing once per file; counts no row.
    Notice,
    /// The row was taken, but something in it is not right.
    Warning,
    /// The row was left out.
    Rejection,
    /// The mapping does not fit the file: nothing is read.
    Mapping,
    /// The file cannot be read (any further).
    File,
}

impl Severity {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Notice,
        Self::Warning,
        Self::Rejection,
        Self::Mapping,
        Self::File,
    ];

    /// The name on the wire and in the error file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Rejection => "rejection",
            Self::Mapping => "mapping",
            Self::File => "file",
        }
    }
}

/// Declares the codes: identifier, code, severity, English and Chinese text with `{arguments}`.
macro_rules! codes {
    ($($name:ident = $code:literal, $severity:ident, $en:literal, $zh:literal;)*) => {
        /// What an import has to say about a row or a file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ImportCode {
            $(
                #[doc = $en]
                #[serde(rename = $code)]
                #[cfg_attr(feature = "openapi", schema(rename = $code))]
                $name,
            )*
        }

        impl ImportCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code on the wire and in the error file.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// What it means for the row or the file.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }

            /// The text for people, arguments still in braces.
            const fn text(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$name, Locale::En) => $en, (Self::$name, Locale::ZhCn) => $zh,)*
                }
            }
        }
    };
}

codes! {
    UnknownEncoding = "unknown_encoding", File, "The file is neither UTF-8 nor GB18030 text. Save it as UTF-8 and try again.", "文件既不是 UTF-8 也不是 GB18030 编码。请另存为 UTF-8 后重试。";
    NotCsv = "not_csv", File, "The file is no text but a workbook, an archive or the like. Save it as CSV and try again.", "文件不是文本，而是工作簿、压缩包等。请另存为 CSV 后重试。";
    TooManyColumns = "too_many_columns", File, "The file has more than {limit} columns.", "文件的列数超过 {limit}。";
    UnpackedTooLarge = "unpacked_too_large", File, "The compressed file unpacks to more than {limit} bytes.", "压缩文件解压后超过 {limit} 字节。";
    FileGone = "file_gone", File, "The uploaded file is no longer there. Upload it again.", "上传的文件已不存在，请重新上传。";
    EmptyFile = "empty_file", File, "The file is empty.", "文件为空。";
    BrokenGzip = "broken_gzip", File, "The compressed file is damaged or cut off.", "压缩文件已损坏或不完整。";
    RecordTooLong = "record_too_long", File, "The row that starts on line {line} is longer than {limit} bytes; a closing quote may be missing.", "从第 {line} 行开始的记录超过 {limit} 字节，可能缺少右引号。";
    Unreadable = "unreadable", File, "The file cannot be read: {reason}.", "无法读取文件：{reason}。";

    BadMapping = "bad_mapping", Mapping, "The mapping is not valid at “{path}”: {reason}.", "映射在“{path}”处无效：{reason}。";
    ColumnMissing = "column_missing", Mapping, "The mapping names the column “{column}”, which the file does not have.", "映射引用了文件中不存在的列“{column}”。";
    ColumnNotMapped = "column_not_mapped", Mapping, "The file has the column “{column}”, which is neither mapped nor marked to be ignored.", "文件中的列“{column}”既未映射，也未标记为忽略。";
    ColumnTwice = "column_twice", Mapping, "The file has the column “{column}” more than once.", "文件中的列“{column}”重复出现。";
    ColumnIgnoredAndMapped = "column_ignored_and_mapped", Mapping, "The column “{column}” is mapped and marked to be ignored, too.", "列“{column}”既已映射又标记为忽略。";
    UnknownZone = "unknown_zone", Mapping, "“{value}” is no time zone.", "“{value}”不是有效的时区。";
    BadDateFormat = "bad_date_format", Mapping, "“{value}” is no date format.", "“{value}”不是有效的日期格式。";
    BadConstant = "bad_constant", Mapping, "“{value}” is no possible value of “{field}”.", "“{value}”不是“{field}”的有效值。";
    FieldMissing = "field_missing", Mapping, "The mapping does not say where “{field}” comes from.", "映射没有说明“{field}”的来源。";
    FieldNotPossible = "field_not_possible", Mapping, "“{field}” is not possible in such a mapping.", "此类映射不支持“{field}”。";

    WrongFieldCount = "wrong_field_count", Rejection, "The row has {found} fields instead of {expected}.", "该行有 {found} 个字段，应为 {expected} 个。";
    ValueMissing = "value_missing", Rejection, "The value is missing.", "缺少该值。";
    BadDate = "bad_date", Rejection, "“{value}” is no date or time in an accepted format.", "“{value}”不是可接受格式的日期或时间。";
    UnknownValue = "unknown_value", Rejection, "The mapping does not say what “{value}” means.", "映射没有说明“{value}”的含义。";
    TooLong = "too_long", Rejection, "The text is longer than {limit} characters.", "文本超过 {limit} 个字符。";
    InvalidText = "invalid_text", Rejection, "The text holds a character that cannot be kept.", "文本包含无法保存的字符。";
    BadEmail = "bad_email", Rejection, "“{value}” is no e-mail address.", "“{value}”不是有效的电子邮箱地址。";
    BadPhone = "bad_phone", Rejection, "“{value}” is no telephone number.", "“{value}”不是有效的电话号码。";
    BadRating = "bad_rating", Rejection, "“{value}” is no rating from 1 to 5.", "“{value}”不是 1 到 5 的评分。";
    BadOrder = "bad_order", Rejection, "“{value}” is no whole number to order the rows by.", "“{value}”不是可用于排序的整数。";
    DuplicateKey = "duplicate_key", Rejection, "The key “{key}” stands on an earlier row.", "键“{key}”已在前面的行中出现。";
    KeyNotTogether = "key_not_together", Rejection, "The rows of “{key}” do not stand together; those read first were imported. Sort the file by its key.", "“{key}”的各行不连续，仅先读到的行已导入。请按键排序文件。";
    TooManyRows = "too_many_rows", Rejection, "“{key}” has more than {limit} rows.", "“{key}”的行数超过 {limit}。";
    OtherRowRejected = "other_row_rejected", Rejection, "Another row of the same ticket was rejected (line {line}), so its history would have a hole.", "同一工单的另一行（第 {line} 行）被拒绝，其历史将不完整。";

    ResolvedBeforeFirstResponse = "resolved_before_first_response", Warning, "Resolved ({resolved_at}) before the first response ({first_responded_at}). Its durations are left out of the figures.", "解决时间（{resolved_at}）早于首次响应（{first_responded_at}），其时长不计入指标。";
    ResolvedBeforeOpened = "resolved_before_opened", Warning, "Resolved ({resolved_at}) before it was opened ({opened_at}). Its resolution time is left out of the figures.", "解决时间（{resolved_at}）早于创建时间（{opened_at}），其解决时长不计入指标。";
    RespondedBeforeOpened = "responded_before_opened", Warning, "Answered ({first_responded_at}) before it was opened ({opened_at}). Its first response time is left out of the figures.", "首次响应（{first_responded_at}）早于创建时间（{opened_at}），其首次响应时长不计入指标。";
    ClosedBeforeResolved = "closed_before_resolved", Warning, "Closed ({closed_at}) before it was resolved ({resolved_at}).", "关闭时间（{closed_at}）早于解决时间（{resolved_at}）。";
    EventBeforeOpened = "event_before_opened", Warning, "This happened ({at}) before the ticket was opened ({opened_at}).", "该事件（{at}）早于工单创建时间（{opened_at}）。";
    EventOutOfOrder = "event_out_of_order", Warning, "This happened ({at}) before the event that stands above it ({previous_at}).", "该事件（{at}）早于排在其前的事件（{previous_at}）。";
    OpenedAtDiffers = "opened_at_differs", Warning, "The rows of this ticket give more than one opening; {opened_at} was taken, not {other}.", "该工单的各行给出不同的创建时间；采用 {opened_at}，未采用 {other}。";
    ResolvedAtDiffers = "resolved_at_differs", Warning, "The column says resolved at {stated}, the events say {resolved_at}. The events count.", "该列的解决时间为 {stated}，事件记录为 {resolved_at}，以事件为准。";
    TransitionNotAllowed = "transition_not_allowed", Warning, "The step from {from} to {to} is none that a person may take. It was recorded all the same.", "从 {from} 到 {to} 的变更不允许人工操作，仍已记录。";
    StatusContradictsDates = "status_contradicts_dates", Warning, "The status {status} contradicts the instant {at} in this column. The status counts.", "状态 {status} 与该列的时间 {at} 矛盾，以状态为准。";
    ResolutionMissing = "resolution_missing", Warning, "The status is {status}, but nothing says when it was resolved. It is left out of the resolution figures.", "状态为 {status}，但没有解决时间，不计入解决指标。";
    RatingLeftOut = "rating_left_out", Warning, "The ticket has no resolution with an instant, so its rating was left out.", "工单没有带时间的解决记录，评分未导入。";
    LocalTimeSkipped = "local_time_skipped", Warning, "“{value}” does not exist on the clocks of {zone}; the moment of the change was taken.", "“{value}”在时区 {zone} 的时钟上不存在，采用时钟调整的时刻。";
    LocalTimeTwice = "local_time_twice", Warning, "“{value}” exists twice on the clocks of {zone}; the earlier one was taken.", "“{value}”在时区 {zone} 的时钟上出现两次，采用较早的一次。";

    OpenedAtAssumed = "opened_at_assumed", Notice, "The file gives no opening; {value} was taken.", "文件没有创建时间，采用 {value}。";
    CustomerNameDiffers = "customer_name_differs", Notice, "“{key}” is called “{other}” here and otherwise on line {line}. The first name was kept.", "“{key}”在此处名为“{other}”，与第 {line} 行不同，保留先出现的名称。";
    ValueReplaced = "value_replaced", Notice, "Values of this column that the mapping does not list (first: “{value}”) were taken as {replacement}.", "该列中映射未列出的值（首个：“{value}”）按 {replacement} 处理。";
}

/// Longest piece of a cell that a fault quotes, in characters.
const QUOTED: usize = 80;

/// One thing an import has to say: where, what, and the words to say it with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFault {
    /// Line of the file on which the row starts, from 1 (the header's is usually 1).
    pub line: Option<u64>,
    /// Column of the file.
    pub column: Option<String>,
    /// What is said.
    pub code: ImportCode,
    /// The values that go into the text.
    pub args: BTreeMap<String, String>,
}

impl ImportFault {
    /// A fault of the whole file or mapping.
    pub fn new(code: ImportCode) -> Self {
        Self {
            line: None,
            column: None,
            code,
            args: BTreeMap::new(),
        }
    }

    /// The same with the row it speaks of.
    #[must_use]
    pub fn on_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same with the column it speaks of.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// The same with one more value for its text; long ones are cut.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        let value = value.to_string();
        let value = match value.char_indices().nth(QUOTED) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value,
        };
        self.args.insert(name.to_owned(), value);
        self
    }

    /// What it means for the row or the file.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The sentence for people.
    pub fn message(&self, locale: Locale) -> String {
        let mut rest = self.code.text(locale);
        let mut message = String::with_capacity(rest.len() + 32);
        while let Some((before, (name, after))) = rest
            .split_once('{')
            .and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
        {
            message.push_str(before);
            match (self.args.get(name), name, self.line, &self.column) {
                (Some(value), ..) => message.push_str(value),
                (None, "line", Some(line), _) => message.push_str(&line.to_string()),
                (None, "column", _, Some(column)) => message.push_str(column),
                _ => message.push('?'),
            }
            rest = after;
        }
        message.push_str(rest);
        message
    }

    /// Heading of the error file.
    pub const ERROR_FILE_HEADER: [&'static str; 5] =
        ["line", "column", "severity", "code", "message"];

    /// This fault as a row of the error file.
    pub fn error_file_row(&self, locale: Locale) -> [String; 5] {
        [
            self.line.map(|line| line.to_string()).unwrap_or_default(),
            self.column.clone().unwrap_or_default(),
            self.severity().code().to_owned(),
            self.code.code().to_owned(),
            self.message(locale),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_use_the_same_arguments() {
        let names = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|t| Some(t.split_once('}')?.0.to_owned()))
                .collect();
            names.sort();
            names
        };
        for code in ImportCode::ALL {
            assert_eq!(
                names(code.text(Locale::En)),
                names(code.text(Locale::ZhCn)),
                "{}",
                code.code()
            );
        }
    }

    #[test]
    fn a_message_carries_its_arguments_and_long_values_are_cut() {
        let fault = ImportFault::new(ImportCode::BadDate)
            .on_line(7)
            .in_column("opened")
            .with("value", "x".repeat(200));
        let message = fault.message(Locale::En);
        assert_eq!(
            message,
            format!(
                "“{}…” is no date or time in an accepted format.",
                "x".repeat(80)
            )
        );
        assert_eq!(
            fault.error_file_row(Locale::En)[..4],
            ["7", "opened", "rejection", "bad_date"]
        );
        let missing = ImportFault::new(ImportCode::ColumnMissing).in_column("状态");
        assert_eq!(
            missing.message(Locale::ZhCn),
            "映射引用了文件中不存在的列“状态”。"
        );
    }
}
