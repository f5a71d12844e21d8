-- Versions of models other than the one that the pack brings as champion: on trial, in force, or done with. The card is
-- kept as it was read; the weights lie in the data folder under their checksum.
create table engine_model_version (
  model text not null,
  version text not null,
  sha256 text not null,
  card text not null,
  state text not null check (state in ('challenger', 'champion', 'retired', 'dropped')),
  origin text not null check (origin in ('pack', 'data')),
  started_by_id text not null,
  started_by text not null,
  started_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  note text,
  primary key (model, version)
);

create unique index engine_model_one_champion on engine_model_version (model) where state = 'champion';
create unique index engine_model_one_challenger on engine_model_version (model) where state = 'challenger';

-- Live scores by hour of deciding and bin, written with the projection's checkpoint; simulated ones apart. Counts are
-- not whole where plain decisions are only sampled: what is listed then stands for what is not.
create table engine_model_score (
  hour timestamptz not null,
  simulated boolean not null,
  model text not null,
  version text not null,
  output text not null,
  bins double precision[] not null,
  primary key (hour, simulated, model, version, output)
);

-- Champion and challenger on the same events. `matrix`: both at or above the threshold, champion only, challenger only,
-- neither. `sample`: positions of the last decisions on which they part.
create table engine_model_challenge (
  hour timestamptz not null,
  simulated boolean not null,
  model text not null,
  champion text not null,
  challenger text not null,
  output text not null,
  count double precision not null,
  matrix double precision[] not null,
  difference double precision not null,
  absolute double precision not null,
  sample bigint[] not null,
  primary key (hour, simulated, model, champion, challenger, output)
);

-- The watch over each output of the champions.
create table engine_model_watch (
  model text not null,
  output text not null,
  version text not null,
  state text not null check (state in ('unmeasured', 'steady', 'drifting', 'acknowledged')),
  figures text not null,
  measured_at timestamptz not null,
  since timestamptz not null,
  acknowledged_by text,
  note text,
  primary key (model, output)
);
