import { connect } from 'node:net';
import { decisionsGet, decisionsList, decisionsMake, eventsSubmit, type Problem } from '@fanzha/contract';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS } from '../audit/audit.ts';
import { AUTH_MIGRATIONS } from '../auth/auth.ts';
import { addUser } from '../auth/user.service.ts';
import { testContext, testDatabase } from '../testing/index.ts';
import { jsonDepth, readJson } from './json-body.ts';
import { route } from './route.ts';
import { newTestServer } from './server.fixture.ts';

const { db } = await testDatabase(
  { name: 'auth', migrations: AUTH_MIGRATIONS },
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
);
const handlers = [
  route(decisionsList, () => ({ items: [] })),
  route(decisionsGet, () => {
    throw new Error('secret: the password of the database is hunter2');
  }),
  route(decisionsMake, () => {
    throw new Error('not asked');
  }),
  route(eventsSubmit, async function* (_ctx, { stream }) {
    let line = 0;
    for await (const _chunk of stream) yield { line: ++line, ok: true };
  }),
];
const { server, clock, bearer } = await newTestServer(db, {
  handlers,
});
afterAll(() => server.close());

const PASSWORD = 'correct horse battery';
const ctx = testContext({ db, clock });
await addUser(ctx, { name: 'ada', password: PASSWORD, roles: ['administrator'] });
await addUser(ctx, { name: 'ann', password: PASSWORD, roles: ['analyst'] });

async function signIn(name: string): Promise<{ cookie: string; csrf: string; id: string }> {
  const answer = await server.inject({
    method: 'POST',
    url: '/v1/session',
    payload: { name, password: PASSWORD },
  });
  const [cookie] = answer.cookies;
  const session = answer.json();
  return { cookie: `${cookie?.name}=${cookie?.value}`, csrf: session.csrfToken, id: session.user.id };
}

const admin = await signIn('ada');
const key = await bearer({ scopes: ['event:submit', 'decision:read'] });
const narrow = await bearer({ scopes: ['policy:read'] });
const brief = await bearer({ days: 1 });
const lost = await bearer({});
const lostId = /fz_([^_]+)_/.exec(lost)?.[1];
await server.inject({
  method: 'DELETE',
  url: `/v1/keys/${lostId}`,
  headers: { cookie: admin.cookie, 'x-csrf-token': admin.csrf },
});
clock.advance(25 * 3_600_000);
const fresh = await signIn('ada');
const cookies = { cookie: fresh.cookie };
const full = { ...cookies, 'x-csrf-token': fresh.csrf };
const json = { 'content-type': 'application/json' };
const byKey = { authorization: key, ...json };
const newUser = { name: 'bob', password: PASSWORD, roles: ['analyst'] };
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

type Row = [what: string, request: InjectOptions, status: number, code: string, field?: string];
const post = (payload: InjectOptions['payload'], headers: Record<string, string> = byKey): InjectOptions => ({
  method: 'POST',
  url: '/v1/decisions',
  headers,
  ...(payload === undefined ? {} : { payload }),
});
const get = (url: string, headers: Record<string, string> = { authorization: key }): InjectOptions => ({
  url,
  headers,
});
const addBy = (payload: object, headers: Record<string, string> = full): InjectOptions => ({
  method: 'POST',
  url: '/v1/users',
  headers,
  payload,
});

