//! Tabs whose choice lives in the URL, so each is a link.
//!
//! ```ignore
//! <Tabs label=… current=tab items=Signal::derive(move || vec![
//!     Tab { key: "timeline", label: …, href: links::customer_tab(id, "timeline"), count: None },
//! ])/>
//! ```

use leptos::prelude::*;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Compared with `current`.
    pub key: &'static str,
    /// Its text.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// How many things are behind it.
    pub count: Option<u64>,
}

/// A row of tabs.
#[component]
pub fn Tabs(
    /// What they divide.
    #[prop(into)]
    label: Signal<String>,
    /// The key of the open one.
    #[prop(into)]
    current: Signal<String>,
    /// The tabs.
    #[prop(into)]
    items: Signal<Vec<Tab>>,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {move || items.get().into_iter().map(|tab| view! {
                <a
                    class="tab"
                    href=tab.href
                    aria-current=move || (current.read().as_str() == tab.key).then_some("page")
                >
                    {tab.label}
                    {tab.count.map(|count| view! { <span class="tab-count">{count}</span> })}
                </a>
            }).collect_view()}
        </nav>
    }
}
