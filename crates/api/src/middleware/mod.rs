//! What happens around every request, from the outside in: the request's id, what is counted, the
//! log line, the headers of the answer, refusals as problems, limits, and who is let in.

mod admit;
mod announce;
mod headers;
mod limits;
mod log;
mod measure;
mod pace;
mod panics;
mod problems;
mod request_id;

pub use admit::admit;
pub use announce::announce;
pub use headers::secure;
pub use limits::limit;
pub use log::log;
pub use measure::measure;
pub use pace::Paced;
pub use problems::{Language, explain};
pub use request_id::{RequestId, identify};
