-- Decisions in which no rule spoke and that are more than lists can hold: counted by half minutes of event time. The
-- journal keeps them whole for as long as it is kept. Empty texts stand for what an event has not.
create table engine_unlisted (
  at timestamptz not null,
  kind text not null,
  simulated boolean not null,
  country text not null,
  channel text not null,
  events bigint not null,
  primary key (at, kind, simulated, country, channel)
);
