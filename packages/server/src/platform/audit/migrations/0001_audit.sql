create table platform_audit (
  seq bigint primary key check (seq >= 0),
  at timestamptz(3) not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  target text,
  detail jsonb not null,
  request_id text not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32)
);
create index platform_audit_action on platform_audit (action, seq);
create index platform_audit_actor on platform_audit (actor_id, seq);

-- Right edge of the Merkle tree: one row, locked by every append, so that seq has no gap.
create table platform_audit_frontier (
  one boolean primary key default true check (one),
  size bigint not null check (size >= 0),
  hashes bytea not null check (length(hashes) % 32 = 0),
  changed_at timestamptz(3) not null
);
insert into platform_audit_frontier (size, hashes, changed_at) values (0, '', now());

create function platform_audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end
$$;
create trigger platform_audit_append_only before update or delete or truncate on platform_audit
  for each statement execute function platform_audit_refuse();
create trigger platform_audit_frontier_stays before delete or truncate on platform_audit_frontier
  for each statement execute function platform_audit_refuse();
