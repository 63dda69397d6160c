-- API keys, the secrets of webhook sources, and the audit trail.

-- Only the hash of a key: this table, or a backup of it, lets nobody call anything.
create table api_key (
  id           uuid        not null,
  name         text        not null,
  hash         bytea       not null constraint ck_api_key__hash check (octet_length(hash) = 32),
  prefix       text        not null,
  scopes       text[]      not null constraint ck_api_key__scopes check (cardinality(scopes) > 0),
  tenants      text[]      constraint ck_api_key__tenants check (cardinality(tenants) > 0), -- null: all
  created_at   timestamptz not null default clock_timestamp(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  constraint pk_api_key primary key (id),
  constraint uq_api_key__hash unique (hash)
);
create unique index uq_api_key__live_name on api_key (name) where revoked_at is null;

-- A retired secret loses its ciphertext and keeps its row, because events say by name which secret signed them.
create table source_secret (
  id             uuid        not null,
  source_id      smallint    not null references source,
  name           text        not null,
  origin         text        not null constraint ck_source_secret__origin check (origin in ('configuration', 'api')),
  fingerprint    text        not null,
  key_id         text,
  ciphertext     bytea,
  created_at     timestamptz not null default clock_timestamp(),
  retired_at     timestamptz,
  last_signed_at timestamptz,
  constraint pk_source_secret primary key (id),
  constraint ck_source_secret__erased check ((retired_at is null) = (ciphertext is not null)),
  constraint ck_source_secret__key check ((key_id is null) = (ciphertext is null))
);
create unique index uq_source_secret__live_name on source_secret (source_id, origin, name) where retired_at is null;

create table audit_entry (
  id      bigint      generated always as identity,
  at      timestamptz not null default clock_timestamp(),
  actor   text        not null,
  action  text        not null,
  subject text        not null,
  detail  jsonb       not null default '{}',
  constraint pk_audit_entry primary key (id)
);
