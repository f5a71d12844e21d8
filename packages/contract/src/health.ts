import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { Instant, LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };

export const HealthPart = Type.Object(
  {
    name: Type.String(),
    title: LocalizedText,
    state: Type.Enum(['ok', 'degraded', 'down']),
    text: Type.Optional(LocalizedText),
    figures: Type.Array(
      Type.Object(
        { name: Type.String(), title: LocalizedText, value: Type.Number(), unit: Type.String() },
        closed,
      ),
    ),
  },
  { $id: 'HealthPart', ...closed },
);
export type HealthPart = Static<typeof HealthPart>;

export const Health = Type.Object(
  {
    state: Type.Enum(['ok', 'degraded', 'down']),
    version: Type.String(),
    startedAt: Instant,
    now: Instant,
    parts: Type.Array(HealthPart),
  },
  { $id: 'Health', ...closed },
);
export type Health = Static<typeof Health>;

export const healthGet = operation({
  id: 'health.get',
  method: 'GET',
  path: '/v1/health',
  access: 'system:read',
  summary: { 'zh-CN': '各部件的状态与数字', en: 'State and figures of every part' },
  response: Health,
  errors: [],
});
