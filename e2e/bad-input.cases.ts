import { gzipSync } from 'node:zlib';

// What every door of the program says to bad input: the answers are compared letter for letter by bad-input.test.ts,
// which also writes docs/bad-input.md from this table. HTTP has a larger table of its own in platform/http.

const AT = '2026-11-23T10:00:00Z';
const call = { kind: 'call.attempt', id: 'c', at: AT, from: '13800000001', to: '95588', ingress: 'access' };
const end = {
  kind: 'call.end',
  id: 'e',
  at: AT,
  attempt: 'c',
  ringSeconds: 5,
  talkSeconds: 0,
  answered: false,
};
const message = {
  kind: 'sms.submit',
  id: 's',
  at: AT,
  sender: '1069',
  to: '13800000001',
  text: 'hi',
  channel: 'smpp',
};
const without = (event: object, name: string): object =>
  Object.fromEntries(Object.entries(event).filter(([key]) => key !== name));

/** One request; answers `status code: field reason; ...`. `call` with id `c` was decided before. */
export interface Request {
  readonly what: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** `/v1/decisions` when left out. */
  readonly path?: string;
  readonly body?: unknown;
  /** Nobody is signed in. */
  readonly stranger?: true;
  readonly answer: string;
}

export const KNOWN_CALL = call;

export const REQUESTS: readonly Request[] = [
  { what: 'JSON cut short', body: '{"id": "c', answer: '400 malformed-body' },
  {
    what: 'a call without the called number',
    body: without(call, 'to'),
    answer: '422 event-invalid: to is required',
  },
  {
    what: 'a call from a direction that there is not',
    body: { ...call, ingress: 'sideways' },
    answer: '422 event-invalid: ingress must be one of international, interconnect, access',
  },
  {
    what: 'a country in lower case and a text for yes or no',
    body: { ...call, originCountry: 'cn', roaming: 'yes' },
    answer:
      '422 event-invalid: originCountry has the wrong form: must match ^[A-Z]{2}$; roaming must be true or false',
  },
  {
    what: 'a field that calls do not have',
    body: { ...call, caller: '1' },
    answer: '422 event-invalid: caller is not a known field',
  },
  {
    what: 'an event that could be anything',
    body: { id: 'x', at: AT },
    answer:
      '422 event-invalid: kind is required: the fields do not tell it (call.attempt has from and ingress, call.end attempt, sms.submit text)',
  },
  {
    what: 'a kind that there is not',
    body: { ...call, kind: 'fax' },
    answer: '422 event-invalid: kind must be one of call.attempt, call.end, sms.submit',
  },
  {
    what: 'four wrong fields, each named',
    body: { ...call, id: '', at: 'noon', from: 5, ingress: 'abroad' },
    answer:
      '422 event-invalid: id must not be empty; at must be an RFC 3339 time such as 2026-11-23T10:00:00+08:00; from must be text; ingress must be one of international, interconnect, access',
  },
  {
    what: 'a time without a zone',
    body: { ...call, at: '2026-11-23 10:00:00' },
    answer: '422 event-invalid: at must be an RFC 3339 time such as 2026-11-23T10:00:00+08:00',
  },
  {
    what: 'a time in the far future',
    body: { ...call, at: '2999-01-01T00:00:00Z' },
    answer: '422 event-invalid: at is more than 10 minutes in the future',
  },
  {
    what: 'NUL in an id',
    body: { ...call, id: 'a\u0000b' },
    answer: '422 event-invalid: id must not contain control characters',
  },
  {
    what: 'seconds below nothing',
    body: { ...end, ringSeconds: -1 },
    answer: '422 event-invalid: ringSeconds must not be less than 0',
  },
  {
    what: 'a message of 20,001 characters',
    body: { ...message, text: 'x'.repeat(20_001) },
    answer: '422 event-invalid: text must have at most 20000 characters',
  },
  {
    what: 'an id that was used for another event',
    body: { ...call, to: '95533' },
    answer: '409 event-id-conflict',
  },
  { what: 'an event of nobody', body: call, stranger: true, answer: '401 not-signed-in' },
  {
    what: 'a filter that there is not',
    method: 'GET',
    path: '/v1/decisions?verdict=maybe',
    answer:
      '400 invalid-input: verdict has the wrong form: must match ^(allow|label|challenge|hold|limit|block)(,(allow|label|challenge|hold|limit|block))*$',
  },
  {
    what: 'a decision that there is not',
    method: 'GET',
    path: '/v1/decisions/nothing',
    answer: '404 not-found',
  },
  {
    what: 'a simulation of nothing',
    path: '/v1/simulation',
    body: { events: 0 },
    answer: '400 invalid-input: events must not be less than 1',
  },
];

