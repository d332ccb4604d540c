//! What handlers take: checked bodies, ids, query parameters, preconditions and the caller.

mod allowed;
mod faults;
mod format;
mod headers;
mod json;
mod parameters;
mod path;
mod query;

pub use allowed::{Allowed, ON_BEHALF_OF, OnTheWayIn, SignedIn};
pub use faults::validation_faults;
pub use format::Format;
pub use headers::{
    IfMatch, IfMatchHeader, IfNoneMatchHeader, OptionalIfMatch, OptionalIfMatchHeader, created,
    etag, versioned,
};
pub(crate) use headers::{VERSION, header_parameter};
pub(crate) use json::parse;
pub use json::{Body, ValidJson};
pub use parameters::{
    FormatParam, IncludeNamesParam, PagingParams, filter_params, one_of, parameter, sort_parameter,
};
pub use path::{ExternalIdPath, PathId, PathKey};
pub use query::{FromQuery, Query, RawPairs};

pub use crate::middleware::{Language, RequestId};