const ROWS: Row[] = [
  ['JSON cut short', post('{"id": "a"'), 400, 'malformed-body'],
  ['not JSON at all', post('id=a&at=b'), 400, 'malformed-body'],
  ['an empty body', post(''), 400, 'malformed-body'],
  [
    'no body',
    { method: 'POST', url: '/v1/decisions', headers: { authorization: key } },
    400,
    'malformed-body',
  ],
  ['a body that is not UTF-8', post(Buffer.from([0x22, 0xff, 0xfe, 0x22])), 400, 'malformed-body'],
  ['an overlong UTF-8 form', post(Buffer.from([0x22, 0xc0, 0xaf, 0x22])), 400, 'malformed-body'],
  ['two JSON texts', post('{} {}'), 400, 'malformed-body'],
  ['a comment in JSON', post('{/* */}'), 400, 'malformed-body'],
  ['a body nested too deep', post(nested(33)), 400, 'malformed-body'],
  ['a body nested absurdly deep', post(nested(30_000)), 400, 'malformed-body'],
  ['a __proto__ field', post('{"__proto__": {"admin": true}}'), 400, 'malformed-body'],
  ['a __proto__ field spelt with escapes', post('{"\\u005f_proto__": {"x": 1}}'), 400, 'malformed-body'],
  [
    'a nested constructor.prototype',
    post('{"a": [{"constructor": {"prototype": {}}}]}'),
    400,
    'malformed-body',
  ],
  ['a body too large', post(JSON.stringify({ id: 'x'.repeat(70_000) })), 413, 'body-too-large'],
  ['a list for an object', addBy([]), 400, 'invalid-input'],
  [
    'null for an object',
    { ...addBy({}), payload: 'null', headers: { ...full, ...json } },
    400,
    'invalid-input',
  ],
  ['a field missing', addBy({ ...newUser, name: undefined }), 400, 'invalid-input', 'name'],
  ['a number for a text', addBy({ ...newUser, displayName: 5 }), 400, 'invalid-input', 'displayName'],
  [
    'a text too long',
    addBy({ ...newUser, displayName: 'x'.repeat(101) }),
    400,
    'invalid-input',
    'displayName',
  ],
  ['an empty text', addBy({ ...newUser, displayName: '' }), 400, 'invalid-input', 'displayName'],
  ['a time that is none', get('/v1/decisions?from=yesterday'), 400, 'invalid-input', 'from'],
  ['a time without a zone', get('/v1/decisions?from=2026-11-23T10:00:00'), 400, 'invalid-input', 'from'],
  ['a day that does not exist', get('/v1/decisions?from=2026-02-30T10:00:00Z'), 400, 'invalid-input', 'from'],
  ['an unknown kind', get('/v1/decisions?kind=fax'), 400, 'invalid-input', 'kind'],
  ['text/plain', post('{}', { ...byKey, 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
  ['no content type', post('{}', { authorization: key, 'content-type': '' }), 415, 'unsupported-media-type'],
  [
    'a form',
    post('a=b', { ...byKey, 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported-media-type',
  ],
  [
    'UTF-16',
    post('{}', { ...byKey, 'content-type': 'application/json; charset=utf-16' }),
    415,
    'unsupported-media-type',
  ],
  ['a compressed body', post('{}', { ...byKey, 'content-encoding': 'gzip' }), 415, 'unsupported-media-type'],
  ['JSON where lines are asked for', { ...post('{}'), url: '/v1/events' }, 415, 'unsupported-media-type'],
  [
    'lines where JSON is asked for',
    post('{}', { ...byKey, 'content-type': 'application/x-ndjson' }),
    415,
    'unsupported-media-type',
  ],
  ['a limit that is no number', get('/v1/decisions?limit=many'), 400, 'invalid-input', 'limit'],
  ['an empty limit', get('/v1/decisions?limit='), 400, 'invalid-input', 'limit'],
  ['a limit that is not whole', get('/v1/decisions?limit=1.5'), 400, 'invalid-input', 'limit'],
  ['a limit of nothing', get('/v1/decisions?limit=0'), 400, 'invalid-input', 'limit'],
  ['a limit too large', get('/v1/decisions?limit=201'), 400, 'invalid-input', 'limit'],
  ['a limit in hexadecimal', get('/v1/decisions?limit=0x10'), 400, 'invalid-input', 'limit'],
  ['a limit given twice', get('/v1/decisions?limit=1&limit=2'), 400, 'invalid-input', 'limit'],
  ['an unknown query field', get('/v1/decisions?verdikt=block'), 400, 'invalid-input', 'verdikt'],
  ['a verdict that there is not', get('/v1/decisions?verdict=maybe'), 400, 'invalid-input', 'verdict'],
  ['a country in lower case', get('/v1/decisions?country=cn'), 400, 'invalid-input', 'country'],
  ['a boolean that is none', get('/v1/decisions?simulated=yes'), 400, 'invalid-input', 'simulated'],
  ['a __proto__ query field', get('/v1/decisions?__proto__=1'), 400, 'invalid-input', '__proto__'],
  ['a query that is not UTF-8', get('/v1/decisions?reason=%ff'), 400, 'invalid-input'],
  ['a broken escape in the query', get('/v1/decisions?reason=%zz'), 400, 'invalid-input'],
  ['a path that is not UTF-8', get('/v1/decisions/%ff'), 400, 'malformed-request'],
  ['an id too long', get(`/v1/decisions/${'a'.repeat(65)}`), 400, 'invalid-input', 'id'],
  ['an id absurdly long', get(`/v1/decisions/${'a'.repeat(2000)}`), 400, 'malformed-request'],
  ['a cursor that is garbage', get('/v1/audit?cursor=%21%21', cookies), 400, 'invalid-input', 'cursor'],
  ['a cursor of other values', get('/v1/audit?cursor=WyJhIl0', cookies), 400, 'invalid-input', 'cursor'],
  [
    'a cursor of huge numbers',
    get('/v1/keys?cursor=WzFlMzA4LCJhIl0', cookies),
    400,
    'invalid-input',
    'cursor',
  ],
  ['NUL in a search', get('/v1/users?search=%00', cookies), 400, 'invalid-input', 'search'],
  ['NUL in a cursor', get('/v1/users?cursor=WyJcdTAwMDAiXQ', cookies), 400, 'invalid-input', 'cursor'],
  ['NUL in a filter', get('/v1/audit?action=%00', cookies), 400, 'invalid-input'],
  ['NUL in an id', { method: 'DELETE', url: '/v1/keys/%00', headers: full }, 400, 'invalid-input'],
  [
    'an id that is no UUID',
    { method: 'PATCH', url: '/v1/users/7', headers: full, payload: { disabled: true } },
    400,
    'invalid-input',
    'id',
  ],
  [
    'a change of nothing',
    { method: 'PATCH', url: `/v1/users/${fresh.id}`, headers: full, payload: {} },
    400,
    'invalid-input',
  ],
  ['a name with a space', addBy({ ...newUser, name: 'b ob' }), 400, 'invalid-input', 'name'],
  ['a name with NUL', addBy({ ...newUser, name: 'b\u0000ob' }), 400, 'invalid-input', 'name'],
  ['a display name with NUL', addBy({ ...newUser, displayName: 'b\u0000' }), 400, 'invalid-input'],
  ['a short password', addBy({ ...newUser, password: 'short' }), 400, 'invalid-input', 'password'],
  ['a common password', addBy({ ...newUser, password: 'Password123' }), 422, 'weak-password', 'password'],
  [
    'a password with the name in it',
    addBy({ ...newUser, password: 'xxbobxx 2026' }),
    422,
    'weak-password',
    'password',
  ],
  ['a role that there is not', addBy({ ...newUser, roles: ['root'] }), 400, 'invalid-input', 'roles[0]'],
  ['no role', addBy({ ...newUser, roles: [] }), 400, 'invalid-input', 'roles'],
  ['a role twice', addBy({ ...newUser, roles: ['analyst', 'analyst'] }), 400, 'invalid-input', 'roles'],
  ['an unknown field', addBy({ ...newUser, isAdmin: true }), 400, 'invalid-input', 'isAdmin'],
  ['a name that is taken', addBy({ ...newUser, name: 'ADA' }), 409, 'conflict', 'name'],
  ['a path that there is not', get('/v1/nothing'), 404, 'not-found'],
  ['a file that there is not', get('/assets/nothing.js'), 404, 'not-found'],
  ['a walk out of the folder', get('/../../etc/passwd.txt'), 404, 'not-found'],
  [
    'a method that the path has not',
    { method: 'PUT', url: '/v1/decisions', headers: byKey },
    405,
    'method-not-allowed',
  ],
  ['a method that nobody has', { method: 'PROPFIND' as 'GET', url: '/v1/users' }, 405, 'method-not-allowed'],
  ['DELETE on a list', { method: 'DELETE', url: '/v1/audit', headers: full }, 405, 'method-not-allowed'],
  [
    'a person who is not there',
    {
      method: 'PATCH',
      url: '/v1/users/00000000-0000-4000-8000-000000000000',
      headers: full,
      payload: { disabled: true },
    },
    404,
    'not-found',
  ],
  ['a key that is not there', { method: 'DELETE', url: '/v1/keys/nope', headers: full }, 404, 'not-found'],
  ['nobody signed in', get('/v1/decisions', {}), 401, 'not-signed-in'],
  ['a cookie of nobody', get('/v1/decisions', { cookie: 'fanzha=abc' }), 401, 'not-signed-in'],
  [
    'a cookie header of garbage',
    get('/v1/session', { cookie: 'fanzha=%ff; =; ;;fanzha="; a' }),
    401,
    'not-signed-in',
  ],
  ['an expired session', get('/v1/session', { cookie: admin.cookie }), 401, 'not-signed-in'],
  ['a key of another make', post({}, { authorization: 'Bearer sk_live_1', ...json }), 401, 'not-signed-in'],
  [
    'a key with a wrong secret',
    post({}, { authorization: `${key.slice(0, -2)}AA`, ...json }),
    401,
    'not-signed-in',
  ],
  [
    'an unknown key',
    post({}, { authorization: `Bearer fz_${'0'.repeat(16)}_${'A'.repeat(43)}`, ...json }),
    401,
    'not-signed-in',
  ],
  ['a revoked key', post({}, { authorization: lost, ...json }), 401, 'not-signed-in'],
  ['an expired key', post({}, { authorization: brief, ...json }), 401, 'not-signed-in'],
  [
    'a bad key beside a good cookie',
    get('/v1/session', { ...cookies, authorization: 'Bearer fz_x' }),
    401,
    'not-signed-in',
  ],
  [
    'an empty key beside a good cookie',
    get('/v1/session', { ...cookies, authorization: 'Bearer ' }),
    401,
    'not-signed-in',
  ],
  ['a key without the scope', post({}, { authorization: narrow, ...json }), 403, 'forbidden'],
  ['a key where a person is asked for', get('/v1/users'), 403, 'forbidden'],
  ['a key that reads a session', get('/v1/session'), 401, 'not-signed-in'],
  ['no anti-forgery token', addBy(newUser, cookies), 403, 'csrf-mismatch'],
  ['a wrong anti-forgery token', addBy(newUser, { ...full, 'x-csrf-token': 'x' }), 403, 'csrf-mismatch'],
  [
    'another session’s anti-forgery token',
    addBy(newUser, { ...full, 'x-csrf-token': admin.csrf }),
    403,
    'csrf-mismatch',
  ],
  ['a foreign origin', addBy(newUser, { ...full, origin: 'https://evil.example' }), 403, 'csrf-mismatch'],
  ['an origin of null', addBy(newUser, { ...full, origin: 'null' }), 403, 'csrf-mismatch'],
  ['a foreign page', addBy(newUser, { ...full, 'sec-fetch-site': 'cross-site' }), 403, 'csrf-mismatch'],
  ['a neighbour’s page', addBy(newUser, { ...full, 'sec-fetch-site': 'same-site' }), 403, 'csrf-mismatch'],
  [
    'sign-in from a foreign page',
    {
      method: 'POST',
      url: '/v1/session',
      payload: { name: 'ada', password: PASSWORD },
      headers: { 'sec-fetch-site': 'cross-site' },
    },
    403,
    'csrf-mismatch',
  ],
  [
    'a wrong password',
    { method: 'POST', url: '/v1/session', payload: { name: 'ada', password: 'x' } },
    401,
    'sign-in-failed',
  ],
  [
    'an unknown name',
    { method: 'POST', url: '/v1/session', payload: { name: 'eve', password: 'x' } },
    401,
    'sign-in-failed',
  ],
  [
    'a name with NUL at sign-in',
    { method: 'POST', url: '/v1/session', payload: { name: '\u0000', password: 'x' } },
    400,
    'invalid-input',
    'name',
  ],
  [
    'set-up when it is done',
    { method: 'POST', url: '/v1/setup', payload: { token: 'x', name: 'eve', password: PASSWORD } },
    409,
    'setup-done',
  ],
  [
    'one’s own roles',
    { method: 'PATCH', url: `/v1/users/${fresh.id}`, headers: full, payload: { roles: ['inspector'] } },
    403,
    'forbidden',
  ],
  [
    'scopes that no key may have',
    { method: 'POST', url: '/v1/keys', headers: full, payload: { name: 'k', scopes: ['user:manage'] } },
    400,
    'invalid-input',
    'scopes[0]',
  ],
  [
    'a key for ever',
    {
      method: 'POST',
      url: '/v1/keys',
      headers: full,
      payload: { name: 'k', scopes: ['policy:read'], days: 731 },
    },
    400,
    'invalid-input',
    'days',
  ],
  ['a fault of our own', get('/v1/decisions/1'), 500, 'internal-error'],
];

describe('bad requests', () => {
  it.each(ROWS)('%s', async (_what, request, status, code, field) => {
    const answer = await server.inject({
      ...request,
      headers: { 'accept-language': 'en', ...request.headers },
    });
    const problem = answer.json<Problem>();
    expect({ status: answer.statusCode, code: problem.code }).toEqual({ status, code });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(problem).toMatchObject({
      type: `/problems/${code}`,
      status,
      requestId: answer.headers['x-request-id'],
    });
    if (field !== undefined) expect(problem.errors?.map((error) => error.field)).toContain(field);
    if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    if (status === 405) expect(answer.headers.allow).toMatch(/GET|POST/);
    expect(answer.body).not.toMatch(/hunter2|node_modules|\.ts:|at Object/);
  });

  it('says what is wrong in the language asked for', async () => {
    const ask = (language: string) =>
      server.inject({
        url: '/v1/decisions?limit=0',
        headers: { authorization: key, 'accept-language': language },
      });
    expect((await ask('zh-CN,zh;q=0.9,en;q=0.8')).json()).toMatchObject({
      title: '输入不合要求',
      errors: [{ field: 'limit', reason: '不能小于 1' }],
    });
    expect((await ask('en-GB')).json()).toMatchObject({
      title: 'The input is not valid',
      errors: [{ field: 'limit', reason: 'must not be less than 1' }],
    });
  });

  it('answers any JSON by the schema, never with a fault of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const headers = { ...full, ...json };
        const answer = await server.inject({ ...addBy({}, headers), payload: JSON.stringify(value) });
        expect([400, 413]).toContain(answer.statusCode);
      }),
      { numRuns: 60 },
    );
  });

  it('reads or refuses any bytes as JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Object.keys(readJson(bytes))).toHaveLength(1);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const read = readJson(bytes);
        if ('value' in read) expect(read.value).toEqual(JSON.parse(bytes.toString()));
        expect(jsonDepth(bytes)).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe('requests that are not HTTP', () => {
  const RAW: [what: string, bytes: string, status: number, code: string][] = [
    ['garbage', 'hello\r\n\r\n', 400, 'malformed-request'],
    [
      'a content length that is no number',
      'POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a negative content length',
      'POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'two lengths',
      'POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a broken chunk',
      'POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
      400,
      'malformed-request',
    ],
    [
      'headers too large',
      `GET / HTTP/1.1\r\nHost: a\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['an unknown method', 'STEAL / HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'malformed-request'],
  ];

  it.each(RAW)('%s', async (_what, bytes, status, code) => {
    const raw = await newTestServer(db);
    const address = await raw.server.listen({ host: '127.0.0.1', port: 0 });
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write(bytes));
      socket.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    await raw.server.close();
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
  });
});
