/** What is left of a presented number once its wrapping is off. */
export interface Unwrapped {
  /** True when the caller withheld the number or the network does not know it. */
  readonly hidden: boolean;
  readonly plus: boolean;
  /** ASCII digits; empty when it is not a number. */
  readonly digits: string;
}

/** Words that networks put where a number is withheld (RFC 3323 section 4.1, RFC 7044, switches' own). */
const HIDDEN_WORDS = new Set([
  '',
  '-',
  'anonymous',
  'anonim',
  'asserted',
  'blocked',
  'coinlineorpayphone',
  'hidden',
  'interactionwithotherservice',
  'noid',
  'none',
  'notavailable',
  'null',
  'outofarea',
  'private',
  'privatenumber',
  'restricted',
  'unavailable',
  'undefined',
  'unknown',
  'unknownnumber',
  'withheld',
  '匿名',
  '未知',
  '未知号码',
  '私人号码',
  '隐藏号码',
  '无法显示',
]);

const NOT_A_NUMBER: Unwrapped = { hidden: false, plus: false, digits: '' };
const HIDDEN: Unwrapped = { hidden: true, plus: false, digits: '' };
/** Separators people and machines write inside numbers, and invisible characters that hide in pasted ones. */
const SEPARATORS =
  /[\s.\-()[\]/_~·•\u00ad\u200b-\u200f\u202a-\u202e\u2010-\u2015\u2060-\u2069\u2212\u3001\ufeff]/gu;
/** Extension after the number: what follows belongs to a switchboard, not to the plan. */
const EXTENSION = /(?:[#,;*p]|x|ext\.?|转|分机).*$/u;
const BARE = /^\+?[0-9]+$/;
const SCHEME = /^(?:sips?|tel|callto|phone):/;

function userPart(text: string): string {
  const quoted = /<([^<>]*)>[^<>]*$/.exec(text);
  const address = (quoted?.[1] ?? text).trim();
  const bare = address.replace(SCHEME, '');
  const at = bare.indexOf('@');
  return (at < 0 ? bare : bare.slice(0, at))
    .replaceAll('%2b', '+')
    .replaceAll('%20', ' ')
    .replaceAll('%23', '#');
}

/** RFC 3966: a local number is only whole together with a global `phone-context`. */
function phoneContext(text: string): string {
  return /;phone-context=(\+[0-9]{1,7})(?:[;>]|$)/.exec(text)?.[1] ?? '';
}

/**
 * Takes the wrapping off a presented number: `"name" <sip:+86...@host;user=phone>`, `tel:` with parameters, full-width
 * digits, separators, extensions. Linear in the length of its input, which the caller bounds.
 */
export function unwrap(presented: string): Unwrapped {
  // Most numbers come bare, and nothing below would change them.
  if (BARE.test(presented)) {
    const plus = presented.startsWith('+');
    return { hidden: false, plus, digits: plus ? presented.slice(1) : presented };
  }
  const text = presented.normalize('NFKC').toLowerCase().trim();
  const user = userPart(text);
  if (HIDDEN_WORDS.has(user.replace(/[\s_.-]/g, '')) || user === '-') return HIDDEN;
  const number = user.replace(EXTENSION, '').replace(SEPARATORS, '');
  if (!/^\+?[0-9]+$/.test(number)) return NOT_A_NUMBER;
  if (number.startsWith('+')) return { hidden: false, plus: true, digits: number.slice(1) };
  const context = phoneContext(text);
  if (context === '') return { hidden: false, plus: false, digits: number };
  return { hidden: false, plus: true, digits: context.slice(1) + number.replace(/^0/, '') };
}
