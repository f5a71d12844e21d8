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

/** What FreeSWITCH's mod_json_cdr writes: `variables`, and the caller's profile in `callflow`. Values may be URL-encoded. */
export function freeswitchJson(
  values: Readonly<Record<string, unknown>>,
): Record<string, string> | undefined {
  const { variables, callflow } = values;
  if (typeof variables !== 'object' || variables === null) return undefined;
  const flows: readonly unknown[] = Array.isArray(callflow) ? callflow : [callflow];
  const [flow] = flows;
  const profile = (flow as { caller_profile?: unknown } | null | undefined)?.caller_profile;
  const flat: Record<string, string> = Object.create(null);
  for (const part of [variables, profile]) {
    if (typeof part !== 'object' || part === null) continue;
    for (const name of JSON_FIELDS) {
      const value = (part as Record<string, unknown>)[name];
      if (typeof value === 'string' || typeof value === 'number') flat[name] = urlDecoded(String(value));
    }
  }
  // Microseconds since 1970 say the zone as well; 0 stands for never.
  for (const [name, exact] of EXACT_TIMES)
    if (/^[1-9]\d{15}$/.test(flat[exact] ?? '')) flat[name] = flat[exact] ?? '';
  return flat;
}

const EXACT_TIMES = [
  ['start_stamp', 'start_uepoch'],
  ['answer_stamp', 'answer_uepoch'],
  ['end_stamp', 'end_uepoch'],
] as const;

const JSON_FIELDS = [
  ...FREESWITCH_FIELDS,
  ...EXACT_TIMES.map(([, exact]) => exact),
  'sip_call_id',
  'sip_gateway_name',
  'ani',
] as const;

function urlDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
