//! Answers go out in pieces, so that a client that does not read is noticed, and so that no answer
//! lies in memory twice.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::HttpRequest;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use crate::connections::Connection;

/// Bytes of a piece: what the server gathers before it writes.
const PIECE: usize = 32 << 10;

/// A body that goes out piece by piece and tells the connection about each.
pub struct Paced {
    body: BoxBody,
    /// Of the whole, however much of it has gone out.
    size: BodySize,
    rest: Bytes,
    connection: Option<Arc<Connection>>,
}

/// The body of the answer to a request.
pub(super) fn pace(request: &HttpRequest, body: BoxBody) -> Paced {
    Paced {
        size: body.size(),
        body,
        rest: Bytes::new(),
        connection: request.conn_data::<Arc<Connection>>().cloned(),
    }
}

impl MessageBody for Paced {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            this.rest = match Pin::new(&mut this.body).poll_next(context) {
                Poll::Ready(Some(Ok(bytes))) => bytes,
                Poll::Pending => {
                    if let Some(connection) = &this.connection {
                        connection.works();
                    }
                    return Poll::Pending;
                }
                ended => return ended,
            };
        }
        if let Some(connection) = &this.connection {
            connection.sends();
        }
        let piece = this.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(this.rest.split_to(piece))))
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            connection.rests();
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn pieces_make_up_the_whole_and_its_size_is_told() {
        let request = TestRequest::default().to_http_request();
        let whole = Bytes::from(vec![7; 3 * PIECE + 1]);
        let mut paced = pace(&request, BoxBody::new(whole.clone()));
        assert_eq!(paced.size(), BodySize::Sized(whole.len() as u64));
        let first = std::future::poll_fn(|context| Pin::new(&mut paced).poll_next(context)).await;
        assert_eq!(first.unwrap().unwrap().len(), PIECE);
        assert_eq!(to_bytes(paced).await.ok().unwrap(), whole[PIECE..]);
    }
}
