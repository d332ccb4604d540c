//! The tables of the foundation. The statements are the same on both databases, but for the two
//! search indexes; why instants are microseconds and ids UUIDs is told in the crate's README.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::bookkeeping;

/// The migration.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in TABLES.iter().chain(INDEXES) {
            connection.execute_unprepared(statement).await?;
        }
        let search = match connection.get_database_backend() {
            DbBackend::Postgres => SEARCH_POSTGRES,
            _ => SEARCH_SQLITE,
        };
        for statement in search {
            connection.execute_unprepared(statement).await?;
        }
        bookkeeping::up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        bookkeeping::down(manager).await?;
        for table in DROPPED {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP TABLE {table}"))
                .await?;
        }
        // SQLite forgets these when it drops the index (seen in 3.51).
        for table in ["customer_search_content", "ticket_search_content"] {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP TABLE IF EXISTS {table}"))
                .await?;
        }
        Ok(())
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE settings (
        id BIGINT NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        names TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        locale TEXT NOT NULL,
        calendar_id UUID NOT NULL,
        phone_country_code TEXT NOT NULL
    )",
    "CREATE TABLE counters (
        kind TEXT NOT NULL PRIMARY KEY,
        value BIGINT NOT NULL
    )",
    "CREATE TABLE teams (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        names TEXT NOT NULL,
        parent_id UUID,
        time_zone TEXT,
        calendar_id UUID,
        active BOOLEAN NOT NULL
    )",
    "CREATE TABLE roles (
        code TEXT NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        names TEXT NOT NULL,
        permissions TEXT NOT NULL,
        built_in BOOLEAN NOT NULL
    )",
    "CREATE TABLE users (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        username TEXT NOT NULL CONSTRAINT uq_users__username UNIQUE,
        name TEXT NOT NULL,
        email TEXT,
        roles TEXT NOT NULL,
        team_id UUID NOT NULL,
        scope_team_id UUID NOT NULL,
        locale TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        must_change_password BOOLEAN NOT NULL,
        password_hash TEXT NOT NULL
    )",
    "CREATE TABLE categories (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        code TEXT CONSTRAINT uq_categories__code UNIQUE,
        names TEXT NOT NULL,
        parent_id UUID,
        active BOOLEAN NOT NULL
    )",
    "CREATE TABLE ticket_types (
        code TEXT NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        names TEXT NOT NULL,
        position BIGINT NOT NULL,
        active BOOLEAN NOT NULL
    )",
    "CREATE TABLE channels (
        code TEXT NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        names TEXT NOT NULL,
        position BIGINT NOT NULL,
        active BOOLEAN NOT NULL
    )",
    "CREATE TABLE calendars (
        id UUID NOT NULL PRIMARY KEY,
        version BIGINT NOT NULL,
        names TEXT NOT NULL,
        active BOOLEAN NOT NULL
    )",
    "CREATE TABLE calendar_versions (
        calendar_id UUID NOT NULL,
        version BIGINT NOT NULL,
        rules TEXT NOT NULL,
        valid_from BIGINT NOT NULL,
        PRIMARY KEY (calendar_id, version)
    )",
    "CREATE TABLE clock_policy_versions (
        version BIGINT NOT NULL PRIMARY KEY,
        policies TEXT NOT NULL,
        valid_from BIGINT NOT NULL
    )",
    "CREATE TABLE customers (
        id UUID NOT NULL PRIMARY KEY,
        number BIGINT NOT NULL CONSTRAINT uq_customers__number UNIQUE,
        version BIGINT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        nature TEXT,
        industry TEXT,
        job_title TEXT,
        phones TEXT NOT NULL,
        emails TEXT NOT NULL,
        address TEXT,
        region TEXT,
        birthday_on TEXT,
        source_channel TEXT,
        owner_id UUID,
        team_id UUID NOT NULL,
        lifecycle TEXT NOT NULL,
        tags TEXT NOT NULL,
        note TEXT,
        external_ids TEXT NOT NULL,
        import_id UUID,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE TABLE customer_values (
        customer_id UUID NOT NULL
            CONSTRAINT fk_customer_values__customer_id REFERENCES customers (id),
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (customer_id, kind, value)
    )",
    "CREATE TABLE external_ids (
        entity TEXT NOT NULL,
        source TEXT NOT NULL,
        external_id TEXT NOT NULL,
        record_id UUID NOT NULL,
        PRIMARY KEY (entity, source, external_id)
    )",
    "CREATE TABLE tickets (
        id UUID NOT NULL PRIMARY KEY,
        number BIGINT NOT NULL CONSTRAINT uq_tickets__number UNIQUE,
        version BIGINT NOT NULL,
        subject TEXT NOT NULL,
        description TEXT,
        type_code TEXT NOT NULL,
        status TEXT NOT NULL,
        priority TEXT NOT NULL,
        channel TEXT NOT NULL,
        category_id UUID
            CONSTRAINT fk_tickets__category_id REFERENCES categories (id),
        customer_id UUID
            CONSTRAINT fk_tickets__customer_id REFERENCES customers (id),
        team_id UUID NOT NULL,
        assignee_id UUID,
        first_responder_id UUID,
        duty_holder_id UUID,
        resolver_id UUID,
        follows_ticket_id UUID,
        answered_on_spot BOOLEAN NOT NULL,
        precision TEXT NOT NULL,
        opened_at BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        first_responded_at BIGINT,
        first_response_counted_at BIGINT,
        first_resolved_at BIGINT,
        resolved_at BIGINT,
        closed_at BIGINT,
        reopened_count BIGINT NOT NULL,
        first_response_seconds BIGINT,
        resolution_seconds BIGINT,
        public_reply_count BIGINT,
        satisfaction_score BIGINT,
        next_due_at BIGINT,
        next_warn_at BIGINT,
        due_order BIGINT NOT NULL,
        import_id UUID,
        external_ids TEXT NOT NULL,
        clock_basis TEXT,
        unknown_clocks TEXT NOT NULL
    )",
    "CREATE TABLE ticket_spans (
        ticket_id UUID NOT NULL
            CONSTRAINT fk_ticket_spans__ticket_id REFERENCES tickets (id),
        from_at BIGINT NOT NULL,
        to_at BIGINT NOT NULL,
        PRIMARY KEY (ticket_id, from_at)
    )",
    "CREATE TABLE ticket_clocks (
        ticket_id UUID NOT NULL
            CONSTRAINT fk_ticket_clocks__ticket_id REFERENCES tickets (id),
        code TEXT NOT NULL,
        run BIGINT NOT NULL,
        decided_at BIGINT,
        met BOOLEAN,
        next_check_at BIGINT,
        state TEXT NOT NULL,
        PRIMARY KEY (ticket_id, code, run)
    )",
    "CREATE TABLE messages (
        id UUID NOT NULL PRIMARY KEY,
        ticket_id UUID NOT NULL
            CONSTRAINT fk_messages__ticket_id REFERENCES tickets (id),
        visibility TEXT NOT NULL,
        author_kind TEXT NOT NULL,
        author_id UUID,
        body TEXT NOT NULL,
        sent_at BIGINT NOT NULL
    )",
    "CREATE TABLE ticket_events (
        id UUID NOT NULL PRIMARY KEY,
        ticket_id UUID NOT NULL
            CONSTRAINT fk_ticket_events__ticket_id REFERENCES tickets (id),
        at BIGINT NOT NULL,
        actor_id UUID,
        kind TEXT NOT NULL,
        before TEXT,
        after TEXT,
        reason TEXT
    )",
    "CREATE TABLE ratings (
        id UUID NOT NULL PRIMARY KEY,
        ticket_id UUID NOT NULL
            CONSTRAINT fk_ratings__ticket_id REFERENCES tickets (id),
        score BIGINT NOT NULL,
        comment TEXT,
        rated_at BIGINT NOT NULL,
        source TEXT NOT NULL,
        latest BOOLEAN NOT NULL
    )",
    "CREATE TABLE changes (
        seq BIGINT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        actor_id UUID,
        on_behalf_of TEXT,
        request_id TEXT NOT NULL,
        entity TEXT NOT NULL,
        record_id TEXT NOT NULL,
        version BIGINT NOT NULL,
        action TEXT NOT NULL,
        before TEXT,
        after TEXT,
        scope_before TEXT,
        scope_after TEXT
    )",
    "CREATE TABLE imports (
        id UUID NOT NULL PRIMARY KEY,
        digest TEXT NOT NULL,
        file_name TEXT NOT NULL,
        mapping TEXT NOT NULL,
        position TEXT NOT NULL,
        imported BIGINT NOT NULL,
        with_warnings BIGINT NOT NULL,
        rejected BIGINT NOT NULL,
        state TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        started_by UUID
    )",
];

