import type { MessageWords } from './words.model.ts';

/** A contact on another service: `加V: abc123`. */
export interface Handle {
  /** Service of the pack's word list: wechat, qq, telegram ... */
  readonly service: string;
  /** The id, lower case. */
  readonly id: string;
  readonly text: string;
  /** Where the id stands, the word before it not included. */
  readonly start: number;
  readonly end: number;
}

const BETWEEN = String.raw`[\s:：=~\-—→➕+＋(（【\[「"'是为号群加☎️👉,，]{0,6}(?:id|号码|同号|账号|搜索|搜)?[\s:：=~+(（【\[「"'号]{0,3}`;
const ID = String.raw`(?<id>@?[a-z][a-z0-9_-]{3,31}|\+?[0-9](?:[ \-.]?[0-9]){4,13})`;

/** Latin words that follow a contact word in ordinary English (`line manager`, `signal strength`): no id without a digit there. */
function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function wordPattern(word: string): string {
  const pattern = escaped(word);
  return /^[a-z]/i.test(word) ? `(?<![a-z0-9])${pattern}` : pattern;
}

function isId(service: string, word: string, id: string, between: string): boolean {
  const digits = /^[+0-9 .-]+$/.test(id);
  const bare = id.replace(/[ .-]/g, '');
  if (digits) {
    if (/^1[3-9]\d{9}$/.test(bare)) return true;
    return service === 'qq'
      ? /^[1-9]\d{4,11}$/.test(bare)
      : service === 'whatsapp' && /^\+?\d{8,15}$/.test(bare);
  }
  if (service === 'qq') return false;
  const minimum = service === 'wechat' ? 5 : 4;
  if (bare.replace('@', '').length < minimum) return false;
  const plainWord = /^[a-z]+$/.test(bare);
  const marked = /[:：=@(（【[「→👉+＋]/u.test(between) || bare.startsWith('@');
  if (/^[a-z ]+$/i.test(word)) return marked || /[\d_]/.test(bare);
  return !plainWord || marked || word.length > 1;
}

/** Compiles the finder of contact handles from the pack's words. The finder is linear: every gap is bounded. */
export function handleFinder(words: MessageWords): (text: string) => Handle[] {
  const services = new Map<string, string>();
  for (const [service, list] of Object.entries(words.handles)) {
    for (const word of list) services.set(word.toLowerCase(), service);
  }
  const alternatives = [...services.keys()]
    .sort((a, b) => b.length - a.length)
    .map(wordPattern)
    .join('|');
  const pattern = new RegExp(`(?<word>${alternatives})(?<between>${BETWEEN})${ID}(?![a-z0-9])`, 'gi');
  return (text) => {
    const found: Handle[] = [];
    for (const match of text.matchAll(pattern)) {
      const { word = '', between = '', id = '' } = match.groups ?? {};
      const service = services.get(word.toLowerCase()) ?? '';
      const start = match.index + match[0].length - id.length;
      const lower = id.toLowerCase();
      if (
        !isId(service, word, lower, between) ||
        /^(?:www|http)/.test(lower) ||
        /^\.[a-z]/i.test(text.slice(start + id.length))
      )
        continue;
      const bare = lower.startsWith('@') || /^[+0-9 .-]+$/.test(lower) ? lower.replace(/[@ .-]/g, '') : lower;
      found.push({ service, id: bare, text: match[0], start, end: start + id.length });
    }
    return found;
  };
}
