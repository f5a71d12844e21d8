-- One row for each decided event, written by the projection from the journal. `seq` is the journal's position: it grows
-- with time, so the table can be partitioned by ranges of it. `record` is the journal's own form of event and decision,
-- as text because JSON of PostgreSQL knows no NUL and no lone surrogates, which events may hold.
create table engine_decision (
  seq bigint primary key,
  kind text not null,
  event_id text not null,
  at timestamptz not null,
  decided_at timestamptz not null,
  verdict text not null,
  score real not null,
  fraud_type text,
  reason_codes text[] not null,
  channel text,
  country text,
  simulated boolean not null,
  subject_keys text[] not null,
  record text not null
);

create index engine_decision_at on engine_decision (at desc, seq desc);
create index engine_decision_verdict on engine_decision (verdict, at desc, seq desc);
create index engine_decision_event on engine_decision (event_id);
create index engine_decision_country on engine_decision (country, at desc, seq desc) where country is not null;
create index engine_decision_fraud_type on engine_decision (fraud_type, at desc, seq desc) where fraud_type is not null;
create index engine_decision_simulated on engine_decision (seq) where simulated;
create index engine_decision_reasons on engine_decision using gin (reason_codes);
create index engine_decision_subjects on engine_decision using gin (subject_keys);

-- How far the projection has come: moved in the transaction that writes the rows, so that each is written once.
create table engine_projection (
  name text primary key,
  position bigint not null
);
