create table platform_outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  at timestamptz not null,
  data jsonb not null
);
create index platform_outbox_topic on platform_outbox (topic, id);

create table platform_outbox_position (
  subscriber text not null,
  topic text not null,
  position bigint not null default 0,
  primary key (subscriber, topic)
);
