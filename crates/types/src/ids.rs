//! Identifiers: a UUIDv7 in the database, a [TypeID](https://github.com/jetify-com/typeid) on the
//! wire (`ticket_01h455vb4pex5vsknk084sn02q`).

use uuid::Uuid;

/// Crockford's base 32 in lower case, as the TypeID specification orders it.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A text that is no id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl std::fmt::Display for InvalidId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not an id of this kind")
    }
}

impl std::error::Error for InvalidId {}

/// The 26 characters of a TypeID's suffix.
fn encode(uuid: Uuid) -> String {
    let number = uuid.as_u128();
    (0..26u32)
        .map(|i| {
            let index = (number >> (125 - 5 * i)) & 31;
            char::from(ALPHABET[index as usize])
        })
        .collect()
}

/// Reads the 26 characters back; the first may be at most `7`, or the number would not fit.
fn decode(suffix: &str) -> Result<Uuid, InvalidId> {
    let bytes = suffix.as_bytes();
    if bytes.len() != 26 || bytes[0] > b'7' {
        return Err(InvalidId);
    }
    let mut number = 0u128;
    for byte in bytes {
        let digit = ALPHABET.iter().position(|c| c == byte).ok_or(InvalidId)?;
        number = (number << 5) | digit as u128;
    }
    Ok(Uuid::from_u128(number))
}

/// Declares an id type with its TypeID prefix.
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The TypeID prefix of this kind.
            pub const PREFIX: &'static str = $prefix;

            /// The id that this UUID names.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID in the database.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), encode(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let suffix = text.strip_prefix(concat!($prefix, "_")).ok_or(InvalidId)?;
                decode(suffix).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("invalid_id"))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")))
                    .examples([concat!($prefix, "_01h455vb4pex5vsknk084sn02q")])
                    .build()
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )*};
}

id! {
    /// A team of the organisation.
    TeamId = "team";
    /// A person who signs in.
    UserId = "user";
    /// A key by which a service user calls the API.
    ApiKeyId = "api_key";
    /// A customer, person or organisation.
    CustomerId = "customer";
    /// A merge of one customer into another.
    CustomerMergeId = "customer_merge";
    /// A person who speaks for an organisation.
    ContactId = "contact";
    /// A ticket.
    TicketId = "ticket";
    /// A message of a ticket.
    MessageId = "message";
    /// An event of a ticket.
    TicketEventId = "event";
    /// One satisfaction rating of a ticket.
    RatingId = "rating";
    /// An approval of something about a ticket.
    ApprovalId = "approval";
    /// A node of the category tree.
    CategoryId = "category";
    /// A calendar of opening hours.
    CalendarId = "calendar";
    /// A list of clock policies.
    ClockPolicyId = "clock_policy";
    /// One run of an import.
    ImportId = "import";
    /// A file that was uploaded to be imported.
    ImportFileId = "import_file";
    /// One change of many records.
    BulkChangeId = "bulk_change";
    /// A signed-in session (a family of refresh tokens).
    SessionId = "session";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_typeid_specification() {
        let vectors = [
            (
                "00000000-0000-0000-0000-000000000000",
                "00000000000000000000000000",
            ),
            (
                "00000000-0000-0000-0000-000000000001",
                "00000000000000000000000001",
            ),
            (
                "00000000-0000-0000-0000-000000000020",
                "00000000000000000000000010",
            ),
            (
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "7zzzzzzzzzzzzzzzzzzzzzzzzz",
            ),
            (
                "0110c853-1d09-52d8-d73e-1194e95b5f19",
                "0123456789abcdefghjkmnpqrs",
            ),
            (
                "01890a5d-ac96-774b-bcce-b302099a8057",
                "01h455vb4pex5vsknk084sn02q",
            ),
        ];
        for (uuid, suffix) in vectors {
            let id = TicketId::from_uuid(uuid.parse().unwrap());
            assert_eq!(id.to_string(), format!("ticket_{suffix}"));
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn malformed_ids_are_refused() {
        for text in [
            "",
            "ticket",
            "ticket_",
            "customer_01h455vb4pex5vsknk084sn02q",
            "ticket_01h455vb4pex5vsknk084sn02",
            "ticket_81h455vb4pex5vsknk084sn02q",
            "ticket_01H455VB4PEX5VSKNK084SN02Q",
            "ticket_01h455vb4pex5vsknk084sn02l",
            "ticket_01h455vb4pex5vsknk084sn0é",
        ] {
            assert_eq!(text.parse::<TicketId>(), Err(InvalidId), "{text}");
        }
    }
}
