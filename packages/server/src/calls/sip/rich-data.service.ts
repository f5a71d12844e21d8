import type { CallAttempt } from '@fanzha/contract';
import type { Locale, Numbering } from '@fanzha/vocabulary';
import type { Clock } from '../../platform/index.ts';
import { reached } from '../call-number.model.ts';
import { identityHeader } from '../stir/signed-token.model.ts';
import type { SigningKey } from '../stir/signing-key.model.ts';
import type { SigningKeys } from '../stir/signing-key.service.ts';
import type { CallAnswerFile, SipHeader } from './call-answer.model.ts';
import type { CallSetting } from './call-setting.model.ts';

export interface RichDataParts {
  readonly setting: CallAnswerFile['displayName'];
  readonly language: Locale;
  /** Who says it: `iss` of a name that somebody other than the caller's network gives (RFC 9795 §9). */
  readonly issuer: string | undefined;
  readonly icon: CallSetting['icon'];
  readonly keys: SigningKeys;
  readonly certificateUrl: (key: SigningKey) => string | undefined;
  readonly numbering: Numbering;
  readonly clock: Clock;
}

/** Headers that carry a label as Rich Call Data. */
export type RichData = (call: CallAttempt, displayName: string) => readonly SipHeader[];

/**
 * Writes a label twice: as Call-Info with a jCard and a call reason (RFC 9796), which needs no key, and signed in a
 * PASSporT of extension `rcd` (RFC 9795) where others can fetch the certificate over https.
 */
export function createRichData(parts: RichDataParts): RichData {
  const { setting, language, icon } = parts;
  const reason = setting.callReason[language];
  return (call, displayName) => {
    const headers: SipHeader[] = [{ name: 'Call-Info', value: jCardInfo(displayName, reason, language) }];
    if (icon !== undefined) headers.push({ name: 'Call-Info', value: `<${icon.url}>;purpose=icon` });
    const identity = signedData(parts, call, { displayName, reason });
    if (identity !== undefined) headers.push({ name: 'Identity', value: identity });
    return headers;
  };
}

/** RFC 9796 §4: the jCard in the header itself, so that nothing has to be fetched while a call rings. */
function jCardInfo(displayName: string, reason: string, language: Locale): string {
  const card = [
    'vcard',
    [
      ['version', {}, 'text', '4.0'],
      ['fn', { language }, 'text', displayName],
    ],
  ];
  const data = Buffer.from(JSON.stringify(card)).toString('base64');
  return `<data:application/json;base64,${data}>;purpose=jcard;call-reason="${quoted(reason)}"`;
}

const quoted = (text: string): string => text.replace(/["\\]/g, '\\$&');

function signedData(
  { keys, certificateUrl, numbering, clock, issuer, icon }: RichDataParts,
  call: CallAttempt,
  { displayName, reason }: { displayName: string; reason: string },
): string | undefined {
  const orig = digits(numbering.parse(call.from).canonical);
  const dest = digits(reached(numbering.parse(call.to)));
  const key = keys.current();
  const url = certificateUrl(key);
  if (orig === undefined || dest === undefined || url?.startsWith('https://') !== true) return undefined;
  const claims = {
    orig: { tn: orig },
    dest: { tn: [dest] },
    iat: Math.floor(clock.now() / 1000),
    ...(issuer === undefined ? {} : { iss: issuer }),
    rcd: { nam: displayName, ...(icon === undefined ? {} : { icn: icon.url }) },
    ...(icon === undefined ? {} : { rcdi: { '/icn': icon.digest } }),
    crn: reason,
  };
  return identityHeader('rcd', claims, { key: key.key, url });
}

const digits = (number: string | undefined): string | undefined => {
  const plain = number?.replace(/^\+/, '');
  return plain !== undefined && /^\d{1,15}$/.test(plain) ? plain : undefined;
};
