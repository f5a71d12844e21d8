import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { problem } from './problem.ts';
import { Instant } from './shared.ts';

export const INGRESSES = ['international', 'interconnect', 'access'] as const;
export type Ingress = (typeof INGRESSES)[number];

export const MESSAGE_CHANNELS = ['smpp', 'cmpp', 'p2p', 'international'] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

const Id = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'given by the sender; unique for its kind',
});
const Presented = (what: string) =>
  Type.String({
    maxLength: 200,
    description: `${what} as presented, in any form; "" or "anonymous" when withheld`,
  });
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Simulated = Type.Optional(
  Type.Boolean({ description: 'made by the simulator; marked wherever it shows' }),
);
const closed = { additionalProperties: false };

const IdentityValue = Type.String({ maxLength: 16_384 });

const SignerCertificate = Type.Object(
  {
    url: Type.String({ minLength: 1, maxLength: 2048, description: '`info` of the identity (`x5u`)' }),
    pem: Type.String({ maxLength: 16_384, description: 'what is there: PEM, signer first' }),
  },
  closed,
);

/** A call asks to be set up. */
export const CallAttempt = Type.Object(
  {
    kind: Type.Literal('call.attempt'),
    id: Id,
    at: Instant,
    from: Presented('caller'),
    to: Presented('callee'),
    ingress: Type.Enum([...INGRESSES], { description: 'where the call enters this network' }),
    trunk: Type.Optional(Name),
    carrier: Type.Optional(Name),
    originCountry: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })),
    networkFrom: Type.Optional(Presented('network-provided caller')),
    roaming: Type.Optional(
      Type.Boolean({ description: 'true when the home network confirms that the +86 subscriber is abroad' }),
    ),
    line: Type.Optional(Name),
    device: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "the caller's device: IMEI, or a pseudonym that is always the same for one device",
      }),
    ),
    cell: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'the cell in which the call began (CGI, ECGI, NCGI), or a pseudonym of it',
      }),
    ),
    calledArea: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'where the callee is at home, as the network knows it: area code, province ...',
      }),
    ),
    identity: Type.Optional(
      Type.Union([IdentityValue, Type.Array(IdentityValue, { maxItems: 8 })], {
        description: 'STIR Identity header, or all of them, RFC 8224',
      }),
    ),
    certificates: Type.Optional(
      Type.Array(SignerCertificate, { maxItems: 4, description: 'certificates that the identities name' }),
    ),
    sipDate: Type.Optional(
      Type.String({
        format: 'date-time',
        maxLength: 40,
        description: 'Date header of the request; signed by the compact form of an identity',
      }),
    ),
    diversion: Type.Optional(Presented('diverting number')),
    diversionRoaming: Type.Optional(
      Type.Boolean({
        description: 'true when the home network confirms that the diverting +86 subscriber is abroad',
      }),
    ),
    simulated: Simulated,
  },
  { $id: 'CallAttempt', ...closed },
);
export type CallAttempt = Static<typeof CallAttempt>;

/** A call has ended; `attempt` is the id of its `call.attempt`. */
export const CallEnd = Type.Object(
  {
    kind: Type.Literal('call.end'),
    id: Id,
    at: Instant,
    attempt: Id,
    ringSeconds: Type.Number({ minimum: 0, maximum: 86_400 }),
    talkSeconds: Type.Number({ minimum: 0, maximum: 604_800 }),
    answered: Type.Boolean(),
    cause: Type.Optional(Name),
    simulated: Simulated,
  },
  { $id: 'CallEnd', ...closed },
);
export type CallEnd = Static<typeof CallEnd>;

/** A message is submitted for delivery. */
export const SmsSubmit = Type.Object(
  {
    kind: Type.Literal('sms.submit'),
    id: Id,
    at: Instant,
    sender: Presented('sender'),
    to: Presented('recipient'),
    text: Type.String({ maxLength: 20_000 }),
    channel: Type.Enum([...MESSAGE_CHANNELS]),
    signature: Type.Optional(Name),
    template: Type.Optional(Name),
    account: Type.Optional(Name),
    simulated: Simulated,
  },
  { $id: 'SmsSubmit', ...closed },
);
export type SmsSubmit = Static<typeof SmsSubmit>;

export type FanzhaEvent = CallAttempt | CallEnd | SmsSubmit;
export type EventKindName = FanzhaEvent['kind'];
export const EVENT_KINDS = [
  'call.attempt',
  'call.end',
  'sms.submit',
] as const satisfies readonly EventKindName[];

/**
 * Any event as it is sent. `kind` may be left out where the fields tell it (`text` → sms.submit, `attempt` →
 * call.end, `from` + `ingress` → call.attempt). An operation that takes events judges them by the schema of their
 * kind, so that every wrong field is named and one that is no event costs only itself.
 */
export const AnyEvent = Type.Unsafe<FanzhaEvent>(
  Type.Union([CallAttempt, CallEnd, SmsSubmit], {
    $id: 'AnyEvent',
    description: '`kind` may be left out where the fields tell it · 字段足以区分时可省略 `kind`',
  }),
);

export const eventInvalid = problem('event-invalid', 422, '事件不合要求', 'The event is not valid');
export const eventIdConflict = problem(
  'event-id-conflict',
  409,
  '同一编号已用于内容不同的事件',
  'The id was used before for a different event',
);
export const overloaded = problem('overloaded', 503, '系统过载，请稍后重试', 'Overloaded, try again');

/** Result of one line of `events.submit`. */
export const EventLineResult = Type.Object(
  {
    line: Type.Integer({ minimum: 1 }),
    ok: Type.Boolean(),
    id: Type.Optional(Type.String()),
    decision: Type.Optional(Type.String({ description: 'id of the decision' })),
    verdict: Type.Optional(Type.String()),
    reasons: Type.Optional(Type.Array(Type.String(), { description: 'reason codes' })),
    duplicate: Type.Optional(Type.Boolean()),
    code: Type.Optional(Type.String({ description: 'problem code when not ok' })),
    field: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
  },
  { $id: 'EventLineResult', ...closed },
);
export type EventLineResult = Static<typeof EventLineResult>;

export const eventsSubmit = operation({
  id: 'events.submit',
  method: 'POST',
  path: '/v1/events',
  access: 'event:submit',
  summary: {
    'zh-CN': '批量提交事件：每行一个 JSON，逐行返回结果',
    en: 'Submit events, one JSON a line; answers one result a line once it is durable',
  },
  body: AnyEvent,
  streamIn: 'ndjson',
  response: EventLineResult,
  streamOut: 'ndjson',
  errors: [overloaded],
});
