/**
 * Fields of FreeSWITCH mod_cdr_csv, in the order of its template `default`; the template `example` of the vanilla
 * configuration adds the codecs.
 */
export const FREESWITCH_FIELDS = [
  'caller_id_name',
  'caller_id_number',
  'destination_number',
  'context',
  'start_stamp',
  'answer_stamp',
  'end_stamp',
  'duration',
  'billsec',
  'hangup_cause',
  'uuid',
  'bleg_uuid',
  'accountcode',
  'read_codec',
  'write_codec',
] as const;
const FREESWITCH_LEAST = 13;

/** Fields of Asterisk's Master.csv; the last two are only written with `loguniqueid` and `loguserfield`. */
export const ASTERISK_FIELDS = [
  'accountcode',
  'src',
  'dst',
  'dcontext',
  'clid',
  'channel',
  'dstchannel',
  'lastapp',
  'lastdata',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'amaflags',
  'uniqueid',
  'userfield',
] as const;
const ASTERISK_LEAST = 16;

const STAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;

/** Whether the cells look like a record of the switch: enough of them, with its time stamps in their places. */
export function looksLikeFreeswitch(cells: readonly string[]): boolean {
  return cells.length >= FREESWITCH_LEAST && STAMP.test(cells[4] ?? '') && STAMP.test(cells[6] ?? '');
}

export function looksLikeAsterisk(cells: readonly string[]): boolean {
  return cells.length >= ASTERISK_LEAST && STAMP.test(cells[9] ?? '') && STAMP.test(cells[11] ?? '');
}

/** The cells by name; undefined when there are too few. Cells beyond the known ones are left out. */
function freeswitchValues(cells: readonly string[]): Record<string, string> | undefined {
  return cells.length < FREESWITCH_LEAST ? undefined : named(FREESWITCH_FIELDS, cells);
}

function asteriskValues(cells: readonly string[]): Record<string, string> | undefined {
  if (cells.length < ASTERISK_LEAST) return undefined;
  const values = named(ASTERISK_FIELDS, cells);
  const peer = peerOf(values.channel ?? '');
  return peer === undefined ? values : { ...values, trunk: peer };
}

function named(fields: readonly string[], cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field, index) => (cells[index] === undefined ? [] : [[field, cells[index]]])),
  );
}

/** Peer of an Asterisk channel name: `PJSIP/carrier-a-0000012f` → `carrier-a`. */
function peerOf(channel: string): string | undefined {
  return /^[A-Za-z0-9]{1,20}\/(.{1,80})-[0-9a-f]{4,16}$/.exec(channel)?.[1];
}

/**
 * Cuts a FreeSWITCH record by `","`: mod_cdr_csv puts every value in quotes but does not double a quote inside a
 * caller's name, so that correct CSV reading fails on `"Ann "A" Lee"`.
 */
export function splitFreeswitch(text: string): string[] | undefined {
  if (!text.startsWith('"') || !text.endsWith('"')) return undefined;
  const cells = text.slice(1, -1).split(/", ?"/);
  return cells.length >= FREESWITCH_LEAST ? cells : undefined;
}

/** How records of FreeSWITCH mod_cdr_csv are read, templates `default` and `example`. */
export const FREESWITCH_RECORDS = {
  title: 'FreeSWITCH',
  values: freeswitchValues,
  rescue: splitFreeswitch,
} as const;

/** How records of Asterisk's Master.csv are read. */
export const ASTERISK_RECORDS = { title: 'Asterisk', values: asteriskValues } as const;
