//! What the reader chose for this browser: language and light or dark, kept in `localStorage`.

use leptos::prelude::*;
use rapport_types::locale::Locale;

use crate::api;
use crate::components::effect::effect;
use crate::i18n;

/// Where the language is kept.
const LOCALE_KEY: &str = "rapport.locale";
/// Where the theme is kept.
const THEME_KEY: &str = "rapport.theme";

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The three in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in storage and on the page's root.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The choices, as signals.
#[derive(Clone, Copy)]
pub struct Preferences {
    locale: RwSignal<Locale>,
    theme: RwSignal<Theme>,
}

/// Reads the choices and makes them available below.
pub fn provide_preferences() -> Preferences {
    let locale = stored(LOCALE_KEY)
        .or_else(|| window().navigator().language())
        .and_then(|tag| Locale::from_tag(&tag))
        .unwrap_or_default();
    let theme = stored(THEME_KEY)
        .and_then(|name| Theme::ALL.into_iter().find(|theme| theme.name() == name))
        .unwrap_or(Theme::System);
    let preferences = Preferences {
        locale: RwSignal::new(locale),
        theme: RwSignal::new(theme),
    };
    provide_context(preferences);
    effect(move || {
        if let Some(root) = document().document_element() {
            let _ = match preferences.theme.get() {
                Theme::System => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme.name()),
            };
        }
    });
    preferences
}

/// The choices.
pub fn use_preferences() -> Preferences {
    expect_context()
}

/// The language as the generated text knows it, for `t_string!` and the like outside components.
pub const fn text_locale(locale: Locale) -> i18n::Locale {
    match locale {
        Locale::En => i18n::Locale::en,
        Locale::ZhCn => i18n::Locale::zh_CN,
    }
}

impl Preferences {
    /// The language; tracked.
    pub fn locale(self) -> Locale {
        self.locale.get()
    }

    /// The language, without tracking: for event handlers.
    pub fn locale_untracked(self) -> Locale {
        self.locale.get_untracked()
    }

    /// Chooses the language: at once, kept, and said to the API from now on.
    pub fn set_locale(self, locale: Locale) {
        store(LOCALE_KEY, locale.tag());
        self.locale.set(locale);
    }

    /// Takes the person's own language, unless this browser has chosen one.
    pub fn adopt_locale(self, locale: Locale) {
        if stored(LOCALE_KEY).is_none() && self.locale.get_untracked() != locale {
            self.locale.set(locale);
        }
    }

    /// Light or dark; tracked.
    pub fn theme(self) -> Theme {
        self.theme.get()
    }

    /// Chooses light or dark.
    pub fn set_theme(self, theme: Theme) {
        store(THEME_KEY, theme.name());
        self.theme.set(theme);
    }

    /// Keeps the page's text and the API's language at the choice. Call once, below the provider
    /// of the text.
    pub fn apply_locale(self) {
        let text = i18n::use_i18n();
        let apply = move |locale: Locale| {
            api::set_language(locale.tag());
            text.set_locale(text_locale(locale));
        };
        // At once, so that the first paint is in the right language; again in an effect, because
        // the provider sets the browser's language in one of its own.
        apply(self.locale.get_untracked());
        effect(move || apply(self.locale.get()));
    }
}

/// A value of `localStorage`; none when there is none or storage is denied.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a value in `localStorage`; does nothing when storage is denied.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Forgets a value of `localStorage`.
pub fn forget(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(key);
    }
}
