//! What happens around every request, from the outside in: the request's id, the log line, the
//! headers of the answer, refusals as problems, and limits.

mod headers;
mod limits;
mod log;
mod problems;
mod request_id;

pub use headers::secure;
pub use limits::limit;
pub use log::log;
pub use problems::{Language, explain};
pub use request_id::{RequestId, identify};
