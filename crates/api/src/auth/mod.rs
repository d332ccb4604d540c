//! Signing in, sessions and who the caller is.

pub mod caller;
pub mod cookies;
mod handlers;
pub mod password;
mod steps;
#[cfg(test)]
mod tests;
pub mod tokens;

pub use handlers::routes;
