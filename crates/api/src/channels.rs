//! Channels: configured codes.

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use rapport_persistence::channels;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::writes::Writer;
use rapport_types::channels::{Channel, NewChannel};
use rapport_types::filters::{Fact, Field};
use rapport_types::page::Page;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{ErrorCode, Problem};
use rapport_types::text::Code;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::configuring::{changed, check_replacement};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfNoneMatchHeader, OptionalIfMatch, OptionalIfMatchHeader, RawPairs, SignedIn,
    ValidJson, created, versioned,
};
use crate::lists::{self, ACTIVE, ListParams, Listed, name_cells, position_order};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_channels)
        .service(get_channel)
        .service(put_channel);
}

impl Body for NewChannel {
    const LIMIT: usize = 16_384;
}

impl Listed for Channel {
    type Row = Self;
    const NAME: &'static str = "channels";
    const FIELDS: &'static [Field] = &[ACTIVE];
    const ORDERS: &'static [&'static str] = &["position", "code"];
    const COLUMNS: &'static [&'static str] =
        &["code", "name_en", "name_zh_cn", "position", "active"];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, order: &str) -> String {
        if order == "code" {
            self.code.to_string()
        } else {
            position_order(self.position)
        }
    }

    fn id(&self) -> String {
        self.code.to_string()
    }

    fn fact(&self, field: &str, _: &Configuration) -> Fact {
        if field == "active" {
            Fact::Boolean(self.active)
        } else {
            Fact::Null
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let [en, zh_cn] = name_cells(&self.names);
        vec![
            Cell::plain(Some(&self.code)),
            en,
            zh_cn,
            Cell::plain(Some(self.position)),
            Cell::plain(Some(self.active)),
        ]
    }
}

/// List channels
///
/// All channels, in the order of their positions.
#[utoipa::path(
    tag = "channels",
    params(ListParams<Channel>),
    responses((status = 200, description = "A page of channels.", content((Page<Channel> = "application/json"), (String = "text/csv"))))
)]
#[get("/channels")]
async fn list_channels(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    lists::reply(
        &request,
        pairs,
        configuration.channels.values(),
        &configuration,
    )
}

/// Read a channel
///
/// One channel by its code.
#[utoipa::path(
    tag = "channels",
    params(("code" = Code, Path, description = "The channel's code."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The channel.", body = Channel),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/channels/{code}")]
async fn get_channel(
    state: web::Data<AppState>,
    _caller: SignedIn,
    code: web::Path<Code>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let channel = configuration
        .channels
        .get(&*code)
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(channel, channel.version, &request))
}

/// Make or replace a channel
///
/// A code that is new makes a channel, without `If-Match`; replacing one needs the version seen.
/// One that is not `active` stays on the tickets that have it and cannot be chosen for others.
#[utoipa::path(
    tag = "channels",
    params(
        ("code" = Code, Path, description = "The channel's code."),
        OptionalIfMatchHeader,
    ),
    request_body(content = NewChannel, example = json!({"names": {"en": "Fax", "zh-CN": "传真"}, "position": 10, "active": true})),
    responses(
        (status = 200, description = "Replaced.", body = Channel),
        (status = 201, description = "Made.", body = Channel),
        (status = 428, description = "The channel exists: send `If-Match`.", body = Problem, content_type = "application/problem+json"),
    )
)]
#[put("/channels/{code}")]
async fn put_channel(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    code: web::Path<Code>,
    seen: OptionalIfMatch,
    new: ValidJson<NewChannel>,
) -> Result<HttpResponse, ApiError> {
    let new = new.0;
    let given = Channel {
        code: code.into_inner(),
        version: 1,
        names: new.names,
        position: new.position,
        active: new.active,
    };
    let (channel, is_new) = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.channels.get(&given.code);
                check_replacement(before.map(|channel| channel.version), seen.0)?;
                let Some(before) = before else {
                    channels::insert(writer, &given).await?;
                    return Ok((given.clone(), true));
                };
                Ok((
                    channels::update(writer, before, given.clone()).await?,
                    false,
                ))
            },
        )
        .await?;
    Ok(if is_new {
        created(
            &channel,
            channel.version,
            &format!("/api/v1/channels/{}", channel.code),
        )
    } else {
        changed(&channel, channel.version)
    })
}
