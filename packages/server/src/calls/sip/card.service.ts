import { NOT_RECORDED, notFound } from '@fanzha/contract';
import { AppError, type Clock, type Vault } from '../../platform/index.ts';
import { signToken } from '../stir/signed-token.model.ts';
import type { SigningKey } from '../stir/signing-key.model.ts';
import type { SigningKeys } from '../stir/signing-key.service.ts';
import type { AnsweredDecision, CallAnswerFile, SipHeader } from './call-answer.model.ts';
import {
  type CardContact,
  type CardMatter,
  type CardToken,
  jCard,
  readCardToken,
  writeCardToken,
} from './card.model.ts';

const PLACE = 'call-card';
const DAY_SECONDS = 86_400;

export interface CardParts {
  readonly setting: CallAnswerFile['cards'];
  /** Absent: the installation says nowhere whom to ask, and shows no cards. */
  readonly contact: CardContact | undefined;
  /** Address that callers' networks reach, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly keys: SigningKeys;
  readonly certificateUrl: (key: SigningKey) => string | undefined;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** Cards that lead rejected callers to whoever rejected them (RFC 8688). */
export interface Cards {
  /** Call-Info of a rejection; undefined where the installation can show no card. */
  header(decision: AnsweredDecision): SipHeader | undefined;
  /** The signed card. Throws AppError(not-found), also when its time is over. */
  card(id: string): string;
  /** What the card is about. Throws AppError(not-found). */
  matter(id: string): CardMatter;
}

/**
 * Nothing is kept of a card: its id is the sealed reference itself, and the card is signed when it is asked for, with
 * the time of the rejection in it.
 */
export function createCards({
  setting,
  contact,
  publicUrl,
  keys,
  certificateUrl,
  vault,
  clock,
}: CardParts): Cards {
  const open = (id: string): CardToken => {
    const token = openToken(vault, id);
    const age = clock.now() / 1000 - (token?.issuedAt ?? 0);
    if (token === undefined || age > setting.days * DAY_SECONDS) throw new AppError(notFound);
    return token;
  };
  return {
    header({ id, event }) {
      if (contact === undefined || publicUrl === undefined) return undefined;
      const matter: CardMatter = id === NOT_RECORDED ? { event } : { decision: id };
      const issuedAt = Math.floor(clock.now() / 1000);
      const text = writeCardToken({ matter, issuedAt });
      const sealed = vault.seal(text, PLACE).toString('base64url');
      return { name: 'Call-Info', value: `<${publicUrl}/v1/calls/cards/${sealed}>;purpose=jwscard` };
    },
    card(id) {
      const { matter, issuedAt } = open(id);
      const key = keys.current();
      const x5u = certificateUrl(key);
      if (contact === undefined || x5u === undefined) throw new AppError(notFound);
      const reference = 'decision' in matter ? matter.decision : matter.event;
      const notes = Object.fromEntries(
        Object.entries(setting.note).map(([language, text]) => [
          language,
          text.replace('{reference}', reference),
        ]),
      );
      const jcard = jCard(contact, { reference: id, notes });
      return signToken({ alg: 'ES256', typ: 'vcard+json', x5u }, { iat: issuedAt, jcard }, key.key);
    },
    matter: (id) => open(id).matter,
  };
}

function openToken(vault: Vault, id: string): CardToken | undefined {
  try {
    return readCardToken(vault.open(Buffer.from(id, 'base64url'), PLACE));
  } catch {
    return undefined;
  }
}
