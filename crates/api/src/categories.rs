//! The tree of categories.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use rapport_persistence::categories;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::writes::Writer;
use rapport_types::categories::{Category, CategoryPatch, NewCategory};
use rapport_types::filters::{Fact, Field, FieldKind};
use rapport_types::ids::CategoryId;
use rapport_types::page::Page;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{ErrorCode, FieldCode};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::{Faults, changed};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, PathId, RawPairs, SignedIn,
    ValidJson, versioned,
};
use crate::lists::{self, ACTIVE, ListParams, Listed, name_cells, name_order};
use crate::records::check_version;
use crate::replies::Reply;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_categories)
        .service(create_category)
        .service(get_category)
        .service(update_category)
        .service(delete_category);
}

impl Body for NewCategory {
    const LIMIT: usize = 16_384;
}

impl Body for CategoryPatch {
    const LIMIT: usize = 16_384;
}

impl Listed for Category {
    type Row = Self;
    const NAME: &'static str = "categories";
    const FIELDS: &'static [Field] = &[
        ACTIVE,
        Field::new("code", FieldKind::Code, "its code"),
        Field::new(
            "category",
            FieldKind::Category,
            "the category itself or one above it",
        ),
    ];
    const ORDERS: &'static [&'static str] = &["name"];
    const COLUMNS: &'static [&'static str] =
        &["id", "code", "name_en", "name_zh_cn", "parent_id", "active"];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, _: &str) -> String {
        name_order(&self.names)
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, field: &str, configuration: &Configuration) -> Fact {
        match field {
            "active" => Fact::Boolean(self.active),
            "code" => Fact::text(self.code.as_ref()),
            "category" => Fact::Set(
                configuration
                    .category_tree
                    .path(self.id)
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            ),
            _ => Fact::Null,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let [en, zh_cn] = name_cells(&self.names);
        vec![
            Cell::plain(Some(self.id)),
            Cell::plain(self.code.as_ref()),
            en,
            zh_cn,
            Cell::plain(self.parent_id),
            Cell::plain(Some(self.active)),
        ]
    }
}

/// List categories
///
/// All categories; `parent_id` makes them a tree.
#[utoipa::path(
    tag = "categories",
    params(ListParams<Category>),
    responses((status = 200, description = "A page of categories.", content((Page<Category> = "application/json"), (String = "text/csv"))))
)]
#[get("/categories")]
async fn list_categories(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    lists::reply(
        &request,
        pairs,
        configuration.categories.values(),
        &configuration,
    )
}

/// Add a category
///
/// Without `parent_id` it is a top category.
#[utoipa::path(
    tag = "categories",
    request_body(content = NewCategory, example = json!({"code": "warranty", "names": {"en": "Warranty", "zh-CN": "保修"}})),
    responses((status = 201, description = "The category.", body = Category))
)]
#[post("/categories")]
async fn create_category(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    new: ValidJson<NewCategory>,
) -> Result<HttpResponse, ApiError> {
    let new = new.0;
    let category = Category {
        id: CategoryId::from_uuid(state.ids.next()),
        version: 1,
        code: new.code,
        names: new.names,
        parent_id: new.parent_id,
        active: true,
    };
    let work = async |writer: &mut Writer, current: &Configuration| {
        check_parent(&category, None, current)?;
        Ok(categories::insert(writer, &category).await?)
    };
    let reply = |(): &()| Reply::record(&category, category.version, ("categories", category.id));
    state.configure_once(&caller, work, reply).await
}

/// Read a category
///
/// One category by its id.
#[utoipa::path(
    tag = "categories",
    params(("id" = CategoryId, Path, description = "The category's id."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The category.", body = Category),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/categories/{id}")]
async fn get_category(
    state: web::Data<AppState>,
    _caller: SignedIn,
    id: PathId<CategoryId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let category = configuration
        .categories
        .get(&id.0)
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(category, category.version, &request))
}

/// Change a category
///
/// Members that are left out stay as they are; `"parent_id": null` makes it a top category. A
/// category cannot move below itself.
#[utoipa::path(
    tag = "categories",
    params(("id" = CategoryId, Path, description = "The category's id."), IfMatchHeader),
    request_body(content = CategoryPatch, example = json!({"active": false})),
    responses((status = 200, description = "The category as it is now.", body = Category))
)]
#[patch("/categories/{id}")]
async fn update_category(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    id: PathId<CategoryId>,
    seen: IfMatch,
    patch: ValidJson<CategoryPatch>,
) -> Result<HttpResponse, ApiError> {
    let category = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.categories.get(&id.0).ok_or(ErrorCode::NotFound)?;
                check_version(seen, before.version)?;
                let after = patched(patch.0.clone(), before);
                check_parent(&after, Some(before), current)?;
                Ok(categories::update(writer, before, after).await?)
            },
        )
        .await?;
    Ok(changed(&category, category.version))
}

/// Delete a category
///
/// Only one that nothing refers to: no ticket, no category below it, no clock policy in force
/// (409 `in_use`). Deactivate it instead.
#[utoipa::path(
    tag = "categories",
    params(("id" = CategoryId, Path, description = "The category's id."), IfMatchHeader),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/categories/{id}")]
async fn delete_category(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    id: PathId<CategoryId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let category = current.categories.get(&id.0).ok_or(ErrorCode::NotFound)?;
                check_version(seen, category.version)?;
                if is_in_use(category, current)
                    || categories::has_tickets(writer, category.id).await?
                {
                    return Err(ErrorCode::InUse.into());
                }
                Ok(categories::delete(writer, category).await?)
            },
        )
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn patched(patch: CategoryPatch, before: &Category) -> Category {
    let before = before.clone();
    Category {
        id: before.id,
        version: before.version,
        code: before.code,
        names: patch.names.unwrap_or(before.names),
        parent_id: patch.parent_id.apply(before.parent_id),
        active: patch.active.unwrap_or(before.active),
    }
}

/// A new parent must be there and in use, and the categories stay trees.
fn check_parent(
    category: &Category,
    before: Option<&Category>,
    current: &Configuration,
) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    let held = before.and_then(|before| before.parent_id);
    if let Some(parent) = category.parent_id.filter(|parent| held != Some(*parent)) {
        faults.refers(
            "/parent_id",
            current
                .categories
                .get(&parent)
                .map(|category| category.active),
        );
        let is_cycle = current.categories.contains_key(&parent)
            && !current.category_tree.may_move(category.id, parent);
        faults.when(is_cycle, "/parent_id", FieldCode::WouldBeCycle);
    }
    faults.finish()
}

/// Whether categories or the clock policies in force refer to it.
fn is_in_use(category: &Category, current: &Configuration) -> bool {
    let id = category.id.to_string();
    let policies = &current.latest_policies().policies;
    !current.category_tree.children(category.id).is_empty()
        || policies
            .iter()
            .flat_map(|policy| &policy.filter.conditions)
            .any(|condition| condition.values.contains(&id))
}
