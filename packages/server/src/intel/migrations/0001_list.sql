-- Lists that are kept here, beside those of the policy pack. Each row carries the version of the last change to it, so
-- that whoever follows asks for what is newer than what it has.
create table intel_list (
  id text primary key,
  title_zh text not null,
  title_en text not null,
  kind text not null check (kind in ('number', 'host')),
  purpose text not null check (purpose in ('watch', 'block', 'protect')),
  tags text[] not null,
  source text not null,
  created_by text not null,
  created_at timestamptz not null,
  version bigint not null
);

create index intel_list_newer on intel_list (version);

-- One number for all changes; its row is locked by whoever changes something, so versions are seen in their order.
create table intel_list_version (
  single boolean primary key default true check (single),
  version bigint not null
);
insert into intel_list_version (version) values (0);

-- What was asked for together, and what became of it.
create table intel_list_change (
  id uuid primary key,
  list text not null references intel_list (id),
  act text not null check (act in ('add', 'remove')),
  state text not null check (state in ('asked', 'in-force', 'refused', 'withdrawn')),
  entries integer not null,
  sample text[] not null,
  source text not null,
  reason text not null,
  expires_at timestamptz,
  second_person boolean not null,
  asked_by_id text not null,
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by_id text,
  decided_by text,
  decided_at timestamptz,
  note text
);

create index intel_list_change_newest on intel_list_change (asked_at desc, id desc);
create index intel_list_change_waiting on intel_list_change (list) where state = 'asked';

create table intel_list_change_value (
  change_id uuid not null references intel_list_change (id) on delete cascade,
  value text not null,
  primary key (change_id, value)
);

-- The last state of every subject that was ever on a list.
create table intel_list_entry (
  list text not null references intel_list (id),
  value text not null,
  state text not null check (state in ('active', 'removed')),
  change_id uuid not null references intel_list_change (id),
  expires_at timestamptz,
  version bigint not null,
  primary key (list, value)
);

create index intel_list_entry_newer on intel_list_entry (version);
create index intel_list_entry_value on intel_list_entry (value);
