//! Parsed text: a value of these types keeps its limits, so nobody checks them again.

#[cfg(feature = "strict")]
use validator::ValidateEmail;
use validator::ValidateLength;

/// Declares a trimmed text type with its limits in characters.
macro_rules! text {
    ($($(#[$meta:meta])* $name:ident: $min:literal..=$max:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        #[cfg(feature = "openapi")]
        crate::schemas::string!($name, |text| text.min_length(Some($min)).max_length(Some($max)));

        impl $name {
            /// Most characters.
            pub const MAX: usize = $max;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                if text.contains('\0') {
                    return Err("invalid_text");
                }
                let trimmed = text.trim();
                if $min > 0 && trimmed.is_empty() {
                    return Err("required");
                }
                if !trimmed.validate_length(Some($min), Some($max), None) {
                    return Err(if trimmed.chars().count() > $max { "too_long" } else { "too_short" });
                }
                Ok(Self(if trimmed.len() == text.len() { text } else { trimmed.to_owned() }))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = &'static str;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

text! {
    /// The name of a person, organisation or other record.
    NameText: 1..=200;
    /// One line: a subject, a job title, an address.
    LineText: 1..=300;
    /// A short label: a tag, a region, an industry.
    LabelText: 1..=60;
    /// Several lines: a description, a note.
    LongText: 1..=20_000;
    /// The body of a message.
    BodyText: 1..=50_000;
    /// Why something was done.
    ReasonText: 1..=1_000;
    /// A password as it is set; signing in accepts any text.
    PasswordText: 10..=200;
}

/// A code of a configured thing: `[a-z][a-z0-9_]*`, at most 40 characters.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

#[cfg(feature = "openapi")]
crate::schemas::string!(Code, |text| text.pattern(Some("^[a-z][a-z0-9_]{0,39}$")));

impl Code {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let good = text.len() <= 40
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if good {
            Ok(Self(text))
        } else {
            Err("invalid_code")
        }
    }
}

impl TryFrom<&str> for Code {
    type Error = &'static str;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::try_from(text.to_owned())
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares a text that is a code of some fixed form: who may write it is one rule, its schema the
/// pattern of the same.
macro_rules! coded {
    ($($(#[$meta:meta])* $name:ident, $pattern:literal, $code:literal, $rule:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        #[cfg(feature = "openapi")]
        crate::schemas::string!($name, |text| text.pattern(Some($pattern)));

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let rule: fn(&str) -> bool = $rule;
                if rule(&text) { Ok(Self(text)) } else { Err($code) }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = &'static str;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

coded! {
    /// A currency by its ISO 4217 code: three capital letters.
    CurrencyCode, "^[A-Z]{3}$", "invalid_value",
        |text| text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    /// The name of a field of a filter: codes joined by a dot.
    FieldName, "^[a-z][a-z0-9_]{0,39}(\\.[a-z][a-z0-9_]{0,39})?$", "invalid_code",
        |text| text.splitn(2, '.').all(|part| Code::try_from(part).is_ok());
}

/// The name somebody signs in with: letters, digits, `.`, `_`, `-`, `@`; kept in lower case.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

#[cfg(feature = "openapi")]
crate::schemas::string!(Username, |text| text
    .min_length(Some(2))
    .max_length(Some(100)));

impl Username {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Username {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.trim().to_lowercase();
        let allowed = |c: char| c.is_alphanumeric() || ['.', '_', '-', '@', '+'].contains(&c);
        if text.validate_length(Some(2), Some(100), None) && text.chars().all(allowed) {
            Ok(Self(text))
        } else {
            Err("invalid_username")
        }
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

/// An e-mail address in lower case.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

#[cfg(feature = "openapi")]
crate::schemas::string!(Email, |text| text
    .format(Some(utoipa::openapi::SchemaFormat::Custom(
        "email".to_owned()
    )))
    .max_length(Some(254)));

impl Email {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = half_width(text.trim()).to_lowercase();
        if text.len() <= 254 && is_email(&text) {
            Ok(Self(text))
        } else {
            Err("invalid_email")
        }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// Whether a text is an e-mail address by the rule of HTML forms.
#[cfg(feature = "strict")]
fn is_email(text: &str) -> bool {
    text.validate_email()
}

/// Whether a text may be an e-mail address. The browser is spared the tables of the whole rule; the
/// server, which has them, decides.
#[cfg(not(feature = "strict"))]
fn is_email(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains(['@', ' ']);
    text.split_once('@')
        .is_some_and(|(local, domain)| is_part(local) && is_part(domain))
}

/// What a Chinese input method writes in full width, in half width: `１３８`, `＠`, `．`, `＋`, and the
/// space between words.
fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        // The block is ASCII moved as a whole (Unicode, "Halfwidth and Fullwidth Forms").
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// A telephone number as somebody typed it, with 5 to 15 digits once separators are gone.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

#[cfg(feature = "openapi")]
crate::schemas::string!(Phone, |text| text.min_length(Some(5)).max_length(Some(30)));

impl Phone {
    /// The number as text: `+` and digits when international, else digits alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number in E.164 form (`+8613800138000`). A number without a country gets
    /// `calling_code` (`86`), its trunk zero dropped.
    #[must_use]
    pub fn international(&self, calling_code: &str) -> Self {
        if self.0.starts_with('+') {
            return self.clone();
        }
        let national = self.0.trim_start_matches('0');
        Self(format!("+{calling_code}{national}"))
    }
}

impl TryFrom<String> for Phone {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = half_width(text.trim());
        let mut kept = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '0'..='9' => kept.push(c),
                '+' if kept.is_empty() => kept.push(c),
                ' ' | '-' | '(' | ')' | '.' | '/' | '‐' | '\u{2011}' | '–' => {}
                '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => {}
                _ => return Err("invalid_phone"),
            }
        }
        if let Some(international) = kept.strip_prefix("00") {
            kept = format!("+{international}");
        }
        let digits = kept.trim_start_matches('+');
        if digits.len() < 5 || digits.len() > 15 || kept.starts_with("+0") {
            return Err("invalid_phone");
        }
        Ok(Self(kept))
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_keep_their_limits() {
        assert_eq!(NameText::try_from("  王芳 ").unwrap().as_str(), "王芳");
        assert_eq!(NameText::try_from("   "), Err("required"));
        assert_eq!(
            NameText::try_from("名".repeat(200)).map(|n| n.as_str().chars().count()),
            Ok(200)
        );
        assert_eq!(NameText::try_from("名".repeat(201)), Err("too_long"));
        assert_eq!(NameText::try_from("a\0b"), Err("invalid_text"));
        assert_eq!(PasswordText::try_from("short"), Err("too_short"));
    }

    #[test]
    fn phones_are_normalised_with_the_countrys_code() {
        for (typed, expected) in [
            ("138 0013 8000", "+8613800138000"),
            ("１３８００１３８０００", "+8613800138000"),
            ("＋８６　（２１）６２３４－５６７８", "+862162345678"),
            ("010-6234 5678", "+861062345678"),
            ("010\u{2011}6234\u{202f}5678", "+861062345678"),
            ("+1 (212) 555-0100", "+12125550100"),
            ("0044 20 7946 0000", "+442079460000"),
        ] {
            assert_eq!(
                Phone::try_from(typed.to_owned())
                    .unwrap()
                    .international("86")
                    .as_str(),
                expected
            );
        }
        for bad in [
            "",
            "1234",
            "abc12345",
            "+0123456",
            "1+234567",
            "1234567890123456",
        ] {
            assert_eq!(
                Phone::try_from(bad.to_owned()),
                Err("invalid_phone"),
                "{bad}"
            );
        }
    }

    #[test]
    fn e_mail_addresses_are_kept_in_lower_case_and_half_width() {
        let address = |typed: &str| Email::try_from(typed.to_owned()).map(String::from);
        for typed in [
            " Fang.Wang@Example.com ",
            "ｆａｎｇ．ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        ] {
            assert_eq!(address(typed).unwrap(), "fang.wang@example.com", "{typed}");
        }
        for bad in [
            "",
            "fang",
            "@example.com",
            "fang@",
            "a b@example.com",
            "a@b@c",
        ] {
            assert_eq!(address(bad), Err("invalid_email"), "{bad}");
        }
    }

    #[test]
    fn codes_are_lower_snake_case() {
        assert!(Code::try_from("after_sales2").is_ok());
        for bad in ["", "2a", "A", "a-b", "é", &"a".repeat(41)] {
            assert_eq!(Code::try_from(bad), Err("invalid_code"), "{bad}");
        }
    }
}
