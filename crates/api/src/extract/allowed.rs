//! Who is asking, and whether the role allows it: a right is a type in the handler's signature.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, web};
use percent_encoding::percent_decode;
use rapport_types::api_keys::PREFIX;
use rapport_types::limits::Standing;
use rapport_types::permissions::{ActOnBehalf, Right};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::text::NameText;

use crate::auth::caller::{Caller, Credential};
use crate::auth::{cookies, tokens};
use crate::error::ApiError;
use crate::middleware::RequestId;
use crate::replies::GivenKey;
use crate::request_limits::Asker;
use crate::state::AppState;

/// The header by which a trusted service says for whom it acts.
pub const ON_BEHALF_OF: &str = "X-On-Behalf-Of";
/// Longest encoded name, in bytes.
const LONGEST_NAME: usize = 1_000;

/// The caller, who holds the right `R`: 401 without a valid token, 403 without the right.
#[derive(Debug, Clone)]
pub struct Allowed<R> {
    /// The caller.
    pub caller: Caller,
    right: PhantomData<R>,
}

/// The caller, whatever its role: 401 without a valid token.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Caller);

/// The caller, even one who has to change the password first: for the way out of that alone.
#[derive(Debug, Clone)]
pub struct OnTheWayIn(pub Caller);

impl<R> std::ops::Deref for Allowed<R> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl std::ops::Deref for SignedIn {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl std::ops::Deref for OnTheWayIn {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<R: Right + 'static> FromRequest for Allowed<R> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = admitted(authenticate(&request).await?)?;
            if !R::is_held(&caller.permissions) {
                return Err(match caller.credential {
                    Credential::ApiKey(_) => ErrorCode::ScopeMissing.into(),
                    Credential::Session(_) | Credential::Started => ErrorCode::NotAllowed.into(),
                });
            }
            Ok(Self {
                caller,
                right: PhantomData,
            })
        })
    }
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { admitted(authenticate(&request).await?).map(Self) })
    }
}

impl FromRequest for OnTheWayIn {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authenticate(&request).await.map(Self) })
    }
}

/// Somebody else knows the password that a person was given: with it one may only choose another.
fn admitted(caller: Caller) -> Result<Caller, ApiError> {
    if caller.must_change_password {
        Err(ErrorCode::PasswordChangeNeeded.into())
    } else {
        Ok(caller)
    }
}

async fn authenticate(request: &HttpRequest) -> Result<Caller, ApiError> {
    let state = request
        .app_data::<web::Data<AppState>>()
        .ok_or_else(|| ApiError::internal("the app has no state"))?;
    let token = token(request)?;
    let address = state.client_address(request);
    let (credential, until, me) = if token.starts_with(PREFIX) {
        let digest = tokens::digest(&token);
        let me = state.callers.get_service(state, digest, address).await?;
        (Credential::ApiKey(digest.0), None, me)
    } else {
        let claims = state.tokens.verify(&token, state.clock.now())?;
        let me = state.callers.get(state, &claims).await?;
        (Credential::Session(claims.sid), Some(claims.until()), me)
    };
    request.extensions_mut().insert(me.id);
    if let Some(key) = me.api_key_id {
        request.extensions_mut().insert(key);
    }
    let given = request.extensions().get::<GivenKey>().cloned();
    let mut caller = Caller {
        credential,
        until,
        address,
        request_id: RequestId::of(request),
        request_key: None,
        on_behalf_of: None,
        me,
    };
    count(request, state, &caller)?;
    caller.on_behalf_of = on_behalf_of(request, &caller)?;
    let (credential, for_whom) = (caller.credential_id(), caller.on_behalf_of.as_ref());
    caller.request_key = given.map(|given| given.of_caller(credential, for_whom, request));
    Ok(caller)
}

/// Counts the request for its credential, once however often it is asked who sent it.
fn count(request: &HttpRequest, state: &AppState, caller: &Caller) -> Result<(), ApiError> {
    let counted = request.extensions().get::<Standing>().copied();
    let standing = counted.or_else(|| {
        let session = caller.session().map(Asker::Session);
        let asker = session.or(caller.api_key_id.map(Asker::Key))?;
        let standing = state.request_limits.ask(asker, state.clock.now())?;
        request.extensions_mut().insert(standing);
        Some(standing)
    });
    match standing {
        Some(standing) if !standing.is_admitted => {
            Err(ApiError::too_many_requests(standing.more_in_seconds))
        }
        _ => Ok(()),
    }
}

/// For whom the caller says that it acts, which only a trusted service may say.
fn on_behalf_of(request: &HttpRequest, caller: &Caller) -> Result<Option<NameText>, ApiError> {
    let mut given = request.headers().get_all(ON_BEHALF_OF);
    let Some(first) = given.next() else {
        return Ok(None);
    };
    match caller.credential {
        Credential::Session(_) | Credential::Started => {
            return Err(ErrorCode::NotAllowed.into());
        }
        Credential::ApiKey(_) if !ActOnBehalf::is_held(&caller.permissions) => {
            return Err(ErrorCode::ScopeMissing.into());
        }
        Credential::ApiKey(_) => {}
    }
    // What is not encoded is none: a proxy might fold or cut it.
    let encoded = first.as_bytes();
    let is_encoded = encoded.len() <= LONGEST_NAME && encoded.iter().all(u8::is_ascii_graphic);
    let name = percent_decode(encoded).decode_utf8().ok();
    let name = name.filter(|_| is_encoded);
    let name = name.and_then(|name| NameText::try_from(name.into_owned()).ok());
    match (name, given.next()) {
        (Some(name), None) => Ok(Some(name)),
        _ => Err(Fault::in_parameter(ON_BEHALF_OF, FieldCode::InvalidValue).into()),
    }
}

/// The bearer token, or on GET the cookie's: a form on another site can make the browser send a
/// cookie, but never a header.
fn token(request: &HttpRequest) -> Result<String, ApiError> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let token = header.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| token.trim().to_owned())
        });
        return token.ok_or_else(|| ErrorCode::NotSignedIn.into());
    }
    let reads = *request.method() == Method::GET || *request.method() == Method::HEAD;
    let cookie = if reads {
        cookies::find(request, cookies::ACCESS)
    } else {
        None
    };
    cookie.ok_or_else(|| ErrorCode::NotSignedIn.into())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_cookie_counts_for_reading_only_and_the_header_comes_first() {
        let with_cookie = |method| {
            TestRequest::with_uri("/")
                .method(method)
                .insert_header(("cookie", "a=1; rapport_access=abc"))
        };
        assert_eq!(
            token(&with_cookie(Method::GET).to_http_request()).unwrap(),
            "abc"
        );
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(token(&with_cookie(method).to_http_request()).is_err());
        }
        let both = with_cookie(Method::GET).insert_header(("authorization", "bearer xyz"));
        assert_eq!(token(&both.to_http_request()).unwrap(), "xyz");
        let basic = with_cookie(Method::GET).insert_header(("authorization", "Basic xyz"));
        assert!(token(&basic.to_http_request()).is_err());
    }
}
