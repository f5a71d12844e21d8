import type { Role } from '@fanzha/contract';
import type { InjectOptions } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS } from '../audit/audit.ts';
import { newTestServer } from '../http/server.fixture.ts';
import { testContext, testDatabase } from '../testing/index.ts';
import { AUTH_MIGRATIONS } from './auth.ts';
import { addUser } from './user.service.ts';

const { db } = await testDatabase(
  { name: 'auth', migrations: AUTH_MIGRATIONS },
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
);
const { server, auth, clock } = await newTestServer(db);
afterAll(() => server.close());

const PASSWORD = 'correct horse battery';
const HOUR = 3_600_000;

beforeEach(async () => {
  await sql`truncate platform_user, platform_session, platform_key, platform_setup_token, platform_lockout`.execute(
    db,
  );
  clock.advance(10_000);
});

const add = (name: string, ...roles: Role[]) =>
  addUser(testContext({ db, clock }), { name, password: PASSWORD, roles });

const trySignIn = (name: string, password: string, remoteAddress = '198.51.100.1') =>
  server.inject({ method: 'POST', url: '/v1/session', payload: { name, password }, remoteAddress });

interface SignedIn {
  readonly id: string;
  readonly headers: { cookie: string; 'x-csrf-token': string };
  ask(method: InjectOptions['method'], url: string, payload?: object): ReturnType<typeof trySignIn>;
}

async function signIn(name: string, password = PASSWORD): Promise<SignedIn> {
  const answer = await trySignIn(name, password);
  expect(answer.statusCode, answer.body).toBe(200);
  const [cookie] = answer.cookies;
  const headers = { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken };
  return {
    id: answer.json().user.id,
    headers,
    ask: (method = 'GET', url, payload) =>
      server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) }),
  };
}

async function actions(): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`select action from platform_audit order by seq`.execute(db);
  return rows.map(({ action }) => action);
}

describe('first set-up', () => {
  const token = async (): Promise<string> =>
    (await auth.setupLink('http://127.0.0.1:8080/'))?.split('#token=')[1] ?? '';
  const setUp = (name: string, secret: string) =>
    server.inject({ method: 'POST', url: '/v1/setup', payload: { token: secret, name, password: PASSWORD } });

  it('makes an administrator by the link, once, and signs them in', async () => {
    expect((await server.inject('/v1/setup')).json()).toMatchObject({ needed: true });
    const link = await auth.setupLink('http://127.0.0.1:8080/');
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8080\/setup#token=[\w-]{43}$/);
    const secret = link?.split('#token=')[1] ?? '';
    const answer = await setUp('ada', secret);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ user: { name: 'ada' }, roles: ['administrator'] });
    expect(answer.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect((await setUp('eve', secret)).json().code).toBe('setup-done');
    expect((await server.inject('/v1/setup')).json()).toMatchObject({ needed: false });
    expect(await auth.setupLink('http://127.0.0.1:8080')).toBeUndefined();
    expect((await actions()).at(-1)).toBe('setup.run');
  });

  it('refuses a wrong link and a link that a later start replaced', async () => {
    const first = await token();
    const second = await token();
    expect((await setUp('eve', 'guess')).json().code).toBe('setup-token-wrong');
    expect((await setUp('eve', first)).json().code).toBe('setup-token-wrong');
    expect((await setUp('ada', second)).statusCode).toBe(201);
  });

  it('lets one of many win who use the link at once', async () => {
    const secret = await token();
    const names = ['ada', 'bob', 'cyd', 'dan', 'eve'];
    const answers = await Promise.all(names.map((name) => setUp(name, secret)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409, 409]);
    const { rows } = await sql`select id from platform_user`.execute(db);
    expect(rows).toHaveLength(1);
  });
});

