import type { NormalForm } from './normal-form.model.ts';

/** Which n-grams a model counts. Part of a model's metadata: scoring must count exactly what training counted. */
export interface FeatureOptions {
  /** Longest run of characters counted in Han text. */
  readonly hanGrams: number;
  /** Longest run of characters counted inside a Latin word, its edges included. */
  readonly latinGrams: number;
  /** Longest run of words counted in Latin text. */
  readonly wordGrams: number;
}

/** Called for every feature: a 32-bit hash and where it stands in the text, or the mark that it is. */
export type FeatureVisitor = (hash: number, start: number, end: number, mark?: string) => void;

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** 32-bit finaliser of MurmurHash3: FNV-1a alone leaves neighbouring n-grams too close. */
function mix(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}

function hashText(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return mix(hash);
}

function visitCharacters(
  text: string,
  from: number,
  to: number,
  shortest: number,
  longest: number,
  seed: number,
  visit: FeatureVisitor,
): void {
  for (let start = from; start < to; start++) {
    const last = Math.min(to, start + longest);
    let hash = seed;
    for (let end = start; end < last; end++) {
      hash = Math.imul(hash ^ text.charCodeAt(end), PRIME);
      if (end - start + 1 >= shortest) visit(mix(hash), start, end + 1);
    }
  }
}

function visitWords(text: string, longest: number, visit: FeatureVisitor): void {
  const starts: number[] = [];
  for (let index = 0; index < text.length; index++) {
    if (text.charAt(index) !== ' ' && (index === 0 || text.charAt(index - 1) === ' ')) starts.push(index);
  }
  for (let word = 0; word < starts.length; word++) {
    const start = starts[word] ?? 0;
    let hash = OFFSET ^ 0x5f5f;
    let end = start;
    for (let count = 0; count < longest && word + count < starts.length; count++) {
      end = starts[word + count] ?? 0;
      while (end < text.length && text.charAt(end) !== ' ') {
        hash = Math.imul(hash ^ text.charCodeAt(end), PRIME);
        end++;
      }
      hash = Math.imul(hash ^ 32, PRIME);
      visit(mix(hash), start, end);
    }
  }
}

/**
 * Visits every feature of a normal form: character n-grams of Han text, or words, word runs and edge-marked character
 * n-grams of Latin text; then the marks of the whole message. Hashes of the families are seeded apart.
 */
export function visitFeatures(form: NormalForm, options: FeatureOptions, visit: FeatureVisitor): void {
  if (form.script === 'han') {
    visitCharacters(form.text, 0, form.text.length, 1, options.hanGrams, OFFSET, visit);
  } else if (form.text !== '') {
    visitWords(form.text, options.wordGrams, visit);
    const edged = ` ${form.text} `;
    const inText: FeatureVisitor = (hash, from, to) =>
      visit(hash, Math.max(0, from - 1), Math.min(form.text.length, to - 1));
    let start = 0;
    for (let end = 1; end < edged.length; end++) {
      if (edged.charAt(end) !== ' ') continue;
      visitCharacters(edged, start, end + 1, 2, options.latinGrams, OFFSET ^ 0x1111, inText);
      start = end;
    }
  }
  for (const mark of form.marks) visit(hashText(mark, OFFSET ^ 0x3333), 0, 0, mark);
}
