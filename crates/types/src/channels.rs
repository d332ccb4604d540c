//! Channels: configured codes.

use serde::{Deserialize, Serialize};

use crate::names::Names;
use crate::text::Code;

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Channel {
    /// The code.
    pub code: Code,
    /// Raised by every change.
    pub version: i64,
    /// Its names.
    pub names: Names,
    /// Its place in lists.
    pub position: i64,
    /// Whether it is in use.
    pub active: bool,
}

/// `PUT`: makes or replaces a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewChannel {
    /// Its names.
    pub names: Names,
    /// Its place in lists.
    #[serde(default)]
    pub position: i64,
    /// Whether it is in use.
    pub active: bool,
}

/// The channels that exist from the start (S0-06): code, English and Chinese name.
pub const SEEDED: &[(&str, &str, &str)] = &[
    ("phone", "Phone", "电话"),
    ("email", "E-mail", "电子邮件"),
    ("web", "Website", "网站"),
    ("chat", "Chat", "在线客服"),
    ("counter", "Counter", "营业厅"),
    ("onsite", "On site", "上门"),
    ("wechat", "WeChat", "微信"),
    ("social", "Social media", "社交媒体"),
    ("api", "API", "接口"),
];
