import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may come near: API keys, secrets of webhook sources, the audit log; and a feed for keys that see some tenants only. */
export class CreateAccess1795479000000 implements MigrationInterface {
  name = 'CreateAccess1795479000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [API_KEY, SOURCE_SECRET, AUDIT, FEED]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table api_key, source_secret, audit_entry;
      drop function feed(bigint, integer, integer, smallint[], bigint, bigint, bigint, bigint, bigint, smallint, text,
        uuid, uuid, smallint, smallint[], bigint);
    `);
  }
}

// Only the hash: whoever reads this table, or a backup of it, can call nothing.
const API_KEY = `
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
  create unique index uq_api_key__live_name on api_key (name) where revoked_at is null;`;

// A retired secret keeps its row, because events say by name what signed them, and loses its ciphertext.
const SOURCE_SECRET = `
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
  create unique index uq_source_secret__live_name on source_secret (source_id, origin, name) where retired_at is null;`;

const AUDIT = `
  create table audit_entry (
    id      bigint generated always as identity,
    at      timestamptz not null default clock_timestamp(),
    actor   text        not null,
    action  text        not null,
    subject text        not null,
    detail  jsonb       not null default '{}',
    constraint pk_audit_entry primary key (id)
  );`;

// The same as the feed of all tenants, with one condition more, and a bound on the bytes of a slice: `matched` above the
// number of rows says that it cut. The former one stays, for instances of the version before that still run while this one
// is rolled out.
const FEED = `
  create function feed(p_after bigint, p_limit integer, p_scan integer, p_type_id smallint[], p_charge_point_id bigint,
    p_evse_id bigint, p_session_id bigint, p_user_id bigint, p_location_id bigint, p_subject_kind_id smallint,
    p_subject_id text, p_id_from uuid, p_id_before uuid, p_without_flags smallint, p_tenant_id smallint[], p_bytes bigint
  ) returns table (horizon bigint, scanned bigint, more boolean, matched bigint, id uuid, seq bigint, received_at timestamptz, source_id smallint,
    tenant_id smallint, type_id smallint, notification_id integer, flags smallint, charge_point_id bigint, evse_id bigint,
    session_id bigint, user_id bigint, location_id bigint, subject_kind_id smallint, subject_id text, data text)
  language plpgsql volatile as $$
  #variable_conflict use_column
  declare
    v_horizon bigint := feed_horizon();
    v_scanned bigint;
    v_seen integer;
    v_count integer;
  begin
    select max(s.seq), count(*) into v_scanned, v_seen
      from (select e.seq from event e where e.seq > p_after and e.seq <= v_horizon order by e.seq limit p_scan) s;
    v_scanned := coalesce(v_scanned, p_after);
    return query
      select v_horizon, v_scanned, v_seen = p_scan, r.matched, r.id, r.seq, r.received_at, r.source_id, r.tenant_id, r.type_id,
             r.notification_id, r.flags, r.charge_point_id, r.evse_id, r.session_id, r.user_id, r.location_id, r.subject_kind_id,
             r.subject_id, convert_from(r.raw, 'UTF8')
        from (
          select m.*, count(*) over () as matched, sum(octet_length(m.raw)) over (order by m.seq) - octet_length(m.raw) as bytes_before
            from (
              select e.* from event e
               where e.seq > p_after and e.seq <= v_scanned
                 and (p_tenant_id is null or e.tenant_id = any (p_tenant_id))
                 and (p_type_id is null or e.type_id = any (p_type_id))
                 and (p_charge_point_id is null or e.charge_point_id = p_charge_point_id)
                 and (p_evse_id is null or e.evse_id = p_evse_id)
                 and (p_session_id is null or e.session_id = p_session_id)
                 and (p_user_id is null or e.user_id = p_user_id)
                 and (p_location_id is null or e.location_id = p_location_id)
                 and (p_subject_kind_id is null or e.subject_kind_id = p_subject_kind_id)
                 and (p_subject_id is null or e.subject_id = p_subject_id)
                 and (p_id_from is null or e.id >= p_id_from)
                 and (p_id_before is null or e.id < p_id_before)
                 and (p_without_flags is null or e.flags & p_without_flags = 0)
               order by e.seq
               limit p_limit
            ) m
        ) r
       where r.bytes_before < p_bytes
       order by r.seq;
    get diagnostics v_count = row_count;
    if v_count = 0 then
      horizon := v_horizon;
      scanned := v_scanned;
      more := v_seen = p_scan;
      return next;
    end if;
  end $$;`;
