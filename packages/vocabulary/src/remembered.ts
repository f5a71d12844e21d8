/** Longer texts are worked out anew each time, so that memory stays bounded whatever comes in. */
const LONGEST = 64;

/**
 * Remembers what a pure function said of the texts that were asked last: at least `atLeast` of them and at most twice
 * as many.
 */
export function remembered<T>(work: (text: string) => T, atLeast: number): (text: string) => T {
  let current = new Map<string, T>();
  let before = new Map<string, T>();
  return (text) => {
    if (text.length > LONGEST) return work(text);
    const known = current.get(text);
    if (known !== undefined) return known;
    const said = before.get(text) ?? work(text);
    if (current.size >= atLeast) {
      before = current;
      current = new Map();
    }
    current.set(text, said);
    return said;
  };
}
