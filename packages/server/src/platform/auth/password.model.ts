import type { Localized } from '@fanzha/vocabulary';

/** Shortest password, in characters (the contract's `Password` says the same). */
const SHORTEST = 10;

/**
 * Passwords of ten and more characters that lead the published lists of leaked ones, and their usual Chinese
 * relatives; compared without case. NIST SP 800-63B-4 section 3.1.1.2 asks for such a list.
 */
const COMMON = new Set(
  (
    '1234567890 12345678910 123456789a a123456789 1q2w3e4r5t 1q2w3e4r5t6y qwertyuiop qwerty12345 qwerty123456 ' +
    '1qaz2wsx3edc 1qaz2wsx3e zaq12wsxcde3 qazwsxedcrfv asdfghjkl; asdfghjklqwertyuiop zxcvbnm123 1234567890a ' +
    'password12 password123 password1234 password12345 p@ssw0rd123 p@ssword123 passw0rd123 passw0rd12 pa$$word123 ' +
    'admin12345 admin123456 admin@12345 admin@123456 administrator administrator1 root123456 test123456 ' +
    'changeme123 changeme1234 welcome123 welcome1234 letmein123 letmein1234 iloveyou123 iloveyou12 abc1234567 ' +
    'abcd123456 abcd1234567 abc123456789 abcdefghij abcdefghijk qwer123456 qwer1234567 asdf123456 zxcv123456 ' +
    'woaini1314 woaini1314520 woaini520 woaini5201314 5201314520 1314520520 5201314woaini woaini123456 ' +
    'wojiushiwo aini1314520 zhang123456 wang123456 li123456789 1234qwerasdf qwerasdfzxcv 1234567891 0987654321 ' +
    '9876543210 0123456789 1122334455 1212121212 1357924680 147258369a 1472583690 7894561230 123321123321 ' +
    '123qweasdzxc 123qwe123qwe 123456qwerty 123456abcdef 123456asdf 123456789q 123456789z q123456789 z123456789 ' +
    'superman123 football123 baseball123 monkey12345 dragon12345 michael123 sunshine123 princess123 ' +
    'fanzha12345 fanzha123456 fanzha2026! huawei@123 huawei12#$ admin@huawei cisco12345 p@ssw0rd2024 p@ssw0rd2025 ' +
    'p@ssw0rd2026 1qaz@wsx3edc !qaz2wsx3edc 1qaz!qaz2wsx qwe123!@#qwe abc123!@#abc aa123456789 aa12345678 ' +
    'q1w2e3r4t5 q1w2e3r4t5y6 a1b2c3d4e5 zxcvbnmasdf poiuytrewq mnbvcxzlkj 1qazxsw23edc qwertzuiop azertyuiop'
  ).split(' '),
);

const FAULTS = {
  short: { 'zh-CN': `至少 ${SHORTEST} 个字符`, en: `must have at least ${SHORTEST} characters` },
  name: { 'zh-CN': '不能包含用户名', en: 'must not contain the user name' },
  common: { 'zh-CN': '在常见密码之列', en: 'is among the most common passwords' },
  monotone: { 'zh-CN': '重复的或连续的字符太多', en: 'repeats or counts up the same characters' },
} as const satisfies Record<string, Localized>;

/** Case and width of characters do not make two names or passwords different. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Whether a text is one short piece repeated, or characters that only count up or down. */
function isMonotone(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  if (new Set(codes).size <= 3) return true;
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

/** Why a password is too easy to guess for this user; undefined when it will do. */
export function passwordFault(password: string, userName: string): Localized | undefined {
  const folded = foldName(password);
  const name = foldName(userName);
  if ([...password].length < SHORTEST) return FAULTS.short;
  if (name.length >= 3 && folded.includes(name)) return FAULTS.name;
  if (COMMON.has(folded)) return FAULTS.common;
  if (isMonotone(folded)) return FAULTS.monotone;
  return undefined;
}
