-- Backtests of policy versions. `content_hash` is of the version that was tried: one that is edited has to be tried anew.
create table engine_backtest (
  id bigint generated always as identity primary key,
  version int not null,
  content_hash text not null,
  live text not null,
  state text not null,
  period_from timestamptz not null,
  period_to timestamptz not null,
  seed bigint not null,
  done bigint not null default 0,
  share double precision not null default 0,
  started_at timestamptz not null,
  started_by text not null,
  ended_at timestamptz,
  error text,
  changed bigint,
  report text
);

create index engine_backtest_version on engine_backtest (version, id desc);
-- One at a time, whoever starts it.
create unique index engine_backtest_running on engine_backtest (state) where state = 'running';

-- Confirmed outcomes, one a decision (`seq` is its position in the journal). What the decision said is kept beside the
-- label, so that precision by rule needs no look into records.
create table engine_label (
  seq bigint primary key,
  kind text not null,
  event_id text not null,
  decided_at timestamptz not null,
  verdict text not null,
  rules text[] not null,
  simulated boolean not null,
  outcome text not null check (outcome in ('fraud', 'legitimate')),
  fraud_type text,
  note text,
  source text not null,
  by_name text not null,
  at timestamptz not null
);

create index engine_label_at on engine_label (at desc, seq desc);
create index engine_label_decided on engine_label (decided_at);
create index engine_label_rules on engine_label using gin (rules);

-- Every step of every label; without outcome: it was removed.
create table engine_label_change (
  id bigint generated always as identity primary key,
  seq bigint not null,
  outcome text,
  fraud_type text,
  note text,
  source text not null,
  by_name text not null,
  at timestamptz not null
);

create index engine_label_change_seq on engine_label_change (seq, id);

-- Hits by five minutes of decided time, written with the projection's checkpoint; rule '' counts every event.
create table engine_rule_tally (
  bucket timestamptz not null,
  simulated boolean not null,
  kind text not null,
  version text not null,
  rule text not null,
  hits bigint not null,
  primary key (bucket, simulated, kind, version, rule)
);

-- How often two rules spoke about the same event, by day (UTC); rule_a < rule_b.
create table engine_rule_pair (
  day date not null,
  simulated boolean not null,
  rule_a text not null,
  rule_b text not null,
  hits bigint not null,
  primary key (day, simulated, rule_a, rule_b)
);

create table engine_rule_alarm (
  id bigint generated always as identity primary key,
  kind text not null,
  rule text not null,
  other text not null default '',
  state text not null,
  figures text not null,
  opened_at timestamptz not null,
  seen_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  note text,
  closed_at timestamptz
);

create unique index engine_rule_alarm_once on engine_rule_alarm (kind, rule, other) where state <> 'closed';
create index engine_rule_alarm_newest on engine_rule_alarm (id desc);

-- When the rules were last looked at: one row.
create table engine_rule_check (
  single boolean primary key default true check (single),
  at timestamptz not null
);

-- Since when a rule of the live policy has been asking what it asks: its hits from before say nothing about it.
create table engine_rule_known (
  rule text primary key,
  asks text not null,
  since timestamptz not null
);
