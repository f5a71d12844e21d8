import type { Localized } from '@fanzha/vocabulary';

/** An operator, function, method of a value, or macro of the language of rules. */
export interface LanguageItem {
  readonly name: string;
  readonly form: 'operator' | 'function' | 'method' | 'macro';
  readonly signatures: readonly string[];
  readonly title: Localized;
  /** True or false as a whole, over facts that every kind of event has or over values that are written out. */
  readonly example: string;
}

const item =
  (form: LanguageItem['form']) =>
  (name: string, signatures: readonly string[], zh: string, en: string, example: string): LanguageItem => ({
    name,
    form,
    signatures,
    title: { 'zh-CN': zh, en },
    example,
  });
const operator = item('operator');
const plain = item('function');
const method = item('method');
const macro = item('macro');

/** Operators of CEL (cel-spec, langdef.md, "List of Standard Definitions") over the types of rules. */
export const OPERATORS: readonly LanguageItem[] = [
  operator(
    '==',
    ['any == any: bool'],
    '等于（两边类型相同）',
    'equal; both sides have one type',
    'event.hour == 3',
  ),
  operator('!=', ['any != any: bool'], '不等于', 'not equal', 'event.weekday != 7'),
  operator('<', ['double < double: bool', 'string < string: bool'], '小于', 'less', 'event.hour < 6'),
  operator('<=', ['double <= double: bool'], '不大于', 'at most', 'event.hour <= 6'),
  operator('>', ['double > double: bool'], '大于', 'greater', 'event.hour > 21'),
  operator('>=', ['double >= double: bool'], '不小于', 'at least', 'event.weekday >= 6'),
  operator(
    'in',
    ['string in list<string>: bool', 'double in list: bool'],
    '在列表中',
    'is an item of a list',
    'event.hour in [0, 1, 2, 3]',
  ),
  operator('&&', ['bool && bool: bool'], '并且', 'both hold', 'event.isNight && event.weekday == 7'),
  operator('||', ['bool || bool: bool'], '或者', 'one of both holds', 'event.hour < 6 || event.isNight'),
  operator('!', ['!bool: bool'], '不成立', 'does not hold', '!event.isNight'),
  operator(
    '? :',
    ['bool ? T : T: T'],
    '条件成立取前者，否则取后者',
    'the first where the condition holds, else the second',
    'event.isNight ? event.hour < 4 : event.weekday > 5',
  ),
  operator(
    '+',
    ['double + double: double', 'string + string: string', 'list + list: list'],
    '相加；连接',
    'sum; joined',
    'event.hour + 1 > 12',
  ),
  operator(
    '-',
    ['double - double: double', '-double: double'],
    '相减；取负',
    'difference; negative',
    '24 - event.hour < 3',
  ),
  operator('*', ['double * double: double'], '相乘', 'product', 'event.hour * 60 > 600'),
  operator(
    '/',
    ['double / double: double'],
    '相除；除数为 0 时为无穷大或非数',
    'quotient; infinite or not a number where it is divided by 0',
    'event.hour / 24 > 0.5',
  ),
  operator(
    '%',
    ['double % double: double', 'int % int: int'],
    '取余；除数为 0 时为非数',
    'rest of a division; not a number where it is by 0',
    'event.hour % 2 == 0',
  ),
  operator(
    '[ ]',
    ['list<string>[int]: string'],
    '列表第几项，从 0 起；没有该项则规则不作声并记为降级',
    'item of a list, from 0; a rule whose list is shorter is silent and told as degraded',
    '["a", "b"][1] == "b"',
  ),
];

