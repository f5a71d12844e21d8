import { KEY_SCOPES, type Operation, PERMISSIONS, ROLE_PERMISSIONS, ROLES } from '@fanzha/contract';
import Type from 'typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS } from '../audit/audit.ts';
import { AUTH_MIGRATIONS } from '../auth/auth.ts';
import { addUser } from '../auth/user.service.ts';
import { testContext, testDatabase } from '../testing/index.ts';
import { checkBindings, contractOperations } from './operations.ts';
import type { RouteBinding } from './route.ts';
import { newTestServer } from './server.fixture.ts';

const { db } = await testDatabase(
  { name: 'auth', migrations: AUTH_MIGRATIONS },
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
);
const { server, clock, bearer } = await newTestServer(db);
afterAll(() => server.close());

const PASSWORD = 'correct horse battery';
const operations = contractOperations();
const guarded = operations.filter(({ access }) => access !== 'public');

const urlOf = ({ path }: Operation): string =>
  path.replace(/\{[^}]+\}/g, '00000000-0000-4000-8000-000000000000');

async function headersOf(role: (typeof ROLES)[number]): Promise<Record<string, string>> {
  await addUser(testContext({ db, clock }), { name: `a-${role}`, password: PASSWORD, roles: [role] });
  const payload = { name: `a-${role}`, password: PASSWORD };
  const answer = await server.inject({ method: 'POST', url: '/v1/session', payload });
  const [cookie] = answer.cookies;
  return { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken };
}

describe('who may do what', () => {
  it.each(guarded.map((operation) => [operation.id, operation] as const))(
    'nobody unknown gets to %s',
    async (_id, operation) => {
      const answer = await server.inject({ method: operation.method, url: urlOf(operation) });
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'not-signed-in']);
    },
  );

  it.each(ROLES)('%s is refused whatever the role does not name, and nothing else', async (role) => {
    const headers = await headersOf(role);
    const allowed = new Set<string>([...ROLE_PERMISSIONS[role], 'signed-in']);
    for (const operation of guarded.filter(({ id }) => id !== 'session.close')) {
      const answer = await server.inject({ method: operation.method, url: urlOf(operation), headers });
      const refused = answer.statusCode === 403;
      expect({ id: operation.id, refused }).toEqual({
        id: operation.id,
        refused: !allowed.has(operation.access),
      });
    }
  });

  it('a key gets to nothing that it has no scope for', async () => {
    for (const scope of KEY_SCOPES) {
      const authorization = await bearer({ scopes: [scope] });
      for (const operation of guarded) {
        const answer = await server.inject({
          method: operation.method,
          url: urlOf(operation),
          headers: { authorization },
        });
        if (operation.access === scope) expect(answer.statusCode, operation.id).not.toBe(403);
        else
          expect([401, 403], operation.id).toContain(
            operation.access === 'signed-in' ? 401 : answer.statusCode,
          );
      }
    }
  });

  it('no key may look at people or manage them', () => {
    const forbidden = PERMISSIONS.filter((permission) => !KEY_SCOPES.some((scope) => scope === permission));
    expect(forbidden).toEqual([
      'decision:open',
      'policy:edit',
      'policy:approve',
      'policy:publish',
      'backtest:run',
      'rule-alarm:handle',
      'displacement:handle',
      'simulation:run',
      'model:read',
      'model:manage',
      'model:approve',
      'list:read',
      'list:write',
      'list:approve',
      'line:read',
      'line:write',
      'line:approve',
      'user:manage',
      'key:manage',
    ]);
  });
});

describe('a server that does not fit its contract', () => {
  const bind = (operation: Operation): RouteBinding => ({ operation, handler: () => ({}) });
  const bound = operations.map(bind);
  const [first] = operations;
  const odd: Operation = {
    id: 'odd.one',
    method: 'GET',
    path: '/v1/odd',
    access: 'root' as 'public',
    summary: { 'zh-CN': '', en: '' },
    response: Type.Object({}),
    errors: [],
  };

  it('does not boot, and says why', () => {
    expect(() => checkBindings(operations, bound)).not.toThrow();
    expect(() => checkBindings(operations, bound.slice(1))).toThrow(`declared but not bound: ${first?.id}`);
    expect(() => checkBindings(operations, [...bound, ...bound.slice(0, 1)])).toThrow(
      `bound twice: ${first?.id}`,
    );
    expect(() => checkBindings(operations, [...bound, bind(odd)])).toThrow('bound but not declared: odd.one');
    expect(() => checkBindings([...operations, odd], bound)).toThrow('no access declared: odd.one');
    expect(() => checkBindings([...operations, { ...odd, path: '/v1/users' }], bound)).toThrow(
      'same method and path: GET /v1/users',
    );
  });
});