const INDEXES: &[&str] = &[
    "CREATE INDEX ix_customers__updated_at__number ON customers (updated_at, number)",
    "CREATE INDEX ix_customers__created_at__number ON customers (created_at, number)",
    "CREATE INDEX ix_customers__name__number ON customers (name, number)",
    "CREATE INDEX ix_customers__team_id__updated_at__number ON customers (team_id, updated_at, number)",
    "CREATE INDEX ix_customers__team_id__created_at__number ON customers (team_id, created_at, number)",
    "CREATE INDEX ix_customers__team_id__name__number ON customers (team_id, name, number)",
    "CREATE INDEX ix_customers__owner_id__updated_at__number ON customers (owner_id, updated_at, number)",
    "CREATE INDEX ix_customers__owner_id__created_at__number ON customers (owner_id, created_at, number)",
    "CREATE INDEX ix_customers__owner_id__name__number ON customers (owner_id, name, number)",
    "CREATE INDEX ix_customers__lifecycle__updated_at__number ON customers (lifecycle, updated_at, number)",
    "CREATE INDEX ix_customers__lifecycle__created_at__number ON customers (lifecycle, created_at, number)",
    "CREATE INDEX ix_customers__lifecycle__name__number ON customers (lifecycle, name, number)",
    "CREATE INDEX ix_customers__import_id ON customers (import_id)",
    "CREATE INDEX ix_customer_values__kind__value__customer_id ON customer_values (kind, value, customer_id)",
    "CREATE INDEX ix_external_ids__record_id ON external_ids (record_id)",
    "CREATE INDEX ix_tickets__updated_at__number ON tickets (updated_at, number)",
    "CREATE INDEX ix_tickets__opened_at__number ON tickets (opened_at, number)",
    "CREATE INDEX ix_tickets__due_order__number ON tickets (due_order, number)",
    "CREATE INDEX ix_tickets__team_id__updated_at__number ON tickets (team_id, updated_at, number)",
    "CREATE INDEX ix_tickets__team_id__opened_at__number ON tickets (team_id, opened_at, number)",
    "CREATE INDEX ix_tickets__team_id__due_order__number ON tickets (team_id, due_order, number)",
    "CREATE INDEX ix_tickets__assignee_id__updated_at__number ON tickets (assignee_id, updated_at, number)",
    "CREATE INDEX ix_tickets__assignee_id__opened_at__number ON tickets (assignee_id, opened_at, number)",
    "CREATE INDEX ix_tickets__assignee_id__due_order__number ON tickets (assignee_id, due_order, number)",
    "CREATE INDEX ix_tickets__first_responder_id__updated_at__number ON tickets (first_responder_id, updated_at, number)",
    "CREATE INDEX ix_tickets__first_responder_id__opened_at__number ON tickets (first_responder_id, opened_at, number)",
    "CREATE INDEX ix_tickets__first_responder_id__due_order__number ON tickets (first_responder_id, due_order, number)",
    "CREATE INDEX ix_tickets__duty_holder_id__updated_at__number ON tickets (duty_holder_id, updated_at, number)",
    "CREATE INDEX ix_tickets__duty_holder_id__opened_at__number ON tickets (duty_holder_id, opened_at, number)",
    "CREATE INDEX ix_tickets__duty_holder_id__due_order__number ON tickets (duty_holder_id, due_order, number)",
    "CREATE INDEX ix_tickets__status__updated_at__number ON tickets (status, updated_at, number)",
    "CREATE INDEX ix_tickets__status__due_order__number ON tickets (status, due_order, number)",
    "CREATE INDEX ix_tickets__status__opened_at__number ON tickets (status, opened_at, number)",
    "CREATE INDEX ix_tickets__category_id__updated_at__number ON tickets (category_id, updated_at, number)",
    "CREATE INDEX ix_tickets__category_id__opened_at__number ON tickets (category_id, opened_at, number)",
    "CREATE INDEX ix_tickets__category_id__due_order__number ON tickets (category_id, due_order, number)",
    "CREATE INDEX ix_tickets__customer_id__opened_at__number ON tickets (customer_id, opened_at, number)",
    "CREATE INDEX ix_tickets__resolved_at ON tickets (resolved_at)",
    "CREATE INDEX ix_tickets__first_resolved_at ON tickets (first_resolved_at)",
    "CREATE INDEX ix_tickets__first_response_counted_at ON tickets (first_response_counted_at)",
    "CREATE INDEX ix_tickets__import_id ON tickets (import_id)",
    "CREATE INDEX ix_ticket_spans__to_at__from_at ON ticket_spans (to_at, from_at)",
    "CREATE INDEX ix_ticket_clocks__decided_at ON ticket_clocks (decided_at)",
    "CREATE INDEX ix_ticket_clocks__next_check_at ON ticket_clocks (next_check_at)",
    "CREATE INDEX ix_messages__ticket_id__sent_at ON messages (ticket_id, sent_at)",
    "CREATE INDEX ix_ticket_events__ticket_id__at ON ticket_events (ticket_id, at)",
    "CREATE INDEX ix_ratings__ticket_id__rated_at ON ratings (ticket_id, rated_at)",
    "CREATE INDEX ix_ratings__rated_at ON ratings (rated_at)",
    "CREATE INDEX ix_changes__entity__record_id__seq ON changes (entity, record_id, seq)",
    "CREATE INDEX ix_imports__digest ON imports (digest)",
];

