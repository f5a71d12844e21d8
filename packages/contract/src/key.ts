import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { KEY_SCOPES } from './permission.ts';
import { notFound } from './problem.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };

export const ApiKey = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    scopes: Type.Array(Type.Enum([...KEY_SCOPES])),
    createdAt: Instant,
    createdBy: Type.String(),
    expiresAt: Instant,
    lastUsedAt: Type.Optional(Instant),
    revokedAt: Type.Optional(Instant),
    state: Type.Enum(['active', 'expired', 'revoked']),
  },
  { $id: 'ApiKey', ...closed },
);
export type ApiKey = Static<typeof ApiKey>;

export const keysList = operation({
  id: 'keys.list',
  method: 'GET',
  path: '/v1/keys',
  access: 'key:manage',
  summary: { 'zh-CN': 'API 密钥', en: 'API keys' },
  query: Type.Object(
    { ...PageQuery, state: Type.Optional(Type.Enum(['active', 'expired', 'revoked'])) },
    closed,
  ),
  response: Page(ApiKey),
  errors: [],
});

export const keysAdd = operation({
  id: 'keys.add',
  method: 'POST',
  path: '/v1/keys',
  access: 'key:manage',
  summary: { 'zh-CN': '新建密钥（只显示一次）', en: 'Make a key (shown once)' },
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 100 }),
      scopes: Type.Array(Type.Enum([...KEY_SCOPES]), {
        minItems: 1,
        maxItems: KEY_SCOPES.length,
        uniqueItems: true,
      }),
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 730, default: 365 })),
    },
    closed,
  ),
  response: Type.Object({ key: ApiKey, secret: Type.String({ description: 'shown this once' }) }, closed),
  status: 201,
  errors: [],
});

export const keysRevoke = operation({
  id: 'keys.revoke',
  method: 'DELETE',
  path: '/v1/keys/{id}',
  access: 'key:manage',
  summary: { 'zh-CN': '吊销密钥', en: 'Revoke a key' },
  params: Type.Object({ id: Type.String({ maxLength: 64 }) }, closed),
  response: ApiKey,
  errors: [notFound],
});
