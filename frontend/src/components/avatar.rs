//! A person's initial on a quiet disc: `<Avatar name=user.name.as_str()/>`. The name itself stands
//! beside it or, with `alone=true`, is its label.

use leptos::prelude::*;

/// The tints of the discs; the same name always has the same one.
const TINTS: u32 = 8;

/// The letter that stands for a name: the last character of a Chinese one (the given name), else
/// the first.
fn initial(name: &str) -> String {
    let name = name.trim();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let letter = match name.chars().next_back() {
        Some(last) if name.chars().all(is_han) => Some(last),
        _ => name.chars().next(),
    };
    letter
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default()
}

fn tint(name: &str) -> u32 {
    name.chars().fold(7_u32, |hash, c| {
        hash.wrapping_mul(31).wrapping_add(c as u32)
    }) % TINTS
}

/// A disc with an initial.
#[component]
pub fn Avatar(
    /// The person's or organisation's name.
    #[prop(into)]
    name: String,
    /// The name does not stand beside it.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    let class = format!("avatar avatar-{}", tint(&name));
    let letter = initial(&name);
    if alone {
        view! { <span class=class role="img" title=name.clone() aria-label=name>{letter}</span> }
            .into_any()
    } else {
        view! { <span class=class aria-hidden="true">{letter}</span> }.into_any()
    }
}