describe('sessions', () => {
  it('end when unused for twelve hours, live on while used, and end after a week in any case', async () => {
    await add('ann', 'analyst');
    const idle = await signIn('ann');
    const used = await signIn('ann');
    for (let hours = 0; hours < 24; hours += 8) {
      clock.advance(8 * HOUR);
      expect((await used.ask('GET', '/v1/session')).statusCode).toBe(200);
    }
    expect((await idle.ask('GET', '/v1/session')).statusCode).toBe(401);
    for (let hours = 24; hours < 7 * 24 - 8; hours += 8) {
      clock.advance(8 * HOUR);
      expect((await used.ask('GET', '/v1/session')).statusCode).toBe(200);
    }
    clock.advance(8 * HOUR);
    expect((await used.ask('GET', '/v1/session')).statusCode).toBe(401);
  });

  it('end at once on sign-out, and the cookie goes', async () => {
    await add('ann', 'analyst');
    const ann = await signIn('ann');
    const answer = await ann.ask('DELETE', '/v1/session');
    expect(answer.statusCode).toBe(204);
    expect(answer.cookies[0]).toMatchObject({ name: 'fanzha', value: '' });
    expect((await ann.ask('GET', '/v1/session')).statusCode).toBe(401);
  });

  it('of others end at once when a person is disabled or given a new password', async () => {
    await add('ada', 'administrator');
    await add('ann', 'analyst');
    const ada = await signIn('ada');
    for (const change of [{ disabled: true }, { password: 'another good one 7' }]) {
      const ann = await signIn('ann');
      expect((await ann.ask('GET', '/v1/session')).statusCode).toBe(200);
      expect((await ada.ask('PATCH', `/v1/users/${ann.id}`, change)).statusCode).toBe(200);
      expect((await ann.ask('GET', '/v1/session')).statusCode).toBe(401);
      if (change.disabled) expect((await trySignIn('ann', PASSWORD)).json().code).toBe('sign-in-failed');
      await ada.ask('PATCH', `/v1/users/${ann.id}`, { disabled: false });
    }
    await signIn('ann', 'another good one 7');
  });

  it('lose a right at once when the role goes', async () => {
    await add('ada', 'administrator');
    await add('bob', 'administrator');
    const [ada, bob] = [await signIn('ada'), await signIn('bob')];
    expect((await bob.ask('GET', '/v1/users')).statusCode).toBe(200);
    await ada.ask('PATCH', `/v1/users/${bob.id}`, { roles: ['analyst'] });
    expect((await bob.ask('GET', '/v1/users')).statusCode).toBe(403);
  });

  it('stay where the password was changed, and end elsewhere', async () => {
    await add('ann', 'analyst');
    const [here, there] = [await signIn('ann'), await signIn('ann')];
    const change = (current: string, password: string) =>
      here.ask('PUT', '/v1/session/password', { current, password });
    expect((await change('wrong', 'another good one 7')).json().code).toBe('sign-in-failed');
    expect((await change(PASSWORD, 'ann ann ann ann')).json().code).toBe('weak-password');
    expect((await change(PASSWORD, 'another good one 7')).statusCode).toBe(204);
    expect((await here.ask('GET', '/v1/session')).statusCode).toBe(200);
    expect((await there.ask('GET', '/v1/session')).statusCode).toBe(401);
    expect((await trySignIn('ann', PASSWORD)).statusCode).toBe(401);
  });

  it('keep nothing in the database that one could sign in with', async () => {
    await add('ann', 'analyst');
    const ann = await signIn('ann');
    const secret = ann.headers.cookie.split('=')[1] ?? '-';
    const { rows } = await sql`select row_to_json(s)::text as s, row_to_json(u)::text as u
      from platform_session s, platform_user u`.execute(db);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'));
    expect(JSON.stringify(rows)).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  it('have cookies that only https carries, where https is used', async () => {
    const https = await newTestServer(db, {
      publicUrl: 'https://fanzha.example',
    });
    await add('ann', 'analyst');
    const payload = { name: 'ann', password: PASSWORD };
    const headers = { origin: 'https://fanzha.example' };
    const answer = await https.server.inject({ method: 'POST', url: '/v1/session', payload, headers });
    expect(answer.cookies[0]).toMatchObject({ name: '__Host-fanzha', secure: true, httpOnly: true });
    await https.server.close();
  });
});

describe('lock-out', () => {
  const wrong = async (times: number, name: string, address?: string): Promise<string[]> => {
    const codes: string[] = [];
    for (let n = 0; n < times; n += 1) codes.push((await trySignIn(name, 'wrong', address)).json().code);
    return codes;
  };

  it('waits longer and longer after five wrong passwords, the same for a name that there is not', async () => {
    await add('ann', 'analyst');
    for (const name of ['ann', 'nobody']) {
      const address = `203.0.113.${name.length}`;
      expect(new Set(await wrong(5, name, address))).toEqual(new Set(['sign-in-failed']));
      const locked = await trySignIn(name, PASSWORD, address);
      expect([locked.statusCode, locked.json().code, locked.headers['retry-after']]).toEqual([
        429,
        'locked-out',
        '30',
      ]);
      clock.advance(29_000);
      expect((await trySignIn(name, PASSWORD, address)).headers['retry-after']).toBe('1');
      clock.advance(1000);
      expect(await wrong(2, name, address)).toEqual(['sign-in-failed', 'locked-out']);
      expect((await trySignIn(name, 'wrong', address)).headers['retry-after']).toBe('60');
    }
    clock.advance(60_000);
    await signIn('ann');
    expect(new Set(await wrong(4, 'ann'))).toEqual(new Set(['sign-in-failed']));
    await signIn('ann');
  });

  it('counts guesses made at once', async () => {
    await add('ann', 'analyst');
    const answers = await Promise.all(Array.from({ length: 20 }, () => trySignIn('ann', 'wrong')));
    const tried = answers.filter((answer) => answer.json().code === 'sign-in-failed');
    expect(tried).toHaveLength(5);
  });

  it('stops an address that tries many names, and nobody else', async () => {
    await add('ann', 'analyst');
    for (let n = 0; n < 25; n += 1) await trySignIn(`name-${n}`, 'wrong', '203.0.113.9');
    expect((await trySignIn('ann', PASSWORD, '203.0.113.9')).json().code).toBe('locked-out');
    expect((await trySignIn('ann', PASSWORD, '203.0.113.10')).statusCode).toBe(200);
  });

  it('forgets after a quiet day', async () => {
    await wrong(5, 'ann');
    clock.advance(25 * HOUR);
    expect(new Set(await wrong(4, 'ann'))).toEqual(new Set(['sign-in-failed']));
  });
});

describe('people', () => {
  it('always keep one administrator, also when two go at once', async () => {
    await add('ada', 'administrator');
    await add('bob', 'administrator', 'analyst');
    const [ada, bob] = [await signIn('ada'), await signIn('bob')];
    const answers = await Promise.all([
      ada.ask('PATCH', `/v1/users/${bob.id}`, { disabled: true }),
      bob.ask('PATCH', `/v1/users/${ada.id}`, { roles: ['analyst'] }),
    ]);
    const codes = answers.map((answer) => answer.json().code ?? 'done');
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect(['last-administrator', 'not-signed-in', 'forbidden']).toContain(
      codes.find((code) => code !== 'done'),
    );
    const { rows } =
      await sql`select 1 from platform_user where 'administrator' = any(roles) and not disabled`.execute(db);
    expect(rows).toHaveLength(1);
  });

  it('cannot raise, disable or reset themselves', async () => {
    await add('ada', 'administrator');
    const ada = await signIn('ada');
    for (const change of [
      { roles: ['administrator', 'reviewer'] },
      { disabled: true },
      { password: 'another good one 7' },
    ]) {
      expect((await ada.ask('PATCH', `/v1/users/${ada.id}`, change)).json().code).toBe('forbidden');
    }
    expect((await ada.ask('PATCH', `/v1/users/${ada.id}`, { displayName: 'Ada L.' })).json()).toMatchObject({
      displayName: 'Ada L.',
    });
  });

  it('are listed page by page and found by name, whatever its wildcards', async () => {
    await add('ada', 'administrator');
    for (const name of ['b_b', 'bxb', '张三', 'cyd']) await add(name, 'analyst');
    const ada = await signIn('ada');
    const first = (await ada.ask('GET', '/v1/users?limit=3')).json();
    const second = (await ada.ask('GET', `/v1/users?limit=3&cursor=${first.next}`)).json();
    const names = [...first.items, ...second.items].map(({ name }: { name: string }) => name);
    expect(new Set(names)).toEqual(new Set(['ada', 'b_b', 'bxb', 'cyd', '张三']));
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 2, undefined]);
    expect((await ada.ask('GET', '/v1/users?search=B_')).json().items).toHaveLength(1);
  });

  it('have what they did in the audit log', async () => {
    await add('ada', 'administrator');
    const ada = await signIn('ada');
    const { id } = (
      await ada.ask('POST', '/v1/users', { name: 'ann', password: PASSWORD, roles: ['analyst'] })
    ).json();
    await ada.ask('PATCH', `/v1/users/${id}`, { roles: ['reviewer'] });
    await trySignIn('ann', 'wrong');
    const made = (await ada.ask('POST', '/v1/keys', { name: 'k', scopes: ['event:submit'] })).json();
    await ada.ask('DELETE', `/v1/keys/${made.key.id}`);
    expect((await actions()).slice(-6)).toEqual([
      'session.open',
      'user.add',
      'user.change',
      'session.refuse',
      'key.add',
      'key.revoke',
    ]);
    const log = (await ada.ask('GET', '/v1/audit?limit=200')).body;
    expect(log).not.toContain(PASSWORD);
    expect(log).not.toContain(made.secret);
    expect((await ada.ask('GET', '/v1/audit?action=user.change')).json().items[0]).toMatchObject({
      target: id,
      actor: { kind: 'user', name: 'ada' },
      detail: { roles: ['reviewer'], rolesBefore: ['analyst'] },
    });
  });
});

