-- Calls by pattern. Each batch of the projection writes what it counted as one row, in the transaction of its checkpoint;
-- these are added to the tally a few seconds later, many at once: rows that are counted up ten times a second would
-- wear the table out.
create table calls_pattern_delta (
  id bigint generated always as identity primary key,
  counts text not null
);

-- Calls by steps of event time. `view` says what `country` and `key` hold: origin; called province; trunk or carrier with
-- origin; rule that spoke. `span` is the step in seconds: what is old is added up to hours and days. Empty texts stand
-- for what is not known or not of the view.
create table calls_pattern_tally (
  view text not null check (view in ('country', 'area', 'source', 'rule')),
  span int not null,
  bucket timestamptz not null,
  simulated boolean not null,
  ingress text not null,
  pattern text not null,
  verdict text not null,
  country text not null,
  key text not null,
  calls bigint not null,
  primary key (view, span, bucket, simulated, ingress, pattern, verdict, country, key)
);

create index calls_pattern_tally_bucket on calls_pattern_tally (view, bucket);
create index calls_pattern_tally_simulated on calls_pattern_tally (view) where simulated;

-- Traffic of a blocked pattern that seems to have moved to another. `scope` is the trunk or carrier, empty for all.
-- `finding` and `series` are the evidence, as JSON text. An alarm that nobody closes ends by itself as `over`.
create table calls_displacement (
  id bigint generated always as identity primary key,
  scope text not null,
  simulated boolean not null,
  state text not null check (state in ('open', 'acknowledged', 'closed')),
  outcome text check (outcome in ('displacement', 'coincidence', 'over')),
  left_flows text[] not null,
  joined_flows text[] not null,
  finding text not null,
  series text not null,
  opened_at timestamptz not null,
  seen_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  closed_at timestamptz,
  closed_by text,
  note text,
  check ((state = 'closed') = (closed_at is not null and outcome is not null))
);

create index calls_displacement_standing on calls_displacement (id) where state <> 'closed';
create index calls_displacement_newest on calls_displacement (id desc);
