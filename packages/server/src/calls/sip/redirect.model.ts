import type { CallAnswer, SipHeader } from './call-answer.model.ts';
import type { CallSetting } from './call-setting.model.ts';
import { parseSipAddress, quotedName, userOf } from './sip-address.model.ts';
import type { SipAnswer } from './sip-answer.model.ts';
import { fieldOf, fieldsOf, type SipRequest, valuesOf } from './sip-message.model.ts';

/** What an installation says of an address that calls come from. */
export type CallSource = NonNullable<CallSetting['sources']>[number];

/**
 * An INVITE as a call that screening takes. From is what the called person would see, P-Asserted-Identity (RFC 3325)
 * what the network says; a diversion is in Diversion (RFC 5806) or History-Info (RFC 7044).
 */
export function toldInvite(request: SipRequest, source: CallSource): Record<string, unknown> {
  const networkFrom = valuesOf(request, 'p-asserted-identity').map(numberOf).find(isPresent);
  const date = fieldOf(request, 'date');
  const caps = fieldsOf(request, 'feature-caps');
  const identity = valuesOf(request, 'identity');
  const { network: _, ...place } = source;
  return {
    ...place,
    id: fieldOf(request, 'call-id') ?? '',
    from: numberOf(fieldOf(request, 'from') ?? ''),
    to: userOf(request.uri) || numberOf(fieldOf(request, 'to') ?? ''),
    ...(networkFrom === undefined ? {} : { networkFrom }),
    diversion: divertingNumber(request),
    ...(identity.length === 0 ? {} : { identity }),
    ...(date === undefined ? {} : { sipDate: date }),
    ...(caps.length === 0 ? {} : { featureCaps: caps.join(', ') }),
  };
}

const isPresent = (text: string): boolean => text !== '';
const numberOf = (value: string): string => userOf(parseSipAddress(value)?.uri ?? '');

function divertingNumber(request: SipRequest): string {
  const [diversion] = valuesOf(request, 'diversion');
  if (diversion !== undefined) return numberOf(diversion);
  const history = valuesOf(request, 'history-info');
  return numberOf(history.at(-2) ?? '');
}

/** The response to an INVITE (RFC 3261 §8.3): where the call goes on, or that it is rejected. */
export function redirectAnswer(request: SipRequest, answer: CallAnswer, inContact: boolean): SipAnswer {
  const { action, target, code, reason, displayName = '', headers } = answer;
  if (action === 'reject' && target === undefined && code !== undefined) {
    return { code, reason: reason ?? 'Rejected', headers };
  }
  if (action === 'reject') {
    // The announcement may want to say why; the caller's network too (RFC 3326, RFC 8688 §3.1).
    const cause = `SIP;cause=${code ?? 603};text="${reason ?? 'Decline'}"`;
    return moved(`<${target ?? request.uri}>`, [{ name: 'Reason', value: cause }, ...headers]);
  }
  if (action === 'allow') return moved(`<${request.uri}>`, headers);
  const shown = [...assertedName(request, displayName), ...headers];
  const uri = target ?? request.uri;
  return moved(`${quotedName(displayName)} <${inContact ? withHeaders(uri, shown) : uri}>`, shown);
}

const moved = (contact: string, headers: readonly SipHeader[]): SipAnswer => ({
  code: 302,
  reason: 'Moved Temporarily',
  headers: [{ name: 'Contact', value: contact }, ...headers],
});

/** The caller under the name that is shown to the callee (RFC 3325 §9.1). */
function assertedName(request: SipRequest, displayName: string): SipHeader[] {
  const candidates = [...valuesOf(request, 'p-asserted-identity'), fieldOf(request, 'from') ?? ''];
  const caller = candidates.map(parseSipAddress).find((address) => address !== undefined);
  if (caller === undefined) return [];
  return [{ name: 'P-Asserted-Identity', value: `${quotedName(displayName)} <${caller.uri}>` }];
}

/** Headers for the request that an SBC makes of a Contact (RFC 3261 §19.1.1). */
function withHeaders(uri: string, headers: readonly SipHeader[]): string {
  if (!/^sips?:/i.test(uri)) return uri;
  const query = headers.map(({ name, value }) => `${name}=${escaped(value)}`).join('&');
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
}

/** `hnv-unreserved` and `unreserved` (RFC 3261 §25.1) stand as they are. */
const escaped = (value: string): string =>
  encodeURIComponent(value.toWellFormed()).replace(/%2F|%3F|%3A|%2B|%24|%5B|%5D/g, decodeURIComponent);
