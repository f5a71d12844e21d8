/** A telephone number as it stands in a folded text. */
export interface PhoneMention {
  readonly text: string;
  /** Digits, with a leading `+` where one was written. */
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

/** Digits with at most two filler characters between two of them; extent is settled by `shapeOf`. */
const RUN = /(?<![0-9a-z])(?:\+ ?|\()?[0-9](?:[ \-.()*_~·—/]{0,2}[0-9]){4,19}(?![0-9])/gi;
const FILLER = /[^0-9+]/g;

/** What follows an amount or a count: such a run is no number to call. */
const UNIT_AFTER =
  /^ ?(?:元|块|万|亿|%|％|分(?!机)|积分|度|米|斤|公里|平|股|份|张|人|位|名|次|年|月|日|号楼|mb|gb|kb|rmb|usd|eur|gbp)/i;
const MONEY_BEFORE = /[¥￥$£€₹]\s?$|(?:rs|inr|usd|gbp|eur|rmb)\.? ?$/i;
/** What stands before an account, order, parcel or card number. */
const NOT_A_PHONE_BEFORE =
  /(?:单号|编号|订单|运单|账号|帐号|卡号|尾号|流水号|保单|户号|代码|案号|order|ref(?:erence)?|tracking|account|acct|claim code|code|id|no)[\s:：#.为是no]{0,4}$/i;
const DATE = /^(?:19|20)\d{2}[-./ ]?(?:0?[1-9]|1[0-2])[-./ ]?(?:0?[1-9]|[12]\d|3[01])(?!\d)/;

/** Shapes that are numbers whatever filler stands between the digits. */
const STRONG: readonly RegExp[] = [
  /^(?:\+?86|0086)?1[3-9]\d{9}$/,
  /^0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$/,
  /^[48]00\d{7}$/,
  /^\+[1-9]\d{6,14}$/,
  /^00[1-9]\d{7,13}$/,
  /^0[1-9]\d{8,9}$/,
];
/** Shapes that are numbers when the digits stand together or in a few groups. */
const WEAK: readonly RegExp[] = [/^[1-9]\d{6,11}$/, /^0\d{7,12}$/];
/** Service numbers, which only count after a word that asks for a call. */
const SHORT = /^(?:95\d{3}|96\d{3,4}|10\d{3}|1[12]\d{1,3}|12[0-9]{3})$/;
const CALL_BEFORE = /(?:电话|致电|拨打|热线|请拨|客服|咨询|call|dial|phone|tel)[^0-9a-z]{0,3}$/i;

function isTidy(text: string): boolean {
  const groups = text.split(/[^0-9+]+/).filter((group) => group !== '');
  const fillers = new Set(text.replace(/[0-9+() ]/g, ''));
  return (
    groups.length === 1 ||
    (groups.length <= 4 && groups.every((group) => group.length >= 2) && fillers.size <= 2)
  );
}

function isPhone(text: string, digits: string, before: string, after: string): boolean {
  if (MONEY_BEFORE.test(before) || NOT_A_PHONE_BEFORE.test(before)) return false;
  if (STRONG.some((shape) => shape.test(digits))) return !UNIT_AFTER.test(after) || digits.startsWith('+');
  if (SHORT.test(digits)) return CALL_BEFORE.test(before);
  if (DATE.test(text) || UNIT_AFTER.test(after) || text.includes('/')) return false;
  return isTidy(text) && !/\d\.\d/.test(text) && WEAK.some((shape) => shape.test(digits));
}

/** A run that is too long may be two numbers with a blank or stroke between: each part is judged alone. */
function partsOf(text: string): { text: string; at: number }[] {
  const digits = text.replace(FILLER, '');
  if (digits.length <= 15 && !/[/]/.test(text)) return [{ text, at: 0 }];
  return [...text.matchAll(/[+(]?[0-9][0-9\-()]{5,}/g)].map((match) => ({ text: match[0], at: match.index }));
}

/**
 * Finds telephone numbers in a folded text, filler between the digits included (`1-3-8*0013...`), and leaves out what
 * only looks like one: amounts, dates, order, account and card numbers. Linear time.
 */
export function findPhones(text: string): PhoneMention[] {
  const found: PhoneMention[] = [];
  for (const match of text.matchAll(RUN)) {
    for (const part of partsOf(match[0])) {
      const start = match.index + part.at;
      const end = start + part.text.length;
      const digits = part.text.replace(FILLER, '');
      if (isPhone(part.text, digits, text.slice(Math.max(0, start - 12), start), text.slice(end, end + 6))) {
        found.push({ text: part.text, digits, start, end });
      }
    }
  }
  return found;
}
