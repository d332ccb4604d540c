//! Passwords: argon2id with the parameters that OWASP recommends.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// How much work one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// The smallest of OWASP's equivalent settings: 19 MiB, two passes, one lane
    /// (<https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).
    pub const OWASP: Self = Self {
        memory_kib: 19_456,
        passes: 2,
        lanes: 1,
    };
    /// As little as the algorithm allows, for tests.
    pub const TEST: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
}

/// Hashes and verifies passwords, a bounded number at a time and never on a thread that serves
/// requests.
#[derive(Debug, Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// What an unknown user's password is compared with, so that the answer takes as long.
    nobodys: Arc<str>,
}

impl Passwords {
    /// Passwords of this cost, at most `at_once` at a time.
    ///
    /// # Errors
    /// When the algorithm refuses the cost.
    pub fn new(cost: Cost, at_once: usize) -> Result<Self, ApiError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(ApiError::internal)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys = argon2
            .hash_password(b"nobody's")
            .map_err(ApiError::internal)?
            .to_string();
        let permits = Arc::new(Semaphore::new(at_once.max(1)));
        Ok(Self {
            argon2,
            permits,
            nobodys: nobodys.into(),
        })
    }

    /// The hash of a password, in PHC form with a random salt.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.run(move || {
            argon2
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(ApiError::internal)
        })
        .await?
    }

    /// Whether the password is the one of the hash; without a hash it takes as long and is wrong.
    ///
    /// # Errors
    /// A fault of ours, for example a hash that cannot be read.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, ApiError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobodys).to_owned();
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.run(move || {
            let hash = PasswordHash::new(&hash).map_err(ApiError::internal)?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await?
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let _permit = self.permits.acquire().await.map_err(ApiError::internal)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(ApiError::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn only_the_right_password_fits_its_hash() {
        let passwords = Passwords::new(Cost::TEST, 2).unwrap();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert_ne!(
            hash,
            passwords.hash("correct horse").await.unwrap(),
            "salted"
        );
        assert!(
            passwords
                .verify("correct horse", Some(&hash))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("nobody's", None).await.unwrap());
        assert!(passwords.verify("x", Some("no hash")).await.is_err());
    }
}
