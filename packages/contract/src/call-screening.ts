import Type, { type Static } from 'typebox';
import { CallAttempt, eventInvalid } from './event.ts';
import { operation } from './operation.ts';

const closed = { additionalProperties: false };

const SpokenTruth = Type.Union([Type.Boolean(), Type.Enum(['true', 'false', '1', '0', ''])], {
  description: 'as in `call.attempt`, or as text',
});

/** A call as a proxy or switch tells it: a `call.attempt` that may leave open what a script cannot write. */
export const CallTold = Type.Object(
  {
    ...CallAttempt.properties,
    kind: Type.Optional(CallAttempt.properties.kind),
    at: Type.Optional(CallAttempt.properties.at),
    roaming: Type.Optional(SpokenTruth),
    diversionRoaming: Type.Optional(SpokenTruth),
    sipDate: Type.Optional(
      Type.String({ maxLength: 60, description: 'Date header as it came (RFC 3261 §20.17), or RFC 3339' }),
    ),
    featureCaps: Type.Optional(
      Type.String({
        description: 'Feature-Caps header: with `sip.608` the caller needs no announcement (RFC 8688 §3.4)',
      }),
    ),
  },
  {
    $id: 'CallTold',
    ...closed,
    description:
      'empty texts count as left out; what the caller wrote is cut to its length · 空文本视为未填；主叫所写内容超长时截断',
  },
);

/** What a proxy does with a call; flat, so that a routing script reads it with one look a field. */
export const CallScreened = Type.Object(
  {
    event: Type.String({ description: 'id under which the call is recorded: `attempt` of its `call.end`' }),
    action: Type.Enum(['allow', 'label', 'reject']),
    decision: Type.String({ description: 'id of the decision; empty when none was made' }),
    degraded: Type.Optional(
      Type.String({
        description:
          'what was missing: as in a decision, or `timeout` (not decided in time), `unavailable` (could not be decided)',
      }),
    ),
    code: Type.Optional(Type.Integer({ description: 'SIP status of a rejection: 480, 603, 607, 608' })),
    reason: Type.Optional(Type.String({ description: 'phrase of that status' })),
    displayName: Type.Optional(Type.String({ description: 'what the called person is shown' })),
    target: Type.Optional(
      Type.String({ description: 'SIP URI to send the call to instead: announcement, check of the caller' }),
    ),
    headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, closed), {
      description: 'of the rejection, or of the call that goes on',
    }),
    headerLines: Type.String({ description: 'the same headers as lines, each with CR LF; empty for none' }),
  },
  { $id: 'CallScreened', ...closed },
);
export type CallScreened = Static<typeof CallScreened>;

export const callsScreen = operation({
  id: 'calls.screen',
  method: 'POST',
  path: '/v1/calls/screen',
  access: 'event:submit',
  summary: {
    'zh-CN': '呼叫接续前筛查：代理或交换机据此放行、标注或拒绝',
    en: 'Screen a call that is being set up: what a proxy or switch does with it',
  },
  body: CallTold,
  response: CallScreened,
  errors: [eventInvalid],
});