/** One line of `POST /v1/events` between good ones; answers `code: field reason`. */
export interface StreamLine {
  readonly what: string;
  readonly line: string;
  readonly answer: string;
}

export const STREAM_LINES: readonly StreamLine[] = [
  { what: 'a line that is no JSON', line: 'from=1', answer: 'malformed-body: the line is not JSON' },
  { what: 'a list', line: '[]', answer: 'event-invalid: must be a JSON object' },
  {
    what: 'a number for a text',
    line: JSON.stringify({ ...call, id: 'l1', to: 5 }),
    answer: 'event-invalid: to must be text',
  },
  {
    what: 'an id that was used for another event',
    line: JSON.stringify({ ...call, to: '95533' }),
    answer: 'event-id-conflict: The id was used before for a different event',
  },
  {
    what: 'half a surrogate pair in an id',
    line: JSON.stringify({ ...message, id: 'half' }).replace('half', '\\ud800'),
    answer: 'event-invalid: id must not contain half a surrogate pair',
  },
  {
    what: 'a line of 300,000 bytes',
    line: `{"id":"${'x'.repeat(300_000)}"}`,
    answer: 'malformed-body: the line is longer than 262144 bytes',
  },
];

/** One line of a file between good ones; answers `field: reason` as the rejects file has it. */
export interface FileLine {
  readonly what: string;
  readonly kind: 'calls' | 'messages';
  /** What the file holds before the line; where it is a header or a good record, that is what the file is like. */
  readonly first: string;
  readonly line: string;
  readonly answer: string;
}

const FREESWITCH =
  '"Ann","13800000001","95588","public","2026-11-23 10:00:00","","2026-11-23 10:00:05","5","0","NO_ANSWER","u-1","",""';
const ASTERISK =
  '"","13800000001","95588","in","","SIP/a-00000001","","Dial","","2026-11-23 10:00:00","","2026-11-23 10:00:05",5,0,"NO ANSWER","DOCUMENTATION","1.1",""';
const JSON_CALL = JSON.stringify(call);
const JSON_MESSAGE = JSON.stringify(message);

