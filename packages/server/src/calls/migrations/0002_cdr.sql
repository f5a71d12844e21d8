-- Where call records come from, and how they are read.
create table calls_cdr_source (
  name text primary key,
  setting jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null,
  from_file text
);

-- How far the content of a file was taken in, whatever name it has: known by prints of its beginning and of what lies
-- before the byte that was reached. `position` is the end of the journal then: what was in doubt when the program died
-- is behind it.
create table calls_cdr_file (
  id bigint generated always as identity primary key,
  source text not null,
  head text not null,
  tail text not null,
  bytes bigint not null,
  lines bigint not null,
  reading jsonb,
  position bigint not null,
  in_doubt boolean not null,
  read_at timestamptz not null
);
create index calls_cdr_file_head on calls_cdr_file (source, head);
create index calls_cdr_file_read_at on calls_cdr_file (read_at);

create table calls_cdr_import (
  id bigint generated always as identity primary key,
  source text not null,
  way text not null check (way in ('folder', 'upload', 'command')),
  name text not null,
  path text not null,
  file bigint references calls_cdr_file (id) on delete set null,
  state text not null check (state in ('waiting', 'running', 'following', 'done', 'failed', 'cancelled')),
  format text,
  bytes bigint not null default 0,
  total bigint,
  already_read bigint not null default 0,
  records bigint not null default 0,
  taken bigint not null default 0,
  duplicates bigint not null default 0,
  refused bigint not null default 0,
  kept bigint not null default 0,
  older bigint not null default 0,
  verdicts jsonb not null default '{}',
  first_at timestamptz,
  last_at timestamptz,
  run_ms bigint not null default 0,
  problem_zh text,
  problem_en text,
  asked_at timestamptz not null,
  asked_by text not null,
  ended_at timestamptz
);
create index calls_cdr_import_newest on calls_cdr_import (asked_at desc, id desc);
create index calls_cdr_import_waiting on calls_cdr_import (id) where state in ('waiting', 'running');
create index calls_cdr_import_file on calls_cdr_import (file);
create index calls_cdr_import_path on calls_cdr_import (path) where way = 'folder';

-- Records that could not be taken; the record itself is sealed, it holds the numbers of persons.
create table calls_cdr_refused (
  import bigint not null references calls_cdr_import (id) on delete cascade,
  line bigint not null,
  field text not null,
  reason_zh text not null,
  reason_en text not null,
  sealed bytea not null,
  at timestamptz not null,
  primary key (import, line)
);
create index calls_cdr_refused_at on calls_cdr_refused (at);
