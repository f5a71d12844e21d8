import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };

/** One act or look: who did what to what, and the leaf hash that the Merkle tree holds. */
export const AuditEntry = Type.Object(
  {
    seq: Type.Integer({ minimum: 0 }),
    at: Instant,
    actor: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }, closed),
    action: Type.String({ description: '`noun.verb`, e.g. `decision.open`' }),
    target: Type.Optional(Type.String()),
    detail: Type.Record(Type.String(), Type.Unknown()),
    requestId: Type.String(),
    leafHash: Type.String({ description: 'hex SHA-256, RFC 9162 section 2.1.1' }),
  },
  { $id: 'AuditEntry', ...closed },
);
export type AuditEntry = Static<typeof AuditEntry>;

export const auditList = operation({
  id: 'audit.list',
  method: 'GET',
  path: '/v1/audit',
  access: 'audit:read',
  summary: { 'zh-CN': '审计日志，最新在前', en: 'Audit log, newest first' },
  query: Type.Object(
    {
      ...PageQuery,
      action: Type.Optional(Type.String({ maxLength: 80 })),
      actor: Type.Optional(Type.String({ maxLength: 100 })),
      from: Type.Optional(Instant),
      to: Type.Optional(Instant),
    },
    closed,
  ),
  response: Page(AuditEntry),
  errors: [],
});

export const auditTree = operation({
  id: 'audit.tree',
  method: 'GET',
  path: '/v1/audit/tree',
  access: 'audit:read',
  summary: { 'zh-CN': '审计树头', en: 'Size and root hash of the audit tree' },
  response: Type.Object({ size: Type.Integer(), rootHash: Type.String(), at: Instant }, closed),
  errors: [],
});
