/**
 * Makes a value fit for jsonb and for hashing: plain JSON, no NUL (PostgreSQL's text cannot hold it) and no lone
 * surrogate (UTF-8 cannot). What cannot be told in JSON, such as `undefined`, is left out as `JSON.stringify` does.
 */
export function cleanJson(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const cleaned: unknown = JSON.parse(JSON.stringify(value), (_key, part: unknown) => {
    if (typeof part === 'string') return cleanText(part);
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) {
      return Object.fromEntries(Object.entries(part).map(([name, item]) => [cleanText(name), item]));
    }
    return part;
  });
  return cleaned as Record<string, unknown>;
}

/** A text that PostgreSQL and UTF-8 can hold: lone surrogates and NUL become U+FFFD. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

/**
 * JSON with one spelling per value: names sorted by UTF-16 code unit, no spaces, numbers as ECMAScript prints them
 * (JSON Canonicalization Scheme, RFC 8785 section 3.2).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
