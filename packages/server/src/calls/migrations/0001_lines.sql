-- The register of lines. `version` is that of the last change that calls are judged by, 0 before the first: whoever
-- follows asks for what is newer than what it has. Columns beside `content` repeat what lists filter by.
create table calls_line (
  id text primary key,
  state text not null check (state in ('draft', 'active', 'suspended', 'closed', 'refused')),
  revision integer not null,
  kind text not null,
  use text not null,
  owner text not null,
  valid_from date not null,
  valid_until date,
  content jsonb not null,
  suspended_for text,
  changed_by text not null,
  changed_at timestamptz not null,
  version bigint not null
);

create index calls_line_newer on calls_line (version);
create index calls_line_content on calls_line using gin (content jsonb_path_ops);

-- Numbers that lines may show, canonical: one, or all of one length from the first to the last.
create table calls_line_number (
  line text not null references calls_line (id) on delete cascade,
  digits integer not null,
  first text collate "C" not null,
  last text collate "C" not null,
  primary key (line, first, last)
);

create index calls_line_number_span on calls_line_number (digits, first);

-- One number for all changes in force; its row is locked by whoever changes something, so they are seen in their order.
create table calls_line_version (
  single boolean primary key default true check (single),
  version bigint not null
);
insert into calls_line_version (version) values (0);

-- Kinds of lines of which all are registered.
create table calls_line_complete (
  kind text primary key,
  since timestamptz not null
);

-- What was asked for together, and what became of it.
create table calls_line_change (
  id uuid primary key,
  act text not null check (
    act in ('create', 'edit', 'suspend', 'resume', 'close', 'import', 'undo', 'complete', 'incomplete')
  ),
  state text not null check (state in ('asked', 'in-force', 'refused', 'withdrawn')),
  kind text,
  lines integer not null,
  sample text[] not null,
  skipped integer not null,
  reason text not null,
  second_person boolean not null,
  undoes uuid references calls_line_change (id),
  asked_by_id text not null,
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by_id text,
  decided_by text,
  decided_at timestamptz,
  note text
);

create index calls_line_change_newest on calls_line_change (asked_at desc, id desc);

-- What a change does to each line. It takes effect only on the revision that it was made for.
create table calls_line_step (
  change_id uuid not null references calls_line_change (id) on delete cascade,
  line text not null references calls_line (id),
  revision integer not null,
  before_state text,
  before_content jsonb,
  after_state text not null,
  after_content jsonb not null,
  skipped boolean not null,
  primary key (change_id, line)
);

create index calls_line_step_line on calls_line_step (line);
