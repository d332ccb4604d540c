//! What the placeholders of the texts stand for.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rapport_types::locale::Locale;

use crate::cli::demo::customers::Patron;
use crate::cli::demo::names;
use crate::cli::demo::random::Random;
use crate::cli::demo::rhythm::LOCAL;

/// What the placeholders of the texts stand for.
pub(super) struct Fill {
    pub(super) locale: Locale,
    product: &'static str,
    order: String,
    name: String,
    day: String,
}

impl Fill {
    pub(super) fn new(
        locale: Locale,
        patron: Option<&Patron>,
        about: Option<names::Trait>,
        at: DateTime<Utc>,
        random: &mut Random,
    ) -> Self {
        let fits = |traits: &[names::Trait]| about.is_none_or(|what| traits.contains(&what));
        let fitting: Vec<_> = names::PRODUCTS
            .iter()
            .filter(|(_, _, traits)| fits(traits))
            .collect();
        let (zh, en, _) = **random.pick(&fitting);
        let on = (at + LOCAL + TimeDelta::days(random.between(1, 5))).date_naive();
        let name = patron.map(|patron| patron.customer.name.as_str().to_owned());
        Self {
            locale,
            product: if locale == Locale::En { en } else { zh },
            order: format!(
                "RP{:02}{:02}{:05}",
                on.year() % 100,
                on.month(),
                random.between(0, 99_999)
            ),
            name: name.unwrap_or_else(|| {
                if locale == Locale::En {
                    "there"
                } else {
                    "客户"
                }
                .to_owned()
            }),
            day: match locale {
                Locale::En => on.format("%-d %B").to_string(),
                Locale::ZhCn => format!("{}月{}日", on.month(), on.day()),
            },
        }
    }

    pub(super) fn fill(&self, text: &str) -> String {
        text.replace("{product}", self.product)
            .replace("{order}", &self.order)
            .replace("{name}", &self.name)
            .replace("{day}", &self.day)
    }
}
