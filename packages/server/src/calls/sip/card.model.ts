/** Whom a rejected caller can ask. */
export interface CardContact {
  readonly name: string;
  readonly url?: string;
  readonly phone?: string;
  readonly email?: string;
}

/** What a card is about: the decision, or the event where the decision was not recorded yet. */
export type CardMatter = { readonly decision: string } | { readonly event: string };

/** What a card's id holds, sealed: nobody can guess one or read one. */
export interface CardToken {
  readonly matter: CardMatter;
  /** Seconds since the epoch of the rejection: `iat` of the card. */
  readonly issuedAt: number;
}

export function writeCardToken({ matter, issuedAt }: CardToken): string {
  return `${issuedAt} ${'decision' in matter ? `d${matter.decision}` : `e${matter.event}`}`;
}

export function readCardToken(text: string): CardToken | undefined {
  const [, seconds, kind, id] = /^(\d{1,12}) ([de])(.+)$/s.exec(text) ?? [];
  if (seconds === undefined || id === undefined) return undefined;
  const matter: CardMatter = kind === 'd' ? { decision: id } : { event: id };
  return { matter, issuedAt: Number(seconds) };
}

type JCardProperty = readonly [name: string, parameters: object, type: string, value: string];

/**
 * The jCard of a rejection (RFC 7095, RFC 8688 §3.2.2): at least one way to reach whoever rejected, the appeal with
 * the card's own reference, and the same in words. Holds no number and nothing about the call.
 */
export function jCard(
  contact: CardContact,
  { reference, notes }: { reference: string; notes: Readonly<Record<string, string>> },
): readonly ['vcard', readonly JCardProperty[]] {
  const properties: JCardProperty[] = [
    ['version', {}, 'text', '4.0'],
    ['fn', {}, 'text', contact.name],
    ['kind', {}, 'text', 'org'],
  ];
  if (contact.url !== undefined) properties.push(['url', {}, 'uri', appealUrl(contact.url, reference)]);
  if (contact.phone !== undefined) properties.push(['tel', { type: 'voice' }, 'uri', `tel:${contact.phone}`]);
  if (contact.email !== undefined) properties.push(['email', { type: 'work' }, 'text', contact.email]);
  for (const [language, text] of Object.entries(notes)) {
    properties.push(['note', { language }, 'text', text]);
  }
  return ['vcard', properties];
}

function appealUrl(url: string, reference: string): string {
  const appeal = new URL(url);
  appeal.searchParams.set('card', reference);
  return appeal.href;
}