export const FILE_LINES: readonly FileLine[] = [
  {
    what: 'JSON: cut short',
    kind: 'calls',
    first: JSON_CALL,
    line: '{"from":"1","to',
    answer: '(line): is not valid JSON: Unterminated string in JSON at position 15 (line 1 column 16)',
  },
  {
    what: 'JSON: a text',
    kind: 'calls',
    first: JSON_CALL,
    line: '"call"',
    answer: '(line): must be a JSON object',
  },
  {
    what: 'JSON: no called number',
    kind: 'calls',
    first: JSON_CALL,
    line: '{"from":"1"}',
    answer: 'to: is required',
  },
  {
    what: 'JSON: a list for a number',
    kind: 'calls',
    first: JSON_CALL,
    line: '{"from":["1"],"to":"2"}',
    answer: 'from: must be text',
  },
  {
    what: 'JSON: a time that is none',
    kind: 'calls',
    first: JSON_CALL,
    line: '{"from":"1","to":"2","at":"noon"}',
    answer: 'at: is not a time: give RFC 3339, YYYY-MM-DD HH:MM:SS or seconds since 1970',
  },
  {
    what: 'JSON: a country that is no code',
    kind: 'calls',
    first: JSON_CALL,
    line: '{"from":"1","to":"2","country":"China"}',
    answer: 'originCountry: has the wrong form: must match ^[A-Z]{2}$',
  },
  {
    what: 'JSON: a message without text',
    kind: 'messages',
    first: JSON_MESSAGE,
    line: '{"sender":"1"}',
    answer: 'text: is required',
  },
  {
    what: 'JSON: a channel that there is not',
    kind: 'messages',
    first: JSON_MESSAGE,
    line: '{"text":"a","channel":"fax"}',
    answer: 'channel: must be one of smpp, cmpp, p2p, international',
  },
  {
    what: 'JSON: a text of 20,001 characters',
    kind: 'messages',
    first: JSON_MESSAGE,
    line: `{"text":"${'字'.repeat(20_001)}"}`,
    answer: 'text: must have at most 20000 characters',
  },
  {
    what: 'JSON: a line of more than a mebibyte',
    kind: 'messages',
    first: JSON_MESSAGE,
    line: `{"text":"${'x'.repeat(1_048_577)}"}`,
    answer: '(line): is longer than 1,048,576 bytes',
  },
  {
    what: 'CSV: a column too many',
    kind: 'calls',
    first: 'from,to\n1,2',
    line: '1,2,3',
    answer: '(line): has 3 columns instead of 2',
  },
  {
    what: 'CSV: a quote that is never closed',
    kind: 'messages',
    first: 'sender,text\n1,a',
    line: '1,"abc',
    answer: '(line): has a quoted field that is not closed properly',
  },
  {
    what: 'CSV: a day that does not exist',
    kind: 'calls',
    first: '时间,主叫号码,被叫号码\n2026-11-23,1,2',
    line: '2026-02-30 10:00:00,1,2',
    answer: 'at: is not a time: give RFC 3339, YYYY-MM-DD HH:MM:SS or seconds since 1970',
  },
  {
    what: 'CSV: neither yes nor no',
    kind: 'calls',
    first: 'from,to,roaming\n1,2,no',
    line: '1,2,maybe',
    answer: 'roaming: must be true or false',
  },
  {
    what: 'CSV: a direction that there is not',
    kind: 'calls',
    first: 'from,to,ingress\n1,2,access',
    line: '1,2,abroad',
    answer: 'ingress: must be one of international, interconnect, access',
  },
  {
    what: 'CSV: a number of 300 characters',
    kind: 'calls',
    first: 'from,to\n1,2',
    line: `${'1'.repeat(300)},2`,
    answer: 'from: must have at most 200 characters',
  },
  {
    what: 'FreeSWITCH: a line that was cut',
    kind: 'calls',
    first: FREESWITCH,
    line: FREESWITCH.slice(0, 60),
    answer: '(line): has a quoted field that is not closed properly',
  },
  {
    what: 'FreeSWITCH: too few columns',
    kind: 'calls',
    first: FREESWITCH,
    line: '"Ann","1","2"',
    answer: '(line): has 3 columns, too few for a record of FreeSWITCH',
  },
  {
    what: 'FreeSWITCH: a start that is no time',
    kind: 'calls',
    first: FREESWITCH,
    line: FREESWITCH.replace('2026-11-23 10:00:00', '2026-11-23 25:00:00'),
    answer: 'at: is not a time: give RFC 3339, YYYY-MM-DD HH:MM:SS or seconds since 1970',
  },
  {
    what: 'Asterisk: too few columns',
    kind: 'calls',
    first: ASTERISK,
    line: '"","1","2","in"',
    answer: '(line): has 4 columns, too few for a record of Asterisk',
  },
  {
    what: 'Asterisk: NUL in the unique id',
    kind: 'calls',
    first: ASTERISK,
    line: ASTERISK.replace('"1.1"', '"1\u00001"'),
    answer: 'id: must not contain control characters',
  },
];

