import { type CallToSign, cannotSign, type SignedIdentity } from '@fanzha/contract';
import type { Locale, Localized, Numbering, PhoneNumber } from '@fanzha/vocabulary';
import { AppError, type Clock, type Vault } from '../../platform/index.ts';
import { reached } from '../call-number.model.ts';
import type { LineBook } from '../line.model.ts';
import { attestationOf, type CustomerTrunk, type Vouched } from './attestation.model.ts';
import { identityHeader } from './signed-token.model.ts';
import type { SigningKey } from './signing-key.model.ts';
import type { SigningKeys } from './signing-key.service.ts';
import { authorises } from './tn-auth-list.model.ts';

/** Identities of one second that are kept: a call that is routed again in it gets the same. */
const MAX_KEPT = 20_000;

export interface CallSignerParts {
  readonly keys: SigningKeys;
  /** Public URL of a key's certificate chain; undefined where the installation has no address that others reach. */
  readonly certificateUrl: (key: SigningKey) => string | undefined;
  readonly numbering: Numbering;
  readonly customerTrunks: readonly CustomerTrunk[];
  /** The register of lines. */
  readonly lines: Pick<LineBook, 'find'>;
  readonly vault: Vault;
  readonly clock: Clock;
}

export interface CallSigner {
  /** Signs a call that leaves this network. Throws AppError(cannot-sign) that says what is missing. */
  sign(call: CallToSign, locale: Locale): SignedIdentity;
}

const WHY = {
  caller: { 'zh-CN': '主叫不是可以签名的号码', en: 'the caller is not a number that can be signed' },
  callee: { 'zh-CN': '被叫不是可以签名的号码', en: 'the callee is not a number that can be signed' },
  diversion: { 'zh-CN': '前转号码无法识别', en: 'the diverting number cannot be read' },
  url: {
    'zh-CN': '证书没有 https 公开地址（FANZHA_PUBLIC_URL 或导入时指定）',
    en: 'the certificate has no public https address (FANZHA_PUBLIC_URL, or told when it was imported)',
  },
  authority: {
    'zh-CN': '签名证书无权为该号码签名（TNAuthList，RFC 8226）',
    en: 'the signing certificate has no authority over this number (TNAuthList, RFC 8226)',
  },
} as const satisfies Record<string, Localized>;

export function createCallSigner(parts: CallSignerParts): CallSigner {
  const { keys, certificateUrl, numbering, lines, vault, clock } = parts;
  const trunks = new Map(parts.customerTrunks.map((customer) => [customer.trunk, customer]));
  const kept = new Map<string, SignedIdentity>();
  let second = 0;

  const refused = (field: keyof typeof WHY, locale: Locale): AppError =>
    new AppError(cannotSign, { detail: WHY[field][locale] });

  const signWith = (call: CallToSign, locale: Locale, iat: number): SignedIdentity => {
    const caller = numbering.parse(call.from);
    const orig = callerDigits(caller);
    const dest = digits(reached(numbering.parse(call.to)));
    if (orig === undefined) throw refused('caller', locale);
    if (dest === undefined) throw refused('callee', locale);
    const key = keys.current();
    const url = certificateUrl(key);
    if (url?.startsWith('https://') !== true) throw refused('url', locale);
    const claims = { dest: { tn: [dest] }, iat, orig: { tn: orig } };
    const signer = { key: key.key, url };
    if (call.diversion !== undefined) {
      const tn = digits(reached(numbering.parse(call.diversion)));
      if (tn === undefined) throw refused('diversion', locale);
      if (!mayVouch(key, tn)) throw refused('authority', locale);
      const identity = identityHeader('div', { ...claims, div: { tn } }, signer);
      return { identity, extension: 'div', basis: 'diversion', certificate: url };
    }
    if (!mayVouch(key, orig)) throw refused('authority', locale);
    const { trunk, line } = call;
    const standing = { number: orig, inPlan: caller.validity === 'valid' };
    const vouched: Vouched = attestationOf(call, standing, {
      trunk: trunk === undefined ? undefined : trunks.get(trunk),
      line: lines.find({ line, trunk, carrier: undefined, caller: caller.canonical, at: iat * 1000 }),
    });
    const origid = originId(vault, call);
    const identity = identityHeader('shaken', { ...claims, attest: vouched.attestation, origid }, signer);
    return { identity, extension: 'shaken', ...vouched, certificate: url };
  };

  return {
    sign(call, locale) {
      const now = Math.floor(clock.now() / 1000);
      if (now !== second || kept.size >= MAX_KEPT) kept.clear();
      second = now;
      const { from, to, ingress, trunk, line, diversion } = call;
      const name = JSON.stringify([keys.current().id, from, to, ingress, trunk, line, diversion]);
      const signed = kept.get(name) ?? signWith(call, locale, now);
      kept.set(name, signed);
      return signed;
    },
  };
}

const digits = (number: string | undefined): string | undefined => {
  const plain = number?.replace(/^\+/, '');
  return plain !== undefined && /^\d{1,15}$/.test(plain) ? plain : undefined;
};

function callerDigits({ canonical, kind, validity }: PhoneNumber): string | undefined {
  const unreadable = kind === 'hidden' || validity === 'malformed' || validity === 'no-such-country';
  return unreadable ? undefined : digits(canonical);
}

const mayVouch = ({ certificate: { authority } }: SigningKey, number: string): boolean =>
  authority !== undefined && authorises(authority, number);

/** Where a call came from, for trace-back: the same for the same trunk, telling nothing to others (RFC 8588 §5). */
function originId(vault: Vault, { ingress, trunk = '', line = '' }: CallToSign): string {
  const hex = Buffer.from(vault.token('call-origin', `${ingress}\0${trunk}\0${line}`), 'base64url').toString(
    'hex',
  );
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