/// One token text per record, by its human number.
const SEARCH_SQLITE: &[&str] = &[
    "CREATE VIRTUAL TABLE customer_search USING fts5(tokens, runs UNINDEXED, content='', contentless_delete=1, contentless_unindexed=1, detail=none, tokenize=\"ascii tokenchars '_'\")",
    "CREATE VIRTUAL TABLE ticket_search USING fts5(tokens, runs UNINDEXED, content='', contentless_delete=1, contentless_unindexed=1, detail=none, tokenize=\"ascii tokenchars '_'\")",
];

const SEARCH_POSTGRES: &[&str] = &[
    "CREATE TABLE customer_search (number BIGINT NOT NULL PRIMARY KEY, tokens TSVECTOR NOT NULL, runs TEXT NOT NULL)",
    "CREATE INDEX ix_customer_search__tokens ON customer_search USING gin (tokens)",
    "CREATE TABLE ticket_search (number BIGINT NOT NULL PRIMARY KEY, tokens TSVECTOR NOT NULL, runs TEXT NOT NULL)",
    "CREATE INDEX ix_ticket_search__tokens ON ticket_search USING gin (tokens)",
];

/// A table goes before the one that it refers to.
const DROPPED: &[&str] = &[
    "customer_search",
    "ticket_search",
    "settings",
    "counters",
    "teams",
    "roles",
    "users",
    "ticket_types",
    "channels",
    "calendars",
    "calendar_versions",
    "clock_policy_versions",
    "external_ids",
    "ticket_spans",
    "ticket_clocks",
    "messages",
    "ticket_events",
    "ratings",
    "tickets",
    "customer_values",
    "customers",
    "categories",
    "changes",
    "imports",
];
