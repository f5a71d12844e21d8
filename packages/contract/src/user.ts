import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { conflict, notFound, problem } from './problem.ts';
import { Password, RoleName, UserName, weakPassword } from './session.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };

export const User = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    displayName: Type.String(),
    roles: Type.Array(RoleName),
    disabled: Type.Boolean(),
    createdAt: Instant,
    lastSignInAt: Type.Optional(Instant),
  },
  { $id: 'User', ...closed },
);
export type User = Static<typeof User>;

export const lastAdministrator = problem(
  'last-administrator',
  409,
  '至少要保留一位可用的管理员',
  'At least one active administrator must remain',
);

const IdParams = Type.Object({ id: Type.String({ format: 'uuid' }) }, closed);
const Roles = Type.Array(RoleName, { minItems: 1, maxItems: 6, uniqueItems: true });

export const usersList = operation({
  id: 'users.list',
  method: 'GET',
  path: '/v1/users',
  access: 'user:manage',
  summary: { 'zh-CN': '人员', en: 'People' },
  query: Type.Object({ ...PageQuery, search: Type.Optional(Type.String({ maxLength: 64 })) }, closed),
  response: Page(User),
  errors: [],
});

export const usersAdd = operation({
  id: 'users.add',
  method: 'POST',
  path: '/v1/users',
  access: 'user:manage',
  summary: { 'zh-CN': '添加人员', en: 'Add a person' },
  body: Type.Object(
    {
      name: UserName,
      displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      password: Password,
      roles: Roles,
    },
    closed,
  ),
  response: User,
  status: 201,
  errors: [conflict, weakPassword],
});

export const usersChange = operation({
  id: 'users.change',
  method: 'PATCH',
  path: '/v1/users/{id}',
  access: 'user:manage',
  summary: { 'zh-CN': '修改、停用或恢复人员', en: 'Change, disable or restore a person' },
  params: IdParams,
  body: Type.Object(
    {
      displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      roles: Type.Optional(Roles),
      disabled: Type.Optional(Type.Boolean()),
      password: Type.Optional(Password),
    },
    { ...closed, minProperties: 1 },
  ),
  response: User,
  errors: [notFound, lastAdministrator, weakPassword],
});
