import { CALL_COLUMNS } from '../../calls/index.ts';
import { columnName } from '../../platform/index.ts';
import type { Screened } from './screened.ts';

type Aliases = Readonly<Record<string, readonly string[]>>;

/** Names that a column or key may have, after lower-casing and with `_` for blanks, dashes and dots. */
const MESSAGE_COLUMNS: Aliases = {
  kind: ['kind'],
  id: ['id', 'uuid', 'message_id', 'msg_id', 'msgid', 'event_id', '编号', '短信编号'],
  at: [
    'at',
    'time',
    'timestamp',
    'date',
    'datetime',
    'submit_time',
    'sent_at',
    'created_at',
    '时间',
    '提交时间',
    '发送时间',
  ],
  sender: [
    'sender',
    'from',
    'src',
    'source',
    'oa',
    'source_addr',
    'src_id',
    'sender_id',
    '发送方',
    '发送号码',
    '主叫号码',
  ],
  to: [
    'to',
    'recipient',
    'receiver',
    'dst',
    'destination',
    'da',
    'destination_addr',
    'dest_terminal_id',
    'phone',
    'mobile',
    'msisdn',
    '接收方',
    '接收号码',
    '手机号',
    '被叫号码',
  ],
  text: [
    'text',
    'message',
    'body',
    'content',
    'sms',
    'sms_text',
    'msg',
    'msg_content',
    'short_message',
    '内容',
    '短信内容',
    '正文',
    '短信',
  ],
  channel: ['channel', '通道'],
  signature: ['signature', 'sign', '签名'],
  template: ['template', 'template_id', '模板'],
  account: ['account', 'account_id', 'customer', '账号', '客户'],
  simulated: ['simulated'],
};

const COLUMNS: Readonly<Record<Screened, Aliases>> = { calls: CALL_COLUMNS, messages: MESSAGE_COLUMNS };
/** Without these a file cannot be screened at all. */
export const NEEDED: Readonly<Record<Screened, readonly string[]>> = {
  calls: ['from', 'to'],
  messages: ['text'],
};

const BY_ALIAS: Readonly<Record<Screened, ReadonlyMap<string, readonly [field: string, rank: number]>>> = {
  calls: invert(CALL_COLUMNS),
  messages: invert(MESSAGE_COLUMNS),
};

function invert(aliases: Aliases): ReadonlyMap<string, readonly [string, number]> {
  return new Map(
    Object.entries(aliases).flatMap(([field, names]) =>
      names.map((name, rank) => [name, [field, rank] as const]),
    ),
  );
}

/** The event field that a column or key stands for, with its rank among the names of that field (0 is the best). */
export function fieldOf(kind: Screened, name: string): readonly [field: string, rank: number] | undefined {
  const plain = columnName(name);
  return plain === undefined ? undefined : BY_ALIAS[kind].get(plain);
}

/** Whether a first line is a header: some name in it is known for this kind. */
export function looksLikeHeader(kind: Screened, cells: readonly string[]): boolean {
  return cells.some((cell) => fieldOf(kind, cell) !== undefined);
}

/** Needed fields that a header lacks, each with the names that would do. */
export function missingColumns(
  kind: Screened,
  header: readonly string[],
): { field: string; names: string[] }[] {
  const present = new Set(header.map((name) => fieldOf(kind, name)?.[0]));
  return NEEDED[kind]
    .filter((field) => !present.has(field))
    .map((field) => ({ field, names: [...(COLUMNS[kind][field] ?? [])] }));
}
