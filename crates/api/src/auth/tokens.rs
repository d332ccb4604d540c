//! Access tokens (JWT, HS256 and nothing else) and refresh tokens (random).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rapport_persistence::sessions::{Owner, TokenDigest};
use rapport_types::ids::{SessionId, UserId};
use rapport_types::problem::ErrorCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::ApiError;

/// How long an access token holds.
pub const ACCESS_LIFE: TimeDelta = TimeDelta::minutes(10);
/// Issuer and audience of the tokens.
const NAME: &str = "rapport";
/// Fewest bytes of the key that signs (RFC 7518, 3.2).
pub const SHORTEST_KEY: usize = 32;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Whom it is about.
    pub sub: UserId,
    /// The session it was issued in.
    pub sid: SessionId,
    /// Its own id.
    pub jti: Uuid,
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl Claims {
    /// When the token ends.
    pub fn until(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// Issues and verifies access tokens.
#[derive(Clone)]
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// Tokens signed with this key.
    pub fn new(key: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[NAME]);
        validation.set_issuer(&[NAME]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        // Checked in `verify` by the state's clock.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
            validation,
        }
    }

    /// A token for the owner of a session.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn issue(&self, owner: Owner, jti: Uuid, now: DateTime<Utc>) -> Result<String, ApiError> {
        let claims = Claims {
            sub: owner.user,
            sid: owner.session,
            jti,
            iss: NAME.to_owned(),
            aud: NAME.to_owned(),
            iat: now.timestamp(),
            exp: (now + ACCESS_LIFE).timestamp(),
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(ApiError::internal)
    }

    /// What a token says, if it was issued here and holds at `now`.
    ///
    /// # Errors
    /// 401 `not_signed_in` for what is no token of ours, 401 `session_expired` for an old one.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, ApiError> {
        let claims = decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|error| ApiError::new(ErrorCode::NotSignedIn).because(error))?
            .claims;
        if now.timestamp() >= claims.exp {
            return Err(ErrorCode::SessionExpired.into());
        }
        Ok(claims)
    }
}

/// A fresh secret of 32 random bytes, hexadecimal.
///
/// # Errors
/// When the system has no random numbers.
pub fn secret() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(ApiError::internal)?;
    Ok(hex(&bytes))
}

/// The digest under which a refresh token is stored. The token is random, so a fast hash will do.
pub fn digest(token: &str) -> TokenDigest {
    TokenDigest(Sha256::digest(token.as_bytes()).into())
}

/// An opaque key for something that must not be stored as it is.
pub fn opaque(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn owner() -> Owner {
        Owner {
            session: SessionId::from_uuid(Uuid::from_u128(1)),
            user: UserId::from_uuid(Uuid::from_u128(2)),
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
    }

    fn code(result: Result<Claims, ApiError>) -> ErrorCode {
        result.unwrap_err().code()
    }

    #[test]
    fn a_token_holds_for_ten_minutes_by_the_given_clock() {
        let tokens = Tokens::new(KEY);
        let token = tokens.issue(owner(), Uuid::from_u128(3), at(0)).unwrap();
        let claims = tokens.verify(&token, at(599)).unwrap();
        assert_eq!((claims.sub, claims.sid), (owner().user, owner().session));
        assert_eq!(
            code(tokens.verify(&token, at(600))),
            ErrorCode::SessionExpired
        );
    }

    #[test]
    fn forged_tokens_are_refused() {
        let tokens = Tokens::new(KEY);
        let token = tokens.issue(owner(), Uuid::nil(), at(0)).unwrap();
        let (content, signature) = token.rsplit_once('.').unwrap();
        let payload = content.split_once('.').unwrap().1;
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        let other_key = Tokens::new(&[7; 32])
            .issue(owner(), Uuid::nil(), at(0))
            .unwrap();
        let flipped = format!("{content}.{}", signature.chars().rev().collect::<String>());
        let stronger = encode(
            &Header::new(Algorithm::HS512),
            &json!({"sub": owner().user, "sid": owner().session, "jti": Uuid::nil(),
                "iss": NAME, "aud": NAME, "iat": 0, "exp": at(600).timestamp()}),
            &EncodingKey::from_secret(KEY),
        )
        .unwrap();
        for forged in [
            &unsigned, &other_key, &flipped, &stronger, "", "a.b.c", "abc",
        ] {
            assert_eq!(
                code(tokens.verify(forged, at(1))),
                ErrorCode::NotSignedIn,
                "{forged}"
            );
        }
    }

    #[test]
    fn audience_issuer_and_expiry_must_be_there_and_right() {
        let tokens = Tokens::new(KEY);
        let good = json!({"sub": owner().user, "sid": owner().session, "jti": Uuid::nil(),
            "iss": NAME, "aud": NAME, "iat": 0, "exp": at(600).timestamp()});
        let signed = |claims: &Value| {
            encode(&Header::default(), claims, &EncodingKey::from_secret(KEY)).unwrap()
        };
        tokens.verify(&signed(&good), at(1)).unwrap();
        for (member, value) in [
            ("aud", json!("other")),
            ("iss", json!("other")),
            ("exp", json!("soon")),
            ("sub", json!("x")),
        ] {
            let mut claims = good.clone();
            claims[member] = value;
            assert_eq!(
                code(tokens.verify(&signed(&claims), at(1))),
                ErrorCode::NotSignedIn,
                "{member}"
            );
            claims.as_object_mut().unwrap().remove(member);
            assert_eq!(
                code(tokens.verify(&signed(&claims), at(1))),
                ErrorCode::NotSignedIn,
                "{member}"
            );
        }
    }

    #[test]
    fn secrets_are_random_and_long() {
        let (one, two) = (secret().unwrap(), secret().unwrap());
        assert_ne!(one, two);
        assert!(one.len() >= 2 * SHORTEST_KEY);
    }
}
