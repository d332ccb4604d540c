//! `t!`: a text of the page in a view.
//!
//! A text without arguments has the same type wherever it stands, so that what renders it is
//! compiled once and not for each of some hundred texts. With arguments it is the library's own.

use leptos_i18n::I18nContext;

use crate::i18n::Locale;

/// A text that follows the language.
pub fn said(
    i18n: I18nContext<Locale>,
    text: fn(Locale) -> &'static str,
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text(i18n.get_locale())
}

/// `t!(i18n, namespace.key)` or `t!(i18n, namespace.key, name = value)`.
macro_rules! t {
    ($i18n:expr, $($key:ident).+ $(,)?) => {
        $crate::said::said($i18n, |locale| $crate::i18n::td_string!(locale, $($key).+))
    };
    ($($all:tt)*) => {
        ::leptos_i18n::t!($($all)*)
    };
}
pub(crate) use t;
