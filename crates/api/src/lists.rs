//! The answer of a list, and the lists that are so small that they are filtered and cut in memory:
//! all of the configuration.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse};
use rapport_persistence::configuration::Configuration;
use rapport_types::filters::{Fact, Field, FieldKind, Filter};
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use rapport_types::page::{
    CSV_CAP, Cursor, CursorKey, Page, Paging, Sort, Total, TotalMode, digest,
};
use rapport_types::problem::ErrorCode;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::csv::{self, Cell};
use crate::error::ApiError;
use crate::extract::{
    Format, PagingParams, RawPairs, filter_params, one_of, parameter, sort_parameter,
};

/// A page as JSON, with the next one as `Link` (RFC 8288).
pub fn page<T: Serialize>(request: &HttpRequest, page: &Page<T>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &page.next_cursor {
        let kept = request.query_string().split('&');
        let kept = kept.filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("cursor"));
        let query: Vec<String> = kept
            .map(str::to_owned)
            .chain([format!("cursor={cursor}")])
            .collect();
        response.insert_header((
            LINK,
            format!("<{}?{}>; rel=\"next\"", request.path(), query.join("&")),
        ));
    }
    response.json(page)
}

/// The field of everything that can be deactivated.
pub(crate) const ACTIVE: Field = Field::new("active", FieldKind::Boolean, "whether it is in use");

/// A thing of the configuration that is listed.
pub(crate) trait Listed {
    /// What a row of the list shows.
    type Row: Serialize;
    /// The list's name, as in its path.
    const NAME: &'static str;
    /// What it can be filtered by.
    const FIELDS: &'static [Field];
    /// What it can be sorted by; the first is the default.
    const ORDERS: &'static [&'static str];
    /// The columns of its CSV.
    const COLUMNS: &'static [&'static str];
    /// Whether `q` finds it.
    const HAS_SEARCH: bool = false;

    /// The row.
    fn row(&self) -> Self::Row;
    /// The value of an order as text that sorts as the value does.
    fn order(&self, order: &str) -> String;
    /// What makes it unique, for ties.
    fn id(&self) -> String;
    /// The value of a field.
    fn fact(&self, field: &str, configuration: &Configuration) -> Fact;
    /// Its cells, one per column.
    fn cells(&self) -> Vec<Cell>;
    /// Whether a text in lower case is found in it.
    fn is_found(&self, _text: &str) -> bool {
        true
    }
}

/// The parameters of a list in memory, for the document.
pub(crate) struct ListParams<T>(PhantomData<T>);

impl<T: Listed> utoipa::IntoParams for ListParams<T> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let default = T::ORDERS.first().copied().unwrap_or_default();
        let mut parameters = PagingParams::into_params(place);
        parameters.push(sort_parameter(T::ORDERS, default));
        let about = "`csv` answers all matching rows as a file.";
        parameters.push(one_of("format", about, &["json", "csv"]));
        if T::HAS_SEARCH {
            let text = ObjectBuilder::new().schema_type(Type::String);
            parameters.push(parameter("q", "Part of the name.", text));
        }
        parameters.extend(filter_params(T::FIELDS));
        parameters
    }
}

/// Answers a list in memory as its parameters want it.
pub(crate) fn reply<'a, T: Listed + 'a>(
    request: &HttpRequest,
    pairs: RawPairs,
    all: impl IntoIterator<Item = &'a T>,
    configuration: &Configuration,
) -> Result<HttpResponse, ApiError> {
    reply_as(request, pairs, all, configuration, T::row)
}

/// [`reply`] with rows that depend on who asks.
pub(crate) fn reply_as<'a, T: Listed + 'a>(
    request: &HttpRequest,
    mut pairs: RawPairs,
    all: impl IntoIterator<Item = &'a T>,
    configuration: &Configuration,
    row: impl Fn(&T) -> T::Row,
) -> Result<HttpResponse, ApiError> {
    let filter = pairs.filter(T::FIELDS);
    let default = Sort {
        field: T::ORDERS.first().copied().unwrap_or_default(),
        descending: false,
    };
    let paging = pairs.paging(T::ORDERS, default);
    let format = pairs.format();
    let text = if T::HAS_SEARCH { pairs.take("q") } else { None };
    pairs.finish()?;
    let text = text.unwrap_or_default().trim().to_lowercase();
    let found = all.into_iter().filter(|row| {
        filter.matches(&|field: &str| row.fact(field, configuration))
            && (text.is_empty() || row.is_found(&text))
    });
    let rows = in_order(found, &paging);
    if format == Format::Csv {
        if rows.len() as u64 > CSV_CAP {
            return Err(ErrorCode::UseExport.into());
        }
        return csv::reply(T::NAME, T::COLUMNS, rows.iter().map(|(_, row)| row.cells()));
    }
    Ok(page(
        request,
        &cut(request.path(), &rows, &filter, &text, &paging)?.map(row),
    ))
}

