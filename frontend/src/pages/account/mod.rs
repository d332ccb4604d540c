//! The reader's own account: who they are here, what they may do, their password; and the choice of a
//! password before anything else.

mod first_password;
mod overview;
mod password_form;

pub use first_password::FirstPassword;
pub use overview::Account;
