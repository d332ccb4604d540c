//! Home: my work, most pressing first; what is new in my team; today's figures.

mod to_decide;
mod today;
mod work;

use leptos::prelude::*;
use rapport_types::permissions::Permission;

use crate::i18n::*;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};
use to_decide::ToDecide;
use today::Today;
use work::{MyWork, NewInTeam};

/// My work and today's figures.
#[component]
pub fn Home() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    use_place(move || vec![Crumb::here(t_string!(i18n, frame.nav.home))]);
    view! {
        <h1 class="visually-hidden">{t!(i18n, frame.nav.home)}</h1>
        <div class="home">
            <Show when=move || session.may(Permission::ViewTickets)>
                <div class="home-work">
                    <ToDecide/>
                    <MyWork/>
                    <NewInTeam/>
                </div>
            </Show>
            <Show when=move || session.may(Permission::ViewReports)>
                <Today/>
            </Show>
        </div>
    }
}
