import { remembered } from '@fanzha/vocabulary';
import type { Classify, KnownFacts } from './pattern.model.ts';

/** What a call is counted under beside its verdict. Empty texts stand for what is not known. */
export interface CallMark {
  readonly pattern: string;
  readonly ingress: string;
  /** ISO 3166-1 alpha-2 of the caller, as far as the number or the carrier tells it. */
  readonly country: string;
  /** Province of the called number, as the pack writes it; empty for mobile and short numbers. */
  readonly area: string;
  /** Carrier that hands the call over; trunk where no carrier is told. */
  readonly source: string;
}

/** Ids that need no escaping; what is longer or stranger is written percent-encoded and cut. */
const PLAIN_NAME = /^[A-Za-z0-9_.:@/ -]{0,64}$/;
const LONGEST_NAME = 64;
const REMEMBERED = 10_000;

/** Other than letters, digits and some signs: as UTF-8 bytes with `%`, so that it holds no tab, `;` or line end. */
function escaped(name: string): string {
  return PLAIN_NAME.test(name) ? name : encodeURIComponent(name.toWellFormed().slice(0, LONGEST_NAME));
}

/** Writes the mark of calls (`EventKind.mark`). `areaOf` gives the province of an area code. */
export function createMarker(
  classify: Classify,
  areaOf: ReadonlyMap<string, string>,
): (reading: { readonly channel?: string; readonly country?: string }, facts: KnownFacts) => string {
  const name = remembered(escaped, REMEMBERED);
  return ({ channel = '', country = '' }, facts) => {
    const area = areaOf.get(facts['callee.area'] as string) ?? '';
    const source = name((facts['call.carrier'] || facts['call.trunk'] || '') as string);
    return `pattern=${classify(facts)};ingress=${channel};country=${country};area=${area};source=${source}`;
  };
}

/** Reads a mark again; parts that are missing or foreign are empty. */
export function readMark(mark: string): CallMark {
  const parts: Record<string, string> = {};
  for (const part of mark.split(';')) {
    const sign = part.indexOf('=');
    if (sign > 0) parts[part.slice(0, sign)] = part.slice(sign + 1);
  }
  const { pattern = '', ingress = '', country = '', area = '', source = '' } = parts;
  return { pattern, ingress, country, area, source: unescaped(source) };
}

function unescaped(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
