//! The profile: every fact of a customer, each edited in place.

use leptos::prelude::*;
use rapport_types::permissions::Permission;

use super::fact_row::FactRow;
use super::facts::Fact;
use super::record::Record;
use crate::components::copy_text::CopyText;
use crate::components::instant::Instant;
use crate::i18n::*;
use crate::session::use_session;

/// The profile.
#[component]
pub(super) fn Profile(record: Record) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let may_edit = Signal::derive(move || session.may(Permission::EditCustomers));
    let kind = Memo::new(move |_| record.with(|customer| customer.kind));
    let external_ids = Memo::new(move |_| record.with(|customer| customer.external_ids.clone()));
    view! {
        <section class="panel" aria-label=move || t_string!(i18n, customers.tab.profile)>
            <dl class="facts">
                {Fact::ALL.map(|fact| view! {
                    // A fact that does not fit is shown as long as there is one.
                    <Show when=move || {
                        fact.fits(kind.get()) || record.with(|it| !fact.stored(it).is_empty())
                    }>
                        <FactRow record fact may_edit/>
                    </Show>
                })}
                {move || external_ids.get().into_iter().map(|it| view! {
                    <div class="fact">
                        <dt>{t!(i18n, customers.external_id, source = it.source.as_str().to_owned())}</dt>
                        <dd class="fact-fixed"><CopyText text=it.id.as_str()/></dd>
                    </div>
                }).collect_view()}
                <div class="fact">
                    <dt>{t!(i18n, customers.created)}</dt>
                    <dd class="fact-fixed">
                        <Instant at=Signal::derive(move || Some(record.with(|it| it.created_at)))/>
                    </dd>
                </div>
                <div class="fact">
                    <dt>{t!(i18n, customers.updated)}</dt>
                    <dd class="fact-fixed">
                        <Instant at=Signal::derive(move || Some(record.with(|it| it.updated_at)))/>
                    </dd>
                </div>
            </dl>
        </section>
    }
}
