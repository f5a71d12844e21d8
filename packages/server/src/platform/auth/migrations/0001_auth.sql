create table platform_user (
  id uuid primary key,
  name text not null,
  -- NFKC, lower case: two names that look the same are the same.
  name_key text not null unique,
  display_name text not null,
  roles text[] not null,
  password_hash text not null,
  disabled boolean not null default false,
  created_at timestamptz(3) not null,
  last_sign_in_at timestamptz(3)
);

create table platform_session (
  -- SHA-256 of the cookie: who reads the table cannot sign in with it.
  token_hash bytea primary key,
  user_id uuid not null references platform_user (id),
  created_at timestamptz(3) not null,
  seen_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  ends_at timestamptz(3) not null
);
create index platform_session_user on platform_session (user_id);
create index platform_session_expires on platform_session (expires_at);

create table platform_key (
  id text primary key,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  created_at timestamptz(3) not null,
  created_by text not null,
  expires_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);

create table platform_setup_token (
  one boolean primary key default true check (one),
  token_hash bytea not null,
  created_at timestamptz(3) not null
);

create table platform_lockout (
  -- SHA-256 of `name:...` or `address:...`: neither is kept in clear.
  subject bytea primary key,
  failures integer not null,
  last_at timestamptz(3) not null,
  locked_until timestamptz(3)
);
create index platform_lockout_last on platform_lockout (last_at);
