-- What the pack says about the life of policies, written at every start, so that triggers can hold to it: one row.
create table engine_policy_setting (
  single boolean primary key default true check (single),
  shadow_minutes integer not null check (shadow_minutes >= 0),
  snooze_days integer not null check (snooze_days > 0)
);

-- Moves that a version may make; every other is refused.
create table engine_policy_move (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into engine_policy_move values
  ('draft', 'backtested'), ('draft', 'discarded'), ('draft', 'live'),
  ('backtested', 'draft'), ('backtested', 'shadow'), ('backtested', 'discarded'),
  ('shadow', 'draft'), ('shadow', 'backtested'), ('shadow', 'approved'), ('shadow', 'discarded'),
  ('approved', 'draft'), ('approved', 'live'), ('approved', 'discarded'),
  ('live', 'retired'), ('live', 'rolled-back'),
  ('retired', 'live'),
  ('discarded', 'draft');

create function engine_policy_hash(content jsonb) returns text language sql as $$
  select encode(sha256(convert_to(content::text, 'UTF8')), 'hex')
$$;

create table engine_policy_version (
  number integer primary key check (number > 0),
  title text not null,
  note text not null,
  origin text not null check (origin in ('pack', 'people')),
  pack_version text check ((pack_version is not null) = (origin = 'pack')),
  base integer references engine_policy_version (number),
  state text not null check (state in
    ('draft', 'backtested', 'shadow', 'approved', 'live', 'retired', 'rolled-back', 'discarded')),
  content jsonb not null,
  content_hash text not null,
  revision integer not null,
  -- Everybody who created or edited this content, or the unpublished one that it was made from.
  editors text[] not null,
  created_at timestamptz not null,
  created_by text not null,
  created_name text not null,
  edited_at timestamptz not null,
  edited_by text not null,
  edited_name text not null,
  approved_at timestamptz,
  approved_by text,
  approved_name text,
  urgent_reason text,
  published_at timestamptz,
  published_by text,
  published_name text,
  ended_at timestamptz,
  ended_by text,
  ended_name text,
  end_reason text,
  -- Since when it is in shadow, and how long this content was before.
  shadow_since timestamptz,
  shadow_ms bigint not null default 0,
  -- The last change of any sort.
  changed_at timestamptz not null,
  changed_by text not null,
  changed_name text not null
);
create unique index engine_policy_version_live on engine_policy_version (state) where state = 'live';
create unique index engine_policy_version_shadow on engine_policy_version (state) where state = 'shadow';
create index engine_policy_version_state on engine_policy_version (state, number desc);

create function engine_policy_insert() returns trigger language plpgsql as $$
begin
  if new.state <> 'draft' or new.approved_by is not null or new.published_at is not null
    or new.shadow_since is not null or new.shadow_ms <> 0 then
    raise exception 'a version of the policy begins as a draft' using errcode = 'check_violation';
  end if;
  new.revision := 1;
  new.content_hash := engine_policy_hash(new.content);
  -- What nobody has approved yet is still the work of those who wrote it.
  new.editors := array(
    select distinct who from unnest(new.editors || new.created_by || coalesce((
      select editors from engine_policy_version
      where number = new.base and state in ('draft', 'backtested', 'shadow', 'approved', 'discarded')
    ), '{}')) as who order by who);
  return new;
end
$$;
create trigger engine_policy_begins before insert on engine_policy_version
  for each row execute function engine_policy_insert();

create function engine_policy_has_backtest(version integer, hash text) returns boolean language plpgsql as $$
declare
  found_one boolean;
begin
  select exists (
    select from engine_backtest as test
    where test.version = engine_policy_has_backtest.version and test.content_hash = hash and test.state = 'done'
  ) into found_one;
  return found_one;
end
$$;

create function engine_policy_shadow_ms(was engine_policy_version, at timestamptz) returns bigint language sql as $$
  select was.shadow_ms + coalesce(greatest(0, extract(epoch from at - was.shadow_since) * 1000)::bigint, 0)
$$;

-- What every move needs beside being in the table of moves.
create function engine_policy_check_move(was engine_policy_version, will engine_policy_version) returns void
language plpgsql as $$
declare
  needed bigint;
begin
  if not exists (select from engine_policy_move where from_state = was.state and to_state = will.state) then
    raise exception 'a version of the policy cannot move from % to %', was.state, will.state
      using errcode = 'check_violation';
  end if;
  if was.state = 'draft' and will.state = 'backtested'
    and not engine_policy_has_backtest(will.number, will.content_hash) then
    raise exception 'no backtest of this content has finished' using errcode = 'check_violation';
  end if;
  if will.state = 'shadow' and will.shadow_since is null then
    raise exception 'a shadow needs the time of its beginning' using errcode = 'check_violation';
  end if;
  if will.state = 'approved' then
    if will.approved_by is null or will.approved_by = any (will.editors) then
      raise exception 'a version is approved by somebody who did not write it' using errcode = 'check_violation';
    end if;
    select shadow_minutes * 60000::bigint into needed from engine_policy_setting;
    if engine_policy_shadow_ms(was, will.changed_at) < coalesce(needed, 9223372036854775807)
      and coalesce(trim(will.urgent_reason), '') = '' then
      raise exception 'its time in shadow is not over' using errcode = 'check_violation';
    end if;
  end if;
  if was.state = 'draft' and will.state = 'live' and not (will.origin = 'pack' and will.editors = '{system}' and coalesce((
    select origin = 'pack' from engine_policy_version
    where published_at is not null order by published_at desc, ended_at desc nulls first limit 1), true)) then
    raise exception 'a draft becomes live by approval' using errcode = 'check_violation';
  end if;
  if was.state = 'approved' and will.state = 'live' and will.approved_by is null then
    raise exception 'it is not approved' using errcode = 'check_violation';
  end if;
  if will.state = 'live' and will.published_at is null then
    raise exception 'a live version needs who published it and when' using errcode = 'check_violation';
  end if;
end
$$;

create function engine_policy_update() returns trigger language plpgsql as $$
declare
  is_new_content boolean := new.content is distinct from old.content;
begin
  if (new.number, new.origin, new.pack_version, new.base, new.created_at, new.created_by, new.created_name)
    is distinct from
    (old.number, old.origin, old.pack_version, old.base, old.created_at, old.created_by, old.created_name) then
    raise exception 'where a version of the policy comes from does not change' using errcode = 'check_violation';
  end if;
  if not new.editors @> old.editors or new.changed_at < old.changed_at then
    raise exception 'who wrote a version of the policy, and when, does not change' using errcode = 'check_violation';
  end if;
  if is_new_content and (new.state <> 'draft' or not new.edited_by = any (new.editors)) then
    raise exception 'only a draft can be edited, by an editor' using errcode = 'check_violation';
  end if;
  new.revision := old.revision + 1;
  new.content_hash := case when is_new_content then engine_policy_hash(new.content) else old.content_hash end;
  if new.state = old.state then
    if (new.approved_at, new.approved_by, new.approved_name, new.urgent_reason, new.shadow_since)
      is distinct from
      (old.approved_at, old.approved_by, old.approved_name, old.urgent_reason, old.shadow_since) then
      raise exception 'approval and shadow come with a change of state' using errcode = 'check_violation';
    end if;
  else
    perform engine_policy_check_move(old, new);
    if new.state in ('draft', 'backtested', 'shadow', 'discarded') then
      new.approved_at := null;
      new.approved_by := null;
      new.approved_name := null;
      new.urgent_reason := null;
    end if;
    if new.state <> 'approved' and (new.approved_by is distinct from old.approved_by)
      and new.approved_by is not null then
      raise exception 'approval comes with approving' using errcode = 'check_violation';
    end if;
    if new.state <> 'shadow' then new.shadow_since := null; end if;
  end if;
  new.shadow_ms := case
    when is_new_content then 0
    when old.state = 'shadow' and new.state <> 'shadow' then engine_policy_shadow_ms(old, new.changed_at)
    else old.shadow_ms end;
  return new;
end
$$;
create trigger engine_policy_moves before update on engine_policy_version
  for each row execute function engine_policy_update();

create function engine_policy_one_live() returns trigger language plpgsql as $$
begin
  if not exists (select from engine_policy_version where state = 'live') then
    raise exception 'one version of the policy has to be live' using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger engine_policy_stays_live after update on engine_policy_version
  deferrable initially deferred for each row when (old.state = 'live' and new.state <> 'live')
  execute function engine_policy_one_live();

create function engine_policy_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'versions of the policy and snoozes are kept' using errcode = 'check_violation';
end
$$;
create trigger engine_policy_kept before delete or truncate on engine_policy_version
  for each statement execute function engine_policy_refuse();

-- What ran in shadow and differed. `version` is number and content (`7-1a2b3c4d`): what was edited is counted anew.
-- Written with the projection's checkpoint, so that each decision counts once.
create table engine_shadow_total (
  version text not null,
  simulated boolean not null,
  events bigint not null,
  different bigint not null,
  -- Rows in engine_shadow_difference, which is bounded.
  kept integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (version, simulated)
);

create table engine_shadow_tally (
  version text not null,
  simulated boolean not null,
  kind text not null,
  live_verdict text not null,
  shadow_verdict text not null,
  count bigint not null,
  primary key (version, simulated, kind, live_verdict, shadow_verdict)
);

create table engine_shadow_rule (
  version text not null,
  simulated boolean not null,
  rule text not null,
  gained bigint not null,
  lost bigint not null,
  primary key (version, simulated, rule)
);

create table engine_shadow_difference (
  version text not null,
  seq bigint not null,
  at timestamptz not null,
  kind text not null,
  live_verdict text not null,
  shadow_verdict text not null,
  gained text[] not null,
  lost text[] not null,
  simulated boolean not null,
  primary key (version, seq)
);

create table engine_snooze_move (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into engine_snooze_move values ('asked', 'active'), ('asked', 'refused'), ('asked', 'ended'), ('active', 'ended');

-- Rules that sleep for a subject. The subject's value is sealed; its token finds it.
create table engine_snooze (
  id uuid primary key,
  rule text not null,
  subject_kind text not null,
  subject_token text not null,
  subject_sealed bytea not null,
  subject_display text not null,
  reason text not null check (trim(reason) <> ''),
  verdict text not null,
  -- Needs a second person.
  severe boolean not null check (severe or verdict not in ('hold', 'limit', 'block')),
  until timestamptz not null,
  state text not null check (state in ('asked', 'active', 'ended', 'refused')),
  asked_at timestamptz not null,
  asked_by text not null,
  asked_name text not null,
  active_at timestamptz,
  approved_at timestamptz,
  approved_by text,
  approved_name text,
  ended_at timestamptz,
  ended_by text,
  ended_name text,
  end_reason text
);
create index engine_snooze_newest on engine_snooze (asked_at desc, id desc);
create index engine_snooze_active on engine_snooze (until) where state in ('asked', 'active');
create index engine_snooze_subject on engine_snooze (subject_token);

create function engine_snooze_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'asked' or new.approved_by is not null then
      raise exception 'a snooze begins by being asked for' using errcode = 'check_violation';
    end if;
    if new.until > new.asked_at + make_interval(days => coalesce((select snooze_days from engine_policy_setting), 0)) then
      raise exception 'the snooze is longer than the pack allows' using errcode = 'check_violation';
    end if;
    return new;
  end if;
  if (new.id, new.rule, new.subject_kind, new.subject_token, new.reason, new.verdict, new.severe, new.until,
      new.asked_at, new.asked_by)
    is distinct from
    (old.id, old.rule, old.subject_kind, old.subject_token, old.reason, old.verdict, old.severe, old.until,
      old.asked_at, old.asked_by) then
    raise exception 'what was asked for does not change' using errcode = 'check_violation';
  end if;
  if new.state <> old.state
    and not exists (select from engine_snooze_move where from_state = old.state and to_state = new.state) then
    raise exception 'a snooze cannot move from % to %', old.state, new.state using errcode = 'check_violation';
  end if;
  if new.approved_by is distinct from old.approved_by and not (old.state = 'asked' and new.state = 'active') then
    raise exception 'approval comes with approving' using errcode = 'check_violation';
  end if;
  if new.state = 'active' and (new.active_at is null
    or (new.severe and (new.approved_by is null or new.approved_by = new.asked_by))) then
    raise exception 'a severe rule sleeps only when a second person approves' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
create trigger engine_snooze_moves before insert or update on engine_snooze
  for each row execute function engine_snooze_guard();
create trigger engine_snooze_kept before delete or truncate on engine_snooze
  for each statement execute function engine_policy_refuse();
