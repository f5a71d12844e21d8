-- The simulation that was run last: one row. `run` makes the ids of its events its own.
create table engine_simulation_run (
  single boolean primary key default true check (single),
  run integer not null,
  state text not null,
  seed bigint not null,
  total integer not null,
  done integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  error text
);