describe('API keys', () => {
  it('are shown once, used, and dead at once when revoked', async () => {
    await add('ada', 'administrator');
    const ada = await signIn('ada');
    const made = (
      await ada.ask('POST', '/v1/keys', { name: 'probe', scopes: ['audit:read'], days: 2 })
    ).json();
    expect(made.secret).toMatch(/^fz_[0-9a-f]{16}_[\w-]{43}$/);
    const use = () =>
      server.inject({
        url: '/v1/audit/tree',
        headers: { authorization: `Bearer ${made.secret}`, cookie: 'fanzha=x' },
      });
    expect((await use()).statusCode).toBe(200);
    const list = (await ada.ask('GET', '/v1/keys?state=active')).json();
    expect(list.items).toMatchObject([{ id: made.key.id, state: 'active', createdBy: 'ada' }]);
    expect(list.items[0].lastUsedAt).toBeDefined();
    expect(JSON.stringify(list)).not.toContain(made.secret.slice(-43));
    expect((await ada.ask('DELETE', `/v1/keys/${made.key.id}`)).json().state).toBe('revoked');
    expect((await use()).statusCode).toBe(401);
    expect((await ada.ask('GET', '/v1/keys?state=revoked')).json().items).toHaveLength(1);
    expect((await ada.ask('GET', '/v1/keys?state=active')).json().items).toHaveLength(0);
  });

  it('cannot carry what their maker may not do', async () => {
    await add('ian', 'integrator');
    const ian = await signIn('ian');
    const answer = await ian.ask('POST', '/v1/keys', { name: 'k', scopes: ['event:submit', 'audit:read'] });
    expect([answer.statusCode, answer.json().detail]).toEqual([403, expect.stringContaining('audit:read')]);
  });

  it('are listed page by page', async () => {
    await add('ada', 'administrator');
    const ada = await signIn('ada');
    for (let n = 0; n < 5; n += 1)
      await ada.ask('POST', '/v1/keys', { name: `k${n}`, scopes: ['event:submit'] });
    const first = (await ada.ask('GET', '/v1/keys?limit=3')).json();
    const second = (await ada.ask('GET', `/v1/keys?limit=3&cursor=${first.next}`)).json();
    expect(new Set([...first.items, ...second.items].map(({ id }: { id: string }) => id)).size).toBe(5);
  });
});