/** A file that cannot be read at all: `fanzha screen` ends with exit code 3; `FILE` stands for its path. */
export interface WholeFile {
  readonly what: string;
  readonly kind: 'calls' | 'messages';
  readonly bytes: string | Uint8Array;
  readonly answer: string;
}

export const WHOLE_FILES: readonly WholeFile[] = [
  {
    what: 'an Excel file',
    kind: 'calls',
    bytes: Buffer.from('504b030414000600', 'hex'),
    answer: 'FILE: is a ZIP or Excel file: unpack it, or save the sheet as CSV',
  },
  {
    what: 'UTF-16',
    kind: 'calls',
    bytes: Buffer.from('\uFEFFfrom,to', 'utf16le'),
    answer: 'FILE: is UTF-16: save it as UTF-8',
  },
  {
    what: 'gzip that ends early',
    kind: 'calls',
    bytes: gzipSync('from,to\n'.repeat(2000)).subarray(0, 30),
    answer: 'FILE: the gzip data is damaged or ends early (unexpected end of file)',
  },
  {
    what: 'a JSON array',
    kind: 'messages',
    bytes: '[{"text":"a"}]',
    answer: 'FILE: is a JSON array: write one JSON object a line, for example with jq -c ".[]"',
  },
  {
    what: 'a header that names nothing known',
    kind: 'calls',
    bytes: 'name,age\nann,3\n',
    answer:
      'FILE: line 1 is neither JSON, a header with a known column (such as from, to), nor a FreeSWITCH or Asterisk call record; --format says which it is',
  },
  {
    what: 'a header without the called number',
    kind: 'calls',
    bytes: 'time,caller\n2026-11-23,1\n',
    answer:
      'FILE: the header has no column for to (one of to, callee, destination_number, called, called_number, callee_number, dst, destination, dnis, b_number, 被叫, 被叫号码); it has time, caller',
  },
  {
    what: 'a picture',
    kind: 'messages',
    bytes: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    answer:
      'FILE: line 1 is neither JSON, a header with a known column (such as text), nor a FreeSWITCH or Asterisk call record; --format says which it is',
  },
];

/** A command: exit code and what stderr holds; stdout stays empty. `FILE` is a good file of one message. */
export interface CommandLine {
  readonly what: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What `fanzha.json` of the data folder holds. */
  readonly file?: string;
  readonly exit: number;
  readonly answer: string;
}

