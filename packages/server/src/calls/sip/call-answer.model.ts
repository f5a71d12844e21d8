import type { Decision } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';

/** A SIP header that goes with an answer: name as RFC 3261 writes it, value without line ends. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

/** What a proxy, SBC or switch does with a call. */
export interface CallAnswer {
  readonly action: 'allow' | 'label' | 'reject';
  /** Id of the decision; empty when none was made. */
  readonly decision: string;
  /** What was missing when it was decided, or why it was not decided at all. */
  readonly degraded?: string;
  /** SIP status of a rejection and its phrase. */
  readonly code?: number;
  readonly reason?: string;
  /** What the called person is shown beside the number, e.g. `境外来电：日本`. */
  readonly displayName?: string;
  /** SIP URI that the call goes to instead, where the installation has one: an announcement or a check of the caller. */
  readonly target?: string;
  /** Of the answer to the caller when it is rejected, else of the call that goes on: Call-Info, Identity, Retry-After. */
  readonly headers: readonly SipHeader[];
}

const closed = { additionalProperties: false };
const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, closed);
const DATED = {
  from: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
  source: Type.String({ minLength: 1 }),
};
const TARGETS = ['announcement', 'challenge'] as const;
/** Final failures that a screening may give (RFC 3261 §21.4, §21.6; RFC 8197; RFC 8688). */
export const RejectionCode = Type.Enum([403, 433, 480, 486, 603, 607, 608]);

const Treatment = Type.Union([
  Type.Object({ action: Type.Literal('allow') }, closed),
  Type.Object(
    { action: Type.Literal('label'), text: Text, target: Type.Optional(Type.Enum([...TARGETS])) },
    closed,
  ),
  Type.Object(
    {
      action: Type.Literal('reject'),
      code: RejectionCode,
      retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
      target: Type.Optional(Type.Enum([...TARGETS])),
    },
    closed,
  ),
]);

/** `call-answers.json` of a pack: what decisions about calls come to in signalling. */
export const CallAnswerFile = Type.Object(
  {
    /** Language that handsets of the country show. */
    language: Type.Object({ value: Type.Enum(['zh-CN', 'en']), ...DATED }, closed),
    displayName: Type.Object(
      { maxCharacters: Type.Integer({ minimum: 8, maximum: 120 }), callReason: Text, ...DATED },
      closed,
    ),
    verdicts: Type.Object(
      {
        allow: Treatment,
        label: Treatment,
        challenge: Treatment,
        hold: Treatment,
        limit: Treatment,
        block: Treatment,
        ...DATED,
      },
      closed,
    ),
    /** Reasons that are a person's wish and not the network's judgement. */
    unwanted: Type.Object({ code: RejectionCode, reasons: Type.Array(Type.String()), ...DATED }, closed),
    phrases: Type.Record(
      Type.String({ pattern: '^[46][0-9]{2}$' }),
      Type.String({ pattern: '^[A-Za-z ]+$' }),
    ),
    /** Instead of 608 where no card can go with it. */
    fallback: Type.Object({ code: RejectionCode, ...DATED }, closed),
    cards: Type.Object(
      {
        days: Type.Integer({ minimum: 1, maximum: 3660 }),
        /** `{reference}` stands for the id of the decision. */
        note: Text,
        ...DATED,
      },
      closed,
    ),
    timeLimits: Type.Object(
      { decideMs: Type.Integer({ minimum: 1, maximum: 10_000 }), failOpen: Type.Boolean(), ...DATED },
      closed,
    ),
  },
  closed,
);
export type CallAnswerFile = Static<typeof CallAnswerFile>;

/** What a decision comes to, before headers are put to it. */
export interface CallTreatment {
  readonly action: CallAnswer['action'];
  readonly code?: number;
  readonly retryAfterSeconds?: number;
  readonly displayName?: string;
  readonly target?: (typeof TARGETS)[number];
}

/** The part of a decision that an answer rests on. */
export type AnsweredDecision = Pick<Decision, 'id' | 'event' | 'verdict' | 'label' | 'reasons' | 'degraded'>;

/** How a decision about a call is treated, its texts in the language of the called person's network. */
export function treatmentOf(
  file: CallAnswerFile,
  decision: AnsweredDecision,
  language: Locale,
): CallTreatment {
  const treatment = file.verdicts[decision.verdict];
  if (treatment.action === 'allow') return treatment;
  if (treatment.action === 'label') {
    const text = decision.label?.[language] ?? treatment.text[language];
    const { action, target } = treatment;
    const displayName = displayText(text, file.displayName.maxCharacters);
    return { action, displayName, ...(target === undefined ? {} : { target }) };
  }
  return isWish(file, decision) ? { ...treatment, code: file.unwanted.code } : treatment;
}

/** RFC 8197 and RFC 8688 are kept apart: 607 only when nothing but a person's wish rejects the call. */
function isWish(file: CallAnswerFile, { verdict, reasons }: AnsweredDecision): boolean {
  const decisive = reasons.filter((reason) => reason.verdict === verdict && reason.snoozed === undefined);
  return decisive.length > 0 && decisive.every(({ code }) => file.unwanted.reasons.includes(code));
}

/** A text as one line of so many characters: without control characters, cut at a whole character with an ellipsis. */
export function displayText(text: string, maxCharacters: number): string {
  const characters = [
    ...text
      .toWellFormed()
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .trim(),
  ];
  if (characters.length <= maxCharacters) return characters.join('');
  return `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

export const phraseOf = (file: CallAnswerFile, code: number): string => file.phrases[code] ?? 'Rejected';
