//! While it loads, when it fails, when there is nothing.
//!
//! ```ignore
//! <Loaded query=ticket skeleton=|| view! { <Skeleton lines=6/> } let:reply>
//!     // reply: Signal<Reply<Ticket>>; made once, follows every later answer
//! </Loaded>
//! <Pending query=ratings/>   // above rows that are drawn by hand
//! <EmptyState icon=IconName::Inbox title=… text=…> <LinkButton …/> </EmptyState>
//! ```

use leptos::prelude::*;

use super::button::Button;
use super::copy_text::CopyText;
use super::icon::{Icon, IconName};
use crate::api::ApiError;
use crate::api::query::Query;
use crate::components::effect::effect;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What a query brought; before that its skeleton, or why it failed. A later failure stands above
/// the value that is there.
#[component]
pub fn Loaded<T, C, V>(
    /// What is loaded.
    query: Query<T>,
    /// The final shape in grey.
    #[prop(into)]
    skeleton: ViewFn,
    /// What is shown; made once.
    children: C,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    C: Fn(Signal<T>) -> V + Send + 'static,
    V: IntoView + 'static,
{
    let content = move || {
        let value = RwSignal::new(query.get_untracked()?);
        effect(move || {
            if let Some(next) = query.get() {
                value.set(next);
            }
        });
        Some(children(value.into()).into_any())
    };
    loaded(
        Memo::new(move |_| query.with(|value| value.is_some())),
        Signal::derive(move || query.error()),
        Callback::new(move |()| query.reload()),
        skeleton,
        Box::new(content),
    )
}

/// What [`Loaded`] shows, whatever is loaded.
fn loaded(
    has_value: Memo<bool>,
    error: Signal<Option<ApiError>>,
    on_retry: Callback<()>,
    skeleton: ViewFn,
    content: Box<dyn Fn() -> Option<AnyView> + Send>,
) -> AnyView {
    let failure = move || {
        let error = error.get()?;
        Some(view! { <ErrorState error on_retry=move || on_retry.run(())/> })
    };
    let shown = move || {
        if has_value.get()
            && let Some(content) = content()
        {
            return content;
        }
        let skeleton = skeleton.clone();
        view! { <Show when=move || error.read().is_none()>{skeleton.run()}</Show> }.into_any()
    };
    view! { {failure} {shown} }.into_any()
}

/// Why a query failed, with a way to try again; grey lines while its first answer is awaited. For
/// lists whose rows are drawn beside it.
#[component]
pub fn Pending<T>(
    /// What is loaded.
    query: Query<T>,
) -> impl IntoView
where
    T: Send + Sync + 'static,
{
    let awaited = Signal::derive(move || query.is_loading() && query.with(|it| it.is_none()));
    let error = Signal::derive(move || query.error());
    pending(awaited, error, Callback::new(move |()| query.reload()))
}

fn pending(awaited: Signal<bool>, error: Signal<Option<ApiError>>, retry: Callback<()>) -> AnyView {
    let shown = move || match error.get() {
        Some(error) => view! { <ErrorState error on_retry=retry/> }.into_any(),
        None if awaited.get() => view! { <Skeleton lines=2/> }.into_any(),
        None => ().into_any(),
    };
    shown.into_any()
}

/// Grey lines where text will be.
#[component]
pub fn Skeleton(
    /// How many.
    #[prop(optional, default = 3)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..lines).map(|_| view! { <span class="bone"></span> }).collect_view()}
        </div>
    }
}

/// What happened, to what, and what to do.
#[component]
pub fn ErrorState(
    /// Why it failed.
    error: ApiError,
    /// Tries again; not offered where it would change nothing.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let on_retry = on_retry.filter(|_| !error.is_refused());
    let preferences = use_preferences();
    let detail = error.detail().map(str::to_owned);
    let request_id = error.request_id().map(str::to_owned);
    view! {
        <div class="state state-error" role="alert">
            <Icon name=IconName::Warning/>
            <p class="state-title">{move || error.title(preferences.locale())}</p>
            {detail.map(|text| view! { <p class="quiet">{text}</p> })}
            {request_id.map(|id| view! {
                <p class="quiet small">{t!(i18n, frame.error.request_id)} " " <CopyText text=id/></p>
            })}
            {on_retry.map(|run| view! {
                <Button icon=IconName::Reload on_click=move || run.run(())>
                    {t!(i18n, frame.error.retry)}
                </Button>
            })}
        </div>
    }
}

/// Nothing here, and what to do next.
#[component]
pub fn EmptyState(
    /// A picture.
    icon: IconName,
    /// That there is nothing.
    #[prop(into)]
    title: Signal<String>,
    /// What to do next.
    #[prop(optional, into)]
    text: Signal<String>,
    /// The next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="state">
            <Icon name=icon/>
            <p class="state-title">{title}</p>
            <p class="quiet">{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