/** Functions that take values. What is not named here is refused. */
export const FUNCTIONS: readonly LanguageItem[] = [
  plain(
    'size',
    ['size(string): int', 'size(list): int', 'string.size(): int', 'list.size(): int'],
    '字符数（按码点）；项数',
    'characters (code points) of a text; items of a list',
    'size("反诈") == 2',
  ),
  method(
    'contains',
    ['string.contains(string): bool'],
    '包含该文字',
    'has the text in it',
    '"95588".contains("55")',
  ),
  method(
    'startsWith',
    ['string.startsWith(string): bool'],
    '以该文字开头',
    'begins with the text',
    '"+8613800000000".startsWith("+86")',
  ),
  method(
    'endsWith',
    ['string.endsWith(string): bool'],
    '以该文字结尾',
    'ends with the text',
    '"bank.cn".endsWith(".cn")',
  ),
  method(
    'lowerAscii',
    ['string.lowerAscii(): string'],
    '转为小写',
    'in lower case',
    '"CN".lowerAscii() == "cn"',
  ),
  method(
    'upperAscii',
    ['string.upperAscii(): string'],
    '转为大写',
    'in upper case',
    '"cn".upperAscii() == "CN"',
  ),
  method(
    'trim',
    ['string.trim(): string'],
    '去掉首尾空白',
    'without space at both ends',
    '" a ".trim() == "a"',
  ),
  method(
    'indexOf',
    ['string.indexOf(string): int', 'string.indexOf(string, int): int'],
    '首次出现的位置，从 0 起；没有为 -1',
    'where a text first stands, from 0; -1 where it does not',
    '"95588".indexOf("5") == 1',
  ),
  method(
    'lastIndexOf',
    ['string.lastIndexOf(string): int', 'string.lastIndexOf(string, int): int'],
    '最后出现的位置，从 0 起；没有为 -1',
    'where a text last stands, from 0; -1 where it does not',
    '"95588".lastIndexOf("8") == 4',
  ),
  method(
    'substring',
    ['string.substring(int): string', 'string.substring(int, int): string'],
    '从某位起（至某位前）的部分；超出则规则不作声并记为降级',
    'the part from a place (up to before another); past the end the rule is silent and told as degraded',
    '"95588".substring(0, 2) == "95"',
  ),
  method(
    'split',
    ['string.split(string): list<string>', 'string.split(string, int): list<string>'],
    '按分隔符拆分',
    'split at a separator',
    'size("a.b.c".split(".")) == 3',
  ),
  method(
    'join',
    ['list<string>.join(): string', 'list<string>.join(string): string'],
    '连接各项',
    'items joined',
    '["a", "b"].join("-") == "a-b"',
  ),
  plain(
    'double',
    ['double(int): double', 'double(string): double'],
    '转为数值；不是数值的文字使规则不作声并记为降级',
    'as a number; a rule with a text that is none is silent and told as degraded',
    'double("1.5") > 1',
  ),
  plain('int', ['int(double): int', 'int(string): int'], '取整', 'as a whole number', 'int(2.9) == 2'),
  plain(
    'string',
    ['string(double): string', 'string(int): string', 'string(bool): string'],
    '转为文字',
    'as a text',
    'string(3) == "3"',
  ),
  plain(
    'bool',
    ['bool(string): bool'],
    '"true" 或 "false" 转为真假',
    '"true" or "false" as true or false',
    'bool("true")',
  ),
  macro(
    'exists',
    ['list.exists(name, bool): bool'],
    '列表中有一项使条件成立',
    'holds for an item of the list',
    '["a", "b"].exists(each, each.startsWith("b"))',
  ),
  macro(
    'all',
    ['list.all(name, bool): bool'],
    '列表各项都使条件成立；空列表成立',
    'holds for every item; true of an empty list',
    '["a", "b"].all(each, size(each) == 1)',
  ),
  macro(
    'exists_one',
    ['list.exists_one(name, bool): bool'],
    '列表中恰有一项使条件成立',
    'holds for exactly one item',
    '["a", "b"].exists_one(each, each == "a")',
  ),
  macro(
    'filter',
    ['list.filter(name, bool): list'],
    '使条件成立的各项',
    'items for which it holds',
    'size(["a", "b"].filter(each, each != "a")) == 1',
  ),
  macro(
    'map',
    ['list.map(name, T): list<T>', 'list.map(name, bool, T): list<T>'],
    '由各项（使条件成立的各项）得出的列表',
    'a list made of the items (those for which it holds)',
    '"A" in ["a", "b"].map(each, each.upperAscii())',
  ),
];

/** Functions that bind a name for each item of a list. */
export const MACROS: ReadonlySet<string> = new Set(
  FUNCTIONS.filter(({ form }) => form === 'macro').map(({ name }) => name),
);
