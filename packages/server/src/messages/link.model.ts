import { parse } from 'tldts';

/** One link as it stands in a folded text. */
export interface Link {
  /** The characters that made it, disguise included. */
  readonly text: string;
  /** Lower-case ASCII host, or an IPv4 address. */
  readonly host: string;
  /** Port, path and query as written; empty when there is none. */
  readonly path: string;
  /** Written so that a filter does not see it: `hxxp`, `[.]`, `点`, `。`, blanks around dots. */
  readonly disguised: boolean;
  readonly start: number;
  readonly end: number;
}

const LABEL = '[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?';
/** A dot, or what a person is asked to read as one. Longest first. */
const DOT = String.raw`(?: ?[\[({<（「] ?(?:\.|dot|点) ?[\])}>）」] ?| dot | ?点 ?| ?[。·•] ?|\.| \.(?=[a-z]{2,6}(?![a-z])))`;
const SCHEME = String.raw`h(?:tt|xx|\*\*)ps?\s?:\s?[/\\]{1,2}\s?`;
const TAIL = String.raw`(?::[0-9]{2,5})?(?:[/?#][a-z0-9\-._~:/?#@!$&'()*+,;=%\[\]|]{0,2000})?`;
const LINK = new RegExp(
  `(?<![a-z0-9@_-])(?<scheme>${SCHEME})?(?<host>${LABEL}(?:${DOT}${LABEL}){1,9})(?<tail>${TAIL})`,
  'gi',
);
const DOTS = new RegExp(DOT, 'gi');
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const TRAILING = /[.,;:!?'")\]|*]+$/;

/** Endings that are also words of the language: a bare `so.do` is a missing blank after a full stop, not a link. */
const WORD_ENDINGS = new Set(
  'click download support deals claim send reply order free star ac ad ag ai al am an ar as at ba be bet bid bio buy by ca call can cash chat dad day do dog earth eat fan fit fm fun fyi game gay go guru help hot how im in inc is it jobs kids land la lat law li life link live lol love ma man me med men mo mom moe money mom ms my na name new news ni no now nu off oh ok one ong pa pay pm ps re red rest rip run sa sc sex show so soy st ten to today top try us vet watch we wed win work world you zip hi pub id pro now uno mov'.split(
    ' ',
  ),
);
/** Endings accepted where the dot is disguised or stands for a full stop as well (。): the ones that are really used so. */
const COMMON_ENDINGS = new Set(
  'com cn net org cc top xyz vip info club shop site online me tv io app link icu work ltd co hk tw us ru in fun wang ren ink red win live pro mobi biz'.split(
    ' ',
  ),
);

interface Candidate {
  readonly raw: string;
  readonly scheme: boolean;
  readonly tail: string;
}

function disguiseOf(candidate: Candidate): boolean {
  return /[^a-z0-9._-]/i.test(candidate.raw);
}

/** Whether a bare name (no scheme) is meant as a link rather than being a full stop without a blank. */
function looksMeant(host: string, candidate: Candidate, glued: boolean): boolean {
  const labels = host.split('.');
  const ending = labels.at(-1) ?? '';
  const name = labels.at(-2) ?? '';
  if (disguiseOf(candidate)) {
    return COMMON_ENDINGS.has(ending) && (labels.length > 2 || (name.length > 1 && !/^\d{1,2}$/.test(name)));
  }
  if (/^[/?#:]/.test(candidate.tail) || labels[0] === 'www' || glued) return true;
  return labels.length > 2 || !WORD_ENDINGS.has(ending) || /[\d-]/.test(name);
}

/** Whether the name ends in a registered suffix (ICANN part of the Public Suffix List) and has a label before it. */
function isHost(name: string): boolean {
  const { isIcann, domain } = parse(name, {
    validateHostname: false,
    extractHostname: false,
    detectIp: false,
  });
  return isIcann === true && domain !== null;
}

/** The longest leading part of the labels that is a host: `icbc.com.请` never gets here, `a.com.and` does. */
function longestHost(labels: readonly string[]): string | undefined {
  for (let count = labels.length; count >= 2; count--) {
    const host = labels.slice(0, count).join('.');
    if (isHost(host)) return host;
  }
  return undefined;
}

function lengthOfLabels(raw: string, count: number): number {
  DOTS.lastIndex = 0;
  for (let seen = 1; ; seen++) {
    const dot = DOTS.exec(raw);
    if (dot === null) return raw.length;
    if (seen === count) return dot.index;
  }
}

/**
 * Finds links in a folded text: with a scheme (also `hxxp`, one slash), bare domains glued to Han text, disguised
 * dots (点 。 [.] (dot), blanks), short links, IPv4 with scheme, port or path. Names must end in a
 * registered suffix. Linear time: every quantifier is bounded and separators cannot be part of a label.
 */
export function findLinks(text: string): Link[] {
  const links: Link[] = [];
  for (const match of text.matchAll(LINK)) {
    const raw = match.groups?.host ?? '';
    const schemeText = match.groups?.scheme ?? '';
    const tail = (match.groups?.tail ?? '').replace(TRAILING, '');
    const candidate = { raw, scheme: schemeText !== '', tail };
    const labels = raw.toLowerCase().split(DOTS);
    const joined = labels.join('.');
    const address = IPV4.test(joined) && (candidate.scheme || /^[:/]/.test(tail));
    const host = address ? joined : longestHost(labels);
    if (host === undefined) continue;
    const whole = host.length === joined.length;
    const kept = whole ? raw : raw.slice(0, lengthOfLabels(raw, host.split('.').length));
    const start = match.index;
    const before = text.charAt(start - 1);
    const after = text.charAt(start + schemeText.length + kept.length);
    const glued = /\p{Script=Han}|【|】|：|,|，/u.test(before) || /\p{Script=Han}/u.test(after);
    const shown = { raw: kept, scheme: candidate.scheme, tail: whole ? tail : '' };
    if (!address && !candidate.scheme && !looksMeant(host, shown, glued)) continue;
    const length = schemeText.length + kept.length + shown.tail.length;
    links.push({
      text: text.slice(start, start + length),
      host,
      path: shown.tail,
      disguised: disguiseOf(shown) || /xx|\*\*/.test(schemeText.toLowerCase()),
      start,
      end: start + length,
    });
  }
  return links;
}
