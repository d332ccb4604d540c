//! The bookkeeping tables: sessions, refresh tokens, leases, sign-in failures, signing keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, string, uuid};

/// Creates the tables.
pub(crate) async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sessions = Table::create()
        .table("sessions")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(big_integer("created_at"))
        .col(big_integer("used_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("ended_at"))
        .to_owned();
    let tokens = Table::create()
        .table("refresh_tokens")
        .col(string("digest").primary_key())
        .col(uuid("session_id"))
        .col(big_integer("issued_at"))
        .col(big_integer_null("spent_at"))
        .to_owned();
    let leases = Table::create()
        .table("leases")
        .col(string("name").primary_key())
        .col(string("holder"))
        .col(big_integer("expires_at"))
        .to_owned();
    let failures = Table::create()
        .table("sign_in_failures")
        .col(uuid("attempt_id"))
        .col(string("bucket"))
        .col(big_integer("failed_at"))
        .primary_key(Index::create().col("attempt_id").col("bucket"))
        .to_owned();
    let keys = Table::create()
        .table("signing_keys")
        .col(integer("id").primary_key())
        .col(string("secret"))
        .col(big_integer("created_at"))
        .to_owned();
    for table in [sessions, tokens, leases, failures, keys] {
        manager.create_table(table).await?;
    }
    for (table, columns) in [
        ("sessions", &["user_id"][..]),
        ("refresh_tokens", &["session_id"]),
        ("sign_in_failures", &["bucket", "failed_at"]),
        ("sign_in_failures", &["failed_at"]),
    ] {
        let mut index = Index::create();
        index
            .name(format!("idx-{table}-{}", columns.join("-")))
            .table(table);
        for column in columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops the tables.
pub(crate) async fn down(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in [
        "signing_keys",
        "sign_in_failures",
        "leases",
        "refresh_tokens",
        "sessions",
    ] {
        manager
            .drop_table(Table::drop().table(table).to_owned())
            .await?;
    }
    Ok(())
}
