//! The bound of reading: the same server library that answers with ready bytes.

use std::io::Write;
use std::path::Path;

use actix_web::http::header::ContentType;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::Failure;

/// Answers every request with the bytes of the file until it is ended; says where it listens as
/// `rapport serve` does.
pub(crate) async fn serve(file: &Path) -> Result<(), Failure> {
    let bytes = web::Bytes::from(std::fs::read(file)?);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(bytes.clone()))
            .default_service(web::to(answer))
    })
    .tcp_nodelay(true)
    .bind(("127.0.0.1", 0))?;
    let address = server.addrs().first().copied().ok_or("no address")?;
    println!("listening on http://{address}");
    std::io::stdout().flush()?;
    Ok(server.run().await?)
}

async fn answer(bytes: web::Data<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(bytes.get_ref().clone())
}
