/** Parts of a time that a format can name, in the order of their places in a time. */
const TOKENS = {
  yyyy: '(\\d{4})',
  MM: '(\\d{1,2})',
  dd: '(\\d{1,2})',
  HH: '(\\d{1,2})',
  mm: '(\\d{1,2})',
  ss: '(\\d{1,2})',
  SSS: '(\\d{1,9})',
} as const;
type Token = keyof typeof TOKENS;
const ORDER = Object.keys(TOKENS) as Token[];
const NEEDED: readonly Token[] = ['yyyy', 'MM', 'dd', 'HH', 'mm'];

/**
 * Turns times written by a format such as `dd/MM/yyyy HH:mm:ss` into `yyyy-MM-dd HH:mm:ss.SSS`, which every reader of
 * times takes. Undefined when the format lacks a part of the day or names one twice.
 */
export function timeFormat(format: string): ((text: string) => string | undefined) | undefined {
  const found = format.match(/yyyy|SSS|MM|dd|HH|mm|ss/g) ?? [];
  const tokens = found as Token[];
  if (new Set(tokens).size !== tokens.length || NEEDED.some((token) => !tokens.includes(token)))
    return undefined;
  const pattern = format.replaceAll(/yyyy|SSS|MM|dd|HH|mm|ss|[^A-Za-z0-9]|[A-Za-z0-9]/gu, (part) =>
    part in TOKENS ? TOKENS[part as Token] : `\\u{${(part.codePointAt(0) ?? 0).toString(16)}}`,
  );
  const shape = new RegExp(`^${pattern}$`, 'u');
  return (text) => {
    const parts = shape.exec(text.trim())?.slice(1);
    if (parts === undefined) return undefined;
    const [year, month, day, hour, minute, second = '0', fraction = '0'] = ORDER.map(
      (token) => parts[tokens.indexOf(token)],
    );
    const two = (part: string | undefined): string => (part ?? '0').padStart(2, '0');
    return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}.${fraction}`;
  };
}
