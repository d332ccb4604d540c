//! Two customers become one: whom to choose, both side by side, and what will happen.

mod choose;
mod compare;
mod confirm;
mod heads;
mod moves;
mod row;
mod rows;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rapport_types::customers::Customer;
use rapport_types::ids::CustomerId;
use rapport_types::permissions::Permission;

use crate::i18n::*;
use crate::pages::not_found::NotFound;
use crate::pages::refused::Refused;
use crate::session::use_session;
use choose::Choose;
use compare::Compare;

/// What the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Nothing that there is.
    Nothing,
    /// Whom to merge into this customer.
    Choice(CustomerId),
    /// The comparison of these two, whichever of them stays.
    Comparison([CustomerId; 2]),
}

/// The customer of the address, and the other one.
type Ids = (Option<CustomerId>, Option<CustomerId>);

/// The page: a choice, then a comparison.
#[component]
pub fn MergeCustomers() -> impl IntoView {
    let session = use_session();
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        params.with(|params| {
            let id = |name: &str| params.get(name).and_then(|id| id.parse().ok());
            let ids: Ids = (id("id"), id("other"));
            ids
        })
    });
    let names_other = Memo::new(move |_| params.with(|params| params.get("other").is_some()));
    // Those who swap which one stays keep their comparison.
    let asked = Memo::new(move |_| match (ids.get(), names_other.get()) {
        ((Some(id), Some(other)), _) if id != other => {
            Asked::Comparison([id.min(other), id.max(other)])
        }
        ((Some(id), None), false) | ((Some(id), Some(_)), _) => Asked::Choice(id),
        _ => Asked::Nothing,
    });
    let survivor = Memo::new(move |before: Option<&Option<CustomerId>>| {
        // On the way to another page there may be none any more.
        ids.get().0.or_else(|| before.copied().flatten())
    });
    move || {
        if !session.may(Permission::EditCustomers) {
            return view! { <Refused right=Permission::EditCustomers/> }.into_any();
        }
        match asked.get() {
            Asked::Choice(id) => view! { <Choose id/> }.into_any(),
            Asked::Comparison(pair) => view! { <Compare pair survivor/> }.into_any(),
            Asked::Nothing => view! { <NotFound/> }.into_any(),
        }
    }
}

/// How a customer's number is written.
fn number(customer: &Customer) -> String {
    format!("C-{}", customer.number)
}

/// A customer with its number.
fn called(customer: &Customer, i18n: leptos_i18n::I18nContext<Locale>) -> String {
    t_string!(
        i18n,
        merging.with_number,
        name = customer.name.as_str(),
        number = number(customer)
    )
}
