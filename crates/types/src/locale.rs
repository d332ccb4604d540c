//! The two languages of the product.

use serde::{Deserialize, Serialize};

/// A language that every text of the product exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Locale {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Locale {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The language tag on the wire.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The language for a tag; any `zh…` is Chinese, any `en…` English.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        match tag.split('-').next() {
            Some("zh") => Some(Self::ZhCn),
            Some("en") => Some(Self::En),
            _ => None,
        }
    }

    /// The best language for an `Accept-Language` header; ties go to the first, none to English.
    pub fn negotiate(header: &str) -> Self {
        let mut best = (Self::En, 0.0_f32);
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let Some(locale) = pieces.next().and_then(Self::from_tag) else {
                continue;
            };
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            if quality > best.1 {
                best = (locale, quality);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::Locale::{En, ZhCn};

    #[test]
    fn the_header_decides_the_language() {
        for (header, expected) in [
            ("", En),
            ("zh", ZhCn),
            ("zh-CN,zh;q=0.9,en;q=0.8", ZhCn),
            ("en;q=0.5, zh-Hans;q=0.6", ZhCn),
            ("fr, de;q=0.9", En),
            ("fr, zh;q=0.1", ZhCn),
            ("zh;q=0", En),
            ("zh;q=x", ZhCn),
        ] {
            assert_eq!(super::Locale::negotiate(header), expected, "{header}");
        }
    }
}
