import Type, { type Static } from 'typebox';
import type { Extraction } from './extraction.model.ts';
import { foldText, TOKENS } from './fold.model.ts';
import { isToken, type NormalForm, named, normalForm, readable } from './normal-form.model.ts';

const closed = { additionalProperties: false };
const Phrases = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { minItems: 1, maxItems: 400 });
const Name = Type.String({ pattern: '^[a-z][a-z0-9.-]{1,60}$' });

/**
 * `packs/<id>/lures.json`: by which words frauds bait people, by official kind of fraud. Phrases are compared in the
 * normal form; a class token is written by name (`‹link›`).
 */
export const LureWords = Type.Object(
  {
    version: Type.String(),
    date: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
    /** Phrases of texts that warn of frauds and so use their words. */
    warnings: Phrases,
    /** Phrases that say the same, by name. */
    groups: Type.Record(Name, Phrases),
    lures: Type.Array(
      Type.Object(
        {
          id: Name,
          /** Left out where the words fit many kinds: what moves money talk elsewhere, or presses to open a link. */
          fraudType: Type.Optional(Type.String()),
          /** How sure the lure alone makes; lures of one message add up as independent evidence. */
          strength: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
          /** Groups of which every one must occur. */
          all: Type.Array(Type.String(), { minItems: 1, maxItems: 8 }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  closed,
);
export type LureWords = Static<typeof LureWords>;

/** The bait that a message carries. */
export interface LureReading {
  /** Kinds of fraud that its words fit, the surest first. */
  readonly types: readonly string[];
  /** 0 to 1. */
  readonly strength: number;
  /** The phrases that made it so, as a person reads them, in the order of the lexicon. */
  readonly words: readonly string[];
}

/** Finds lures. Pure; time grows with the text and the longest phrase, not with the number of phrases. */
export type LureFinder = (form: NormalForm) => LureReading;

const NOTHING: LureReading = { types: [], strength: 0, words: [] };
const NO_EXTRACTION: Extraction = { links: [], phones: [], handles: [], emails: [] };
const WARNINGS = 'warnings';
/** What is left of a strength when the text warns of frauds; official warnings give no handle, frauds that warn do. */
const LEFT_BY_WARNING = 0.4;
/** Most phrases that a reason names. */
const MAX_WORDS = 8;

interface Node {
  readonly next: Map<number, Node>;
  /** Groups that the phrase ending here belongs to. */
  readonly groups: number[];
}

const newNode = (): Node => ({ next: new Map(), groups: [] });

function isLatin(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** A phrase as it stands in normal forms. */
function normalPhrase(phrase: string): string {
  const { text } = normalForm(named(foldText(phrase)), NO_EXTRACTION);
  return text.trim();
}

function plant(root: Node, phrase: string, group: number): void {
  const normal = normalPhrase(phrase);
  if (normal === '') throw new Error(`lures: nothing is left of the phrase ${phrase} in the normal form`);
  let node = root;
  for (let at = 0; at < normal.length; at++) {
    const code = normal.charCodeAt(at);
    const known = node.next.get(code);
    const child = known ?? newNode();
    if (!known) node.next.set(code, child);
    node = child;
  }
  node.groups.push(group);
}

/** Latin phrases stand as whole words, also between Han characters; Han has no word edges to ask for. */
function isInsideWord(text: string, at: number): boolean {
  return isLatin(text.charCodeAt(at - 1)) && isLatin(text.charCodeAt(at));
}

/** Notes the phrases that start at `start`, for each group the longest of the text. */
function walk(text: string, start: number, root: Node, phrase: (string | undefined)[]): void {
  let node = root.next.get(text.charCodeAt(start));
  for (let end = start + 1; node; end++) {
    if (node.groups.length > 0 && !isInsideWord(text, end)) {
      for (const group of node.groups) {
        if (end - start > (phrase[group]?.length ?? 0)) phrase[group] = text.slice(start, end);
      }
    }
    node = node.next.get(text.charCodeAt(end));
  }
}

/** Which UTF-16 units a phrase begins with: most characters of most texts go no further than this table. */
function beginnings(root: Node): Uint8Array {
  const first = new Uint8Array(0x10000);
  for (const code of root.next.keys()) first[code] = 1;
  return first;
}

/** The longest phrase of each group that occurs. */
function findPhrases(text: string, root: Node, first: Uint8Array, groups: number): (string | undefined)[] {
  const phrase = new Array<string | undefined>(groups).fill(undefined);
  for (let start = 0; start < text.length; start++) {
    if (first[text.charCodeAt(start)] === 1 && !isInsideWord(text, start)) walk(text, start, root, phrase);
  }
  return phrase;
}

/** Compiles the lexicon. Throws when a lure names a group that is not there, or a phrase has no normal form. */
export function createLureFinder(words: LureWords): LureFinder {
  const names = [WARNINGS, ...Object.keys(words.groups)];
  const root = newNode();
  for (const phrase of words.warnings) plant(root, phrase, 0);
  for (const [index, phrases] of Object.values(words.groups).entries()) {
    for (const phrase of phrases) plant(root, phrase, index + 1);
  }
  const first = beginnings(root);
  const lures = words.lures.map(({ id, fraudType, strength, all }) => ({
    fraudType,
    strength,
    all: all.map((name) => {
      const group = names.indexOf(name);
      if (group < 1) throw new Error(`lures: ${id} names the group ${name}, which does not exist`);
      return group;
    }),
  }));
  return (form) => {
    const phrase = findPhrases(form.text, root, first, names.length);
    const hit = lures.filter(({ all }) => all.every((group) => phrase[group] !== undefined));
    return hit.length === 0 ? NOTHING : readingOf(hit, phrase, warns(form, phrase[0]));
  };
}

function warns({ text }: NormalForm, warning: string | undefined): boolean {
  return warning !== undefined && !text.includes(TOKENS.handle);
}

interface Lure {
  readonly fraudType: string | undefined;
  readonly strength: number;
  readonly all: readonly number[];
}

function readingOf(
  hit: readonly Lure[],
  phrase: readonly (string | undefined)[],
  warning: boolean,
): LureReading {
  const doubt = new Map<string, number>();
  let rest = 1;
  const words = new Set<string>();
  for (const { fraudType, strength, all } of hit) {
    if (fraudType !== undefined) doubt.set(fraudType, (doubt.get(fraudType) ?? 1) * (1 - strength));
    rest *= 1 - strength;
    for (const group of all) {
      const found = phrase[group] ?? '';
      if (!isToken(found)) words.add(readable(found));
    }
  }
  const strength = (1 - rest) * (warning ? LEFT_BY_WARNING : 1);
  return {
    types: [...doubt].sort(([, a], [, b]) => a - b).map(([type]) => type),
    strength: Math.round(strength * 1000) / 1000,
    words: [...words].slice(0, MAX_WORDS),
  };
}