/// The rows, each with its place: the value of the order, then the id, so that no two rows share
/// one.
fn in_order<'a, T: Listed + 'a>(
    rows: impl Iterator<Item = &'a T>,
    paging: &Paging,
) -> Vec<(String, &'a T)> {
    let place = |row: &T| format!("{}\u{1}{}", row.order(paging.sort.field), row.id());
    let mut rows: Vec<(String, &T)> = rows.map(|row| (place(row), row)).collect();
    rows.sort_by(|(a, _), (b, _)| {
        if paging.sort.descending {
            b.cmp(a)
        } else {
            a.cmp(b)
        }
    });
    rows
}

/// The page of the rows; its cursors hold for the list at this path.
fn cut<'a, T: Listed>(
    path: &str,
    rows: &[(String, &'a T)],
    filter: &Filter,
    text: &str,
    paging: &Paging,
) -> Result<Page<&'a T>, ApiError> {
    let descending = paging.sort.descending;
    let direction = if descending { "-" } else { "+" };
    let digest = digest(&[
        path,
        &filter.canonical(),
        text,
        paging.sort.field,
        direction,
    ]);
    let start = match &paging.after {
        None => 0,
        Some(Cursor {
            digest: given,
            key: Some(CursorKey::Text(last)),
            ..
        }) if *given == digest => rows.partition_point(|(place, _)| {
            if descending {
                place >= last
            } else {
                place <= last
            }
        }),
        Some(_) => return Err(ErrorCode::InvalidCursor.into()),
    };
    let limit = paging.limit as usize;
    let rest = rows.get(start..).unwrap_or_default();
    let has_more = rest.len() > limit;
    let shown = rest.get(..limit).unwrap_or(rest);
    let cursor = |place: &String| {
        Cursor {
            digest,
            key: Some(CursorKey::Text(place.clone())),
            number: 0,
        }
        .encode()
    };
    Ok(Page {
        next_cursor: shown
            .last()
            .filter(|_| has_more)
            .map(|(place, _)| cursor(place)),
        data: shown.iter().map(|(_, row)| *row).collect(),
        has_more,
        total: (paging.total != TotalMode::None).then_some(Total {
            count: rows.len() as u64,
            exact: true,
        }),
    })
}

/// The order of names: the English one, else the Chinese, without regard to case.
pub(crate) fn name_order(names: &Names) -> String {
    names.get(Locale::En).to_lowercase()
}

/// The order of positions, negative ones first.
pub(crate) fn position_order(position: i64) -> String {
    format!("{:020}", i128::from(position) - i128::from(i64::MIN))
}

/// The cells `name_en` and `name_zh_cn`.
pub(crate) fn name_cells(names: &Names) -> [Cell; 2] {
    let names = BTreeMap::from(names.clone());
    ["en", "zh-CN"].map(|tag| names.get(tag).map_or(Cell::Empty, Cell::text))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rapport_types::ticket_types::TicketType;

    use super::*;

    fn kinds(count: i64) -> Vec<TicketType> {
        let kind = |position| TicketType {
            definition_version: 0,
            fields: Vec::new(),
            pipelines: Vec::new(),
            code: format!("kind_{position}").try_into().unwrap(),
            version: 1,
            names: Names::both("Kind", ""),
            position: position / 2 - 1,
            active: true,
        };
        (0..count).map(kind).collect()
    }

    fn pages(query: &str, kinds: &[TicketType]) -> Result<Vec<String>, ApiError> {
        let mut pairs = RawPairs::parse(query);
        let sort = Sort {
            field: "position",
            descending: false,
        };
        let mut paging = pairs.paging(TicketType::ORDERS, sort);
        let mut seen = Vec::new();
        loop {
            let page = cut(
                "/ticket-types",
                &in_order(kinds.iter(), &paging),
                &Filter::default(),
                "",
                &paging,
            )?;
            seen.extend(page.data.iter().map(|kind| kind.code.to_string()));
            let Some(cursor) = page.next_cursor else {
                return Ok(seen);
            };
            paging.after = Cursor::decode(&cursor);
        }
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition_in_both_directions() {
        let all = kinds(7);
        let mut expected: Vec<String> = all.iter().map(|kind| kind.code.to_string()).collect();
        for limit in [1, 2, 3, 7, 8] {
            assert_eq!(
                pages(&format!("limit={limit}"), &all).unwrap(),
                expected,
                "{limit}"
            );
        }
        expected.reverse();
        assert_eq!(pages("limit=2&sort=-position", &all).unwrap(), expected);
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        let cursor = Cursor {
            digest: 1,
            key: Some(CursorKey::Text("x".into())),
            number: 0,
        }
        .encode();
        let refused = pages(&format!("cursor={cursor}"), &kinds(3)).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidCursor);
    }

    #[test]
    fn the_next_page_is_linked_with_the_same_parameters() {
        let request =
            TestRequest::with_uri("/api/v1/users?limit=2&cursor=old&active=true").to_http_request();
        let answer = Page {
            data: vec![1],
            next_cursor: Some("new".into()),
            has_more: true,
            total: None,
        };
        let response = page(&request, &answer);
        let link = response.headers().get(LINK).unwrap();
        assert_eq!(
            link,
            "</api/v1/users?limit=2&active=true&cursor=new>; rel=\"next\""
        );
        let last = Page::<i32> {
            data: vec![],
            next_cursor: None,
            has_more: false,
            total: None,
        };
        assert!(!page(&request, &last).headers().contains_key(LINK));
    }
}
