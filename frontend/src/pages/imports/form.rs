//! A new import: the file, then what its columns mean.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::ids::{ImportFileId, ImportId};
use rapport_types::imports::{ImportFile, ImportPreview, Mapping, NewImport, NewPreview};

use super::columns::{Columns, FileSummary};
use super::editor::{Draft, Editor};
use super::file_step::FileStep;
use super::preview::Preview;
use super::rules::Rules;
use super::steps::{Step, Steps};
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::api::{self, ApiError};
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::IconName;
use crate::components::states::{EmptyState, ErrorState, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::pages::address::{Address, use_address};
use crate::pages::draft::{Place, keep};
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// How long picking rests before the preview follows.
const REST: Duration = Duration::from_millis(350);

/// A new import. The URL says which file, so that a reload finds it again.
#[component]
pub fn ImportForm() -> impl IntoView {
    let i18n = use_i18n();
    let address = use_address(links::new_import(None, None));
    let file = Memo::new(move |_| {
        address
            .find("file")
            .and_then(|id| id.parse::<ImportFileId>().ok())
    });
    use_place(move || {
        vec![
            Crumb::link(t_string!(i18n, imports.title), links::imports()),
            Crumb::here(t_string!(i18n, imports.new)),
        ]
    });
    let step = move || {
        if file.get().is_some() {
            Step::Mapping
        } else {
            Step::File
        }
    };
    view! {
        <div class="page-head"><h1>{t!(i18n, imports.new)}</h1></div>
        <Steps
            at=Signal::derive(step)
            way=|step: Step| (step == Step::File).then(|| links::new_import(None, None))
        />
        {move || match file.get() {
            Some(id) => view! { <MappingStep id address/> }.into_any(),
            None => view! { <FileStep/> }.into_any(),
        }}
    }
}

/// The second step, once the file is known.
#[component]
fn MappingStep(
    /// The file.
    id: ImportFileId,
    /// The page's URL.
    address: Address,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let user = untrack(|| session.me()).map(|me| me.id);
    let place = Place::new(user, &format!("import.{id}"));
    // The mapping of an earlier import counts where nothing is kept here.
    let earlier = untrack(|| address.find("from")).and_then(|id| id.parse::<ImportId>().ok());
    let kept = place.read::<Draft>();
    let is_kept = kept.is_some();
    let loaded = use_query(
        move || id,
        move |id| {
            let kept = kept.clone();
            async move {
                let file = api::imports::file(id).await?;
                let draft = match (kept, earlier) {
                    (Some(kept), _) => kept,
                    (None, Some(earlier)) => of_import(earlier).await?,
                    (None, None) => of_proposal(&file),
                };
                Ok((file, draft))
            }
        },
    );
    let place = StoredValue::new(place);
    move || match (loaded.get(), loaded.error()) {
        (Some((file, draft)), _) => {
            let is_kept = is_kept && draft != of_proposal(&file);
            let editor = Editor::new(file, draft);
            place.with_value(|place| keep(place.clone(), move || Some(editor.draft())));
            view! { <MappingForm id editor is_kept/> }.into_any()
        }
        (None, Some(error)) if error.is_not_found() => view! {
            <EmptyState
                icon=IconName::Upload
                title=Signal::derive(move || t_string!(i18n, imports.file.gone).to_owned())
                text=Signal::derive(move || t_string!(i18n, imports.file.gone_text).to_owned())
            >
                <LinkButton href=links::new_import(None, None) kind=ButtonKind::Primary>
                    {t!(i18n, imports.file.choose)}
                </LinkButton>
            </EmptyState>
        }
        .into_any(),
        (None, Some(error)) => {
            view! { <ErrorState error on_retry=move || loaded.reload()/> }.into_any()
        }
        (None, None) => view! { <Skeleton lines=10/> }.into_any(),
    }
}

/// The server's proposal as a draft.
fn of_proposal(file: &ImportFile) -> Draft {
    Draft::new(file.entity, file.mappings.of(file.entity).clone(), None)
}

/// The mapping of an earlier import as a draft.
async fn of_import(id: ImportId) -> Result<Draft, ApiError> {
    let import = api::imports::import(id).await?;
    let team = import.team.map(|team| team.id);
    Ok(Draft::new(import.summary.entity, import.mapping, team))
}

/// Everything about the columns: what they mean, what holds for every row, what comes of it.
#[component]
fn MappingForm(
    /// The file.
    id: ImportFileId,
    /// The mapping in the making.
    editor: Editor,
    /// Whether it goes on from what was kept in this browser.
    is_kept: bool,
) -> impl IntoView {
    let navigate = StoredValue::new_local(use_navigate());
    let preview = use_preview(id, editor);
    let check =
        use_submission(|import: NewImport| async move { api::imports::start(&import).await });
    let start_check = move || {
        let draft = untrack(|| editor.draft());
        let import = NewImport {
            file_id: id,
            mapping: draft.mapping,
            team_id: draft.team,
            dry_run: true,
        };
        check.send_then(import, move |import| {
            let page = links::import(import.summary.id);
            navigate.with_value(|navigate| navigate(&page, Default::default()));
        });
    };
    view! {
        <FileSummary editor is_kept/>
        <div class="import-grid">
            // Made anew when the whole mapping is another one.
            {move || {
                editor.round();
                view! { <Columns editor preview/> <Rules editor/> }
            }}
        </div>
        <Preview editor preview check=start_check busy=check.busy() error=check.error_signal()/>
    }
}

/// What becomes of the first records; follows the mapping when picking rests.
fn use_preview(id: ImportFileId, editor: Editor) -> Query<ImportPreview> {
    let asked = RwSignal::new(untrack(|| editor.mapping(Mapping::clone)));
    let ask = StoredValue::new_local(debounce(REST, move |mapping: Mapping| {
        // The page may be gone by now.
        asked.try_set(mapping);
    }));
    Effect::new(move |before: Option<Mapping>| {
        let now = editor.mapping(Mapping::clone);
        if before.as_ref().is_some_and(|before| *before != now) {
            ask.update_value(|ask| ask(now.clone()));
        }
        now
    });
    use_query(
        move || asked.get(),
        move |mapping| async move {
            api::imports::preview(&NewPreview {
                file_id: id,
                mapping,
            })
            .await
        },
    )
}
