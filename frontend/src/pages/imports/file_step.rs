//! The first step: a file from this computer.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, HtmlInputElement};

use crate::api::upload::GiveUp;
use crate::api::{self, ApiError};
use crate::components::button::{Button, ButtonKind};
use crate::components::element_id;
use crate::components::icon::{Icon, IconName};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// What is on its way.
#[derive(Debug, Clone, PartialEq)]
struct Way {
    name: String,
    sent: f64,
    of: f64,
}

/// The file.
#[component]
pub(super) fn FileStep() -> impl IntoView {
    let i18n = use_i18n();
    let navigate = StoredValue::new_local(use_navigate());
    let way = RwSignal::new(None::<Way>);
    let error = RwSignal::new(None::<ApiError>);
    let give_up = StoredValue::new_local(GiveUp::default());
    on_cleanup(move || {
        if let Some(give_up) = give_up.try_get_value() {
            give_up.now();
        }
    });
    let upload = move |file: File| {
        if way.read_untracked().is_some() {
            return;
        }
        error.set(None);
        way.set(Some(Way {
            name: file.name(),
            sent: 0.0,
            of: file.size(),
        }));
        let give_up = give_up.get_value();
        leptos::task::spawn_local(async move {
            let progress = move |sent: f64, of: f64| {
                way.try_update(|way| {
                    if let Some(way) = way {
                        (way.sent, way.of) = (sent, of);
                    }
                });
            };
            let answer = api::imports::upload(&file, &give_up, progress).await;
            // The page may be gone by now.
            if way.try_set(None).is_some() {
                return;
            }
            match answer {
                Ok(Some(file)) => {
                    let page = links::new_import(Some(file.id), None);
                    navigate.with_value(|navigate| navigate(&page, Default::default()));
                }
                Ok(None) => {}
                Err(refusal) => error.set(Some(refusal)),
            }
        });
    };
    view! {
        <section class="panel import-file" aria-labelledby="import-file-title" data-testid="import-step-file">
            <h2 id="import-file-title" class="visually-hidden">{t!(i18n, imports.step.file)}</h2>
            <Show
                when=move || way.read().is_some()
                fallback=move || view! { <DropZone on_file=upload/> }
            >
                <OnItsWay way give_up=move || give_up.with_value(GiveUp::now)/>
            </Show>
            <Refusal error/>
        </section>
        <div class="import-help quiet small">
            <p>{t!(i18n, imports.file.help_excel)}</p>
            <p>{t!(i18n, imports.file.help_kinds)}</p>
            <p>{t!(i18n, imports.file.help_safe)}</p>
        </div>
    }
}

/// Where a file is dropped or chosen.
#[component]
fn DropZone(
    /// Told of the file.
    #[prop(into)]
    on_file: Callback<File>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = element_id("file");
    let input = NodeRef::<leptos::html::Input>::new();
    let is_over = RwSignal::new(false);
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let file = event
            .data_transfer()
            .and_then(|it| it.files())
            .and_then(|files| files.item(0));
        if let Some(file) = file {
            on_file.run(file);
        }
    };
    view! {
        <div
            class="import-drop"
            class:is-over=is_over
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=dropped
        >
            <Icon name=IconName::Upload/>
            <p class="state-title">{t!(i18n, imports.file.drop)}</p>
            <p class="quiet">{t!(i18n, imports.file.kinds)}</p>
            <label class="visually-hidden" for=id.clone()>{t!(i18n, imports.file.choose)}</label>
            <input
                node_ref=input
                id=id
                class="visually-hidden"
                type="file"
                tabindex="-1"
                accept=".csv,.txt,.tsv,.gz,text/csv"
                data-testid="import-file"
                on:change=move |event| {
                    let field = event
                        .target()
                        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
                    let file = field.and_then(|it| it.files()).and_then(|files| files.item(0));
                    if let Some(file) = file {
                        on_file.run(file);
                    }
                }
            />
            <Button
                kind=ButtonKind::Primary
                on_click=move || if let Some(input) = input.get_untracked() { input.click() }
            >
                {t!(i18n, imports.file.choose)}
            </Button>
        </div>
    }
}

/// How far the file has come; then the server reads it.
#[component]
fn OnItsWay(
    /// What is on its way.
    way: RwSignal<Option<Way>>,
    /// Gives it up.
    #[prop(into)]
    give_up: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let share = move || {
        way.with(|way| {
            way.as_ref()
                .filter(|way| way.of > 0.0)
                .map_or(0.0, |way| (way.sent / way.of).clamp(0.0, 1.0))
        })
    };
    let is_sent = move || share() >= 1.0;
    let name = move || way.with(|way| way.as_ref().map(|it| it.name.clone()).unwrap_or_default());
    view! {
        <div class="import-way" role="status">
            <p class="import-way-name">{name}</p>
            <div
                class="import-bar"
                class:is-endless=is_sent
                role="progressbar"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format!("{:.0}", share() * 100.0)
                aria-label=move || t_string!(i18n, imports.file.uploading)
            >
                <span style:width=move || format!("{:.1}%", share() * 100.0)></span>
            </div>
            <p class="quiet">
                {move || if is_sent() {
                    t_string!(i18n, imports.file.reading).to_owned()
                } else {
                    t_string!(
                        i18n,
                        imports.file.sent,
                        share = format::percent(share(), preferences.locale())
                    )
                }}
            </p>
            <Button on_click=move || give_up.run(())>{t!(i18n, imports.cancel)}</Button>
        </div>
    }
}

/// Why the server did not take the file: its own words for the file, and the refusal.
#[component]
fn Refusal(
    /// The refusal.
    error: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let preferences = use_preferences();
    view! {
        <div role="alert">
            {move || error.get().map(|error| {
                let words = error.messages();
                let title = error.title(preferences.locale());
                view! {
                    <div class="form-error" data-testid="import-file-refused">
                        <Icon name=IconName::Warning/>
                        <div>
                            <p>{title}</p>
                            {words.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
                        </div>
                    </div>
                }
            })}
        </div>
    }
}
