import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { PERMISSIONS, ROLES } from './permission.ts';
import { problem } from './problem.ts';
import { Empty, Instant } from './shared.ts';

const closed = { additionalProperties: false };

export const UserName = Type.String({
  minLength: 2,
  maxLength: 64,
  pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N}._@-]*$',
  description: 'letters, digits and . _ @ -; case does not matter',
});
export const Password = Type.String({ minLength: 10, maxLength: 200, description: 'at least 10 characters' });
export const RoleName = Type.Enum([...ROLES]);

export const setupDone = problem('setup-done', 409, '已完成初始设置', 'Set-up is already done');
export const setupTokenWrong = problem(
  'setup-token-wrong',
  403,
  '设置链接无效或已使用',
  'The set-up link is not valid',
);
export const signInFailed = problem('sign-in-failed', 401, '用户名或密码不对', 'Wrong name or password');
export const lockedOut = problem(
  'locked-out',
  429,
  '尝试次数过多，请稍后再试',
  'Too many attempts, try later',
);
export const weakPassword = problem(
  'weak-password',
  422,
  '密码太容易猜到',
  'The password is too easy to guess',
);

/** Who is signed in and what they may do. */
export const Session = Type.Object(
  {
    user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }, closed),
    roles: Type.Array(RoleName),
    permissions: Type.Array(Type.Enum([...PERMISSIONS])),
    csrfToken: Type.String({
      description: 'send back as `x-csrf-token` with every request that changes something',
    }),
    expiresAt: Instant,
  },
  { $id: 'Session', ...closed },
);
export type Session = Static<typeof Session>;

export const setupState = operation({
  id: 'setup.state',
  method: 'GET',
  path: '/v1/setup',
  access: 'public',
  summary: { 'zh-CN': '是否需要初始设置', en: 'Whether the first administrator is still to be made' },
  response: Type.Object({ needed: Type.Boolean(), version: Type.String() }, closed),
  errors: [],
});

export const setupRun = operation({
  id: 'setup.run',
  method: 'POST',
  path: '/v1/setup',
  access: 'public',
  summary: { 'zh-CN': '创建首位管理员并登录', en: 'Make the first administrator and sign in' },
  body: Type.Object(
    {
      token: Type.String({ maxLength: 200 }),
      name: UserName,
      displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      password: Password,
    },
    closed,
  ),
  response: Session,
  status: 201,
  errors: [setupDone, setupTokenWrong, weakPassword],
});

export const sessionOpen = operation({
  id: 'session.open',
  method: 'POST',
  path: '/v1/session',
  access: 'public',
  summary: { 'zh-CN': '登录', en: 'Sign in' },
  body: Type.Object(
    { name: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 200 }) },
    closed,
  ),
  response: Session,
  errors: [signInFailed, lockedOut],
});

export const sessionGet = operation({
  id: 'session.get',
  method: 'GET',
  path: '/v1/session',
  access: 'signed-in',
  summary: { 'zh-CN': '当前登录', en: 'The current session' },
  response: Session,
  errors: [],
});

export const sessionClose = operation({
  id: 'session.close',
  method: 'DELETE',
  path: '/v1/session',
  access: 'signed-in',
  summary: { 'zh-CN': '退出', en: 'Sign out' },
  response: Empty,
  status: 204,
  errors: [],
});

export const passwordChange = operation({
  id: 'session.password',
  method: 'PUT',
  path: '/v1/session/password',
  access: 'signed-in',
  summary: { 'zh-CN': '修改自己的密码', en: 'Change one’s own password' },
  body: Type.Object({ current: Type.String({ maxLength: 200 }), password: Password }, closed),
  response: Empty,
  status: 204,
  errors: [signInFailed, weakPassword],
});