export const COMMAND_LINES: readonly CommandLine[] = [
  {
    what: 'a file that is not there',
    args: ['screen', 'messages', 'nowhere.jsonl'],
    exit: 3,
    answer: 'fanzha: nowhere.jsonl: no such file',
  },
  {
    what: 'a folder',
    args: ['screen', 'messages', '.'],
    exit: 3,
    answer: 'fanzha: .: is a folder, not a file',
  },
  {
    what: 'neither calls nor messages',
    args: ['screen', 'mails', 'FILE'],
    exit: 2,
    answer:
      "error: command-argument value 'mails' is invalid for argument 'kind'. Allowed choices are calls, messages.",
  },
  {
    what: 'no file',
    args: ['screen', 'messages'],
    exit: 2,
    answer: "error: missing required argument 'file'",
  },
  {
    what: 'a format that there is not',
    args: ['screen', 'messages', 'FILE', '--format', 'xml'],
    exit: 2,
    answer:
      "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are jsonl, csv, freeswitch, asterisk.",
  },
  {
    what: 'a context without its direction',
    args: ['screen', 'calls', 'FILE', '--context', 'public'],
    exit: 2,
    answer:
      "error: option '--context <name=ingress>' argument 'public' is invalid. write NAME=INGRESS with one of international, interconnect, access",
  },
  {
    what: 'a zone that there is not',
    args: ['screen', 'calls', 'FILE', '--zone', 'Mars/Olympus'],
    exit: 2,
    answer:
      "error: option '--zone <zone>' argument 'Mars/Olympus' is invalid. not a time zone such as Asia/Shanghai",
  },
  {
    what: 'a time that is none',
    args: ['screen', 'messages', 'FILE', '--at', 'noon'],
    exit: 2,
    answer:
      "error: option '--at <time>' argument 'noon' is invalid. not a time such as 2026-11-23T10:00:00+08:00",
  },
  {
    what: 'rejects over the file that is read',
    args: ['screen', 'messages', 'FILE', '--rejects', 'FILE'],
    exit: 2,
    answer: 'fanzha: --rejects: would overwrite the file that is read',
  },
  {
    what: 'rejects into a folder that is not there',
    args: ['screen', 'messages', 'FILE', '--rejects', 'no/where'],
    exit: 1,
    answer: 'fanzha: no/where: cannot be written (ENOENT)',
  },
  {
    what: 'simulating half an event',
    args: ['simulate', '--events', '0.5'],
    exit: 2,
    answer:
      "error: option '--events <n>' argument '0.5' is invalid. must be a whole number from 1 to 100000000",
  },
  {
    what: 'simulating calls as something else',
    args: ['simulate', '--kinds', 'faxes'],
    exit: 2,
    answer:
      "error: option '--kinds <list>' argument 'faxes' is invalid. write calls, messages or calls,messages",
  },
  {
    what: 'call records of messages',
    args: ['simulate', '--kinds', 'messages', '--format', 'asterisk'],
    exit: 2,
    answer: 'fanzha: --format asterisk: holds calls only, --kinds has none',
  },
  {
    what: 'the truth into the traffic',
    args: ['simulate', '--out', 'a', '--truth', 'a'],
    exit: 2,
    answer: 'fanzha: --truth: must be another file than --out',
  },
  {
    what: 'a population of ten',
    args: ['eval', 'detection', '--callers', '10'],
    exit: 2,
    answer:
      "error: option '--callers <n>' argument '10' is invalid. must be a whole number from 2000 to 300000",
  },
  {
    what: 'a file of cases that is not there',
    args: ['eval', 'cases', 'nowhere.jsonl'],
    exit: 3,
    answer: 'fanzha: nowhere.jsonl: no such file',
  },
  {
    what: 'labelled texts that have no label',
    args: ['eval', 'messages', 'FILE'],
    exit: 3,
    answer: 'FILE:1: label is required\nfanzha: FILE: no line with text and label',
  },
  {
    what: 'a port that is none',
    args: ['config'],
    env: { FANZHA_PORT: 'http' },
    exit: 2,
    answer: 'fanzha: FANZHA_PORT: 应为 0 到 65535 的整数 / must be a whole number from 0 to 65535 ("http")',
  },
  {
    what: 'a variable that was misspelt',
    args: ['config'],
    env: { FANZHA_PROT: '80' },
    exit: 2,
    answer: 'fanzha: FANZHA_PROT: 未知变量 / unknown variable, did you mean FANZHA_PORT?',
  },
  {
    what: 'a database of another make',
    args: ['config'],
    env: { DATABASE_URL: 'mysql://me:secret@db/x' },
    exit: 2,
    answer:
      'fanzha: DATABASE_URL: 应为 postgresql:// 开头的地址 / must be an address such as postgresql://user:password@host:5432/name',
  },
  {
    what: 'a settings file that is not JSON',
    args: ['config'],
    file: '{"port": ',
    exit: 2,
    answer: 'fanzha: DATA/fanzha.json: 无法读取 / cannot be read: Unexpected end of JSON input',
  },
  {
    what: 'a setting that there is not',
    args: ['config'],
    file: '{"prot": 80}',
    exit: 2,
    answer: 'fanzha: DATA/fanzha.json: prot: 未知选项 / unknown option, did you mean port?',
  },
  {
    what: 'a policy pack that is not there',
    args: ['screen', 'messages', 'FILE'],
    env: { FANZHA_PACK: '/nowhere' },
    exit: 1,
    answer:
      "fanzha: policy pack /nowhere/pack.json: ENOENT: no such file or directory, open '/nowhere/pack.json'",
  },
];
