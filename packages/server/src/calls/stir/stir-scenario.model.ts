import { type KeyObject, sign } from 'node:crypto';

/** A case of the STIR scenarios for SIPp: an INVITE with an Identity, and the response that is right. */
export interface StirScenario {
  readonly name: string;
  /** Final response that the caller is to get; below 480 or 603 it is one that refuses the identity. */
  readonly response: number;
  /** What the scenario writes: a header as it stands, parameters of one to be made, or neither (its name says what). */
  readonly identity:
    | { readonly kind: 'literal'; readonly value: string }
    | { readonly kind: 'made'; readonly parameters: Readonly<Record<string, string>> }
    | { readonly kind: 'by-name' };
}

/** Responses that refuse an identity (RFC 8224 §6.2.2); with any other the call has gone on. */
const REFUSALS = [403, 428, 436, 437, 438];

export const goesOn = ({ response }: StirScenario): boolean => !REFUSALS.includes(response);

/** Reads a SIPp scenario with an Identity in its INVITE; undefined when it is none. */
export function readScenario(name: string, xml: string): StirScenario | undefined {
  const responses = [...xml.matchAll(/<recv\s+response="(\d{3})"\s*(optional="true")?/g)];
  const response = Number(responses.filter(([, , optional]) => optional === undefined).at(-1)?.[1]);
  const literal = /^\s*Identity:\s*(\S.*)$/m.exec(xml)?.[1];
  if (Number.isNaN(response)) return undefined;
  if (literal !== undefined) return { name, response, identity: { kind: 'literal', value: literal.trim() } };
  if (xml.includes('[custom_identity]')) return { name, response, identity: { kind: 'by-name' } };
  const made = /\[identity((?:\s+\w+="[^"]*")*)\s*\]/.exec(xml)?.[1];
  if (made === undefined) return undefined;
  const parameters = [...made.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]);
  return { name, response, identity: { kind: 'made', parameters: Object.fromEntries(parameters) } };
}

/** A token whose parts can be spoilt before it is signed, and its header after. */
export interface TokenDraft {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
  readonly url: string;
}

type Spoil = (draft: TokenDraft) => Partial<TokenDraft> & { readonly rewrite?: (header: string) => string };

const claims =
  (change: Record<string, unknown>): Spoil =>
  (draft) => ({ claims: { ...draft.claims, ...change } });
const rewrite =
  (change: (header: string) => string): Spoil =>
  () => ({ rewrite: change });
const GARBAGE = 'a'.repeat(40);

/** What the names of scenarios without an Identity of their own mean. */
const BY_NAME: Readonly<Record<string, Spoil>> = {
  'identity-missing-info-param': rewrite((header) => header.replace(/;info=<[^>]*>/, '')),
  'identity-missing-alg-param': rewrite((header) => header.replace(';alg=ES256', '')),
  'identity-invalid-alg-param': rewrite((header) => header.replace(';alg=ES256', `;alg=${GARBAGE}`)),
  'identity-missing-ppt-param': rewrite((header) => header.replace(';ppt=shaken', '')),
  'iat-negative': claims({ iat: -1 }),
  'origtn-missing': claims({ orig: {} }),
  'desttn-missing': claims({ dest: {} }),
  'origtn-empty': claims({ orig: { tn: '' } }),
  'desttn-empty': claims({ dest: { tn: [] } }),
  'desttn-garbage': claims({ dest: { tn: GARBAGE } }),
  'attest-missing': claims({ attest: undefined }),
  'attest-empty': claims({ attest: '' }),
  'attest-invalid': claims({ attest: 'D' }),
  'attest-garbage': claims({ attest: GARBAGE }),
};

/** The Identity header that a name asks for; undefined when nobody here knows the name. */
export function identityByName(name: string, draft: TokenDraft, key: KeyObject): string | undefined {
  const spoil = BY_NAME[name.replace(/^\d+-|\.xml$/g, '')];
  if (spoil === undefined) return undefined;
  const { rewrite: change = (header) => header, ...spoilt } = spoil(draft);
  return change(writeIdentity({ ...draft, ...spoilt }, key));
}

/** Signs whatever the draft holds, right or wrong. */
export function writeIdentity({ header, claims: payload, url }: TokenDraft, key: KeyObject): string {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encoded(header)}.${encoded(payload)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')};info=<${url}>;alg=ES256;ppt=shaken`;
}
