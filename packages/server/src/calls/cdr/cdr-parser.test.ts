import type { CdrSetting } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedBatch, type ParseStart, parseCdr } from './cdr-parser.service.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';

const AUTO: CdrSetting = { format: 'auto' };

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Parsed {
  readonly events: Record<string, unknown>[];
  readonly refused: string[];
  readonly batches: ParsedBatch[];
}

async function parse(
  content: string | Uint8Array,
  start: Partial<ParseStart> = {},
  chunk = 1 << 16,
): Promise<Parsed> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const whole: ParseStart = {
    source: 'sw',
    setting: AUTO,
    zone: 'Asia/Shanghai',
    from: { offset: 0, line: 0 },
    whole: true,
    ...start,
  };
  const batches: ParsedBatch[] = [];
  for await (const batch of parseCdr(inChunks(bytes, chunk), whole)) batches.push(batch);
  const text = Buffer.concat(batches.map(({ lines }) => lines)).toString('utf8');
  return {
    batches,
    events: text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
    refused: batches.flatMap(({ refused }) =>
      refused.map(({ line, field, reason }) => `${line} ${field} ${reason.en}`),
    ),
  };
}

const UUID = '3c1e6a3e-0000-4000-8000-000000000001';
const FREESWITCH = `"Ann","13800000001","95588","public","2026-11-23 10:00:00","2026-11-23 10:00:05","2026-11-23 10:01:05","65","60","NORMAL_CLEARING","${UUID}","","acc"\n`;
const ASTERISK =
  '"","02155500001","13900000002","from-trunk","""Ann, A"" <02155500001>","PJSIP/carrier-a-0000012f","","Dial","x","2026-11-23 10:00:00","","2026-11-23 10:00:20",20,0,"NO ANSWER","DOCUMENTATION","1763863200.17",""\n';

describe('call records of switches', () => {
  it('reads FreeSWITCH, template default and example, and names whose quotes are not doubled', async () => {
    const quoted = FREESWITCH.replace('"Ann"', '"Ann "A" Lee"')
      .replace('001"', '002"')
      .replace('"acc"', '"acc","PCMA","PCMA"');
    const { events, refused } = await parse(FREESWITCH + quoted);
    expect(refused).toEqual([]);
    expect(events.slice(0, 2)).toEqual([
      {
        kind: 'call.attempt',
        id: `sw/${UUID}`,
        at: '2026-11-23T02:00:00.000Z',
        from: '13800000001',
        to: '95588',
        ingress: 'interconnect',
      },
      {
        kind: 'call.end',
        id: `sw/${UUID}`,
        attempt: `sw/${UUID}`,
        at: '2026-11-23T02:01:05.000Z',
        ringSeconds: 5,
        talkSeconds: 60,
        answered: true,
        cause: 'NORMAL_CLEARING',
      },
    ]);
    expect(events).toHaveLength(4);
  });

  it('reads mod_json_cdr, whose values are URL-encoded and whose exact times need no zone', async () => {
    const record = {
      variables: {
        uuid: UUID,
        start_stamp: '2026-11-23%2010%3A00%3A00',
        start_uepoch: '1763863200123456',
        answer_uepoch: '0',
        end_stamp: '2026-11-23%2010%3A00%3A09',
        duration: '9',
        billsec: '0',
        hangup_cause: 'USER_BUSY',
      },
      callflow: [{ caller_profile: { caller_id_number: '%2B8190123', destination_number: '95588' } }],
    };
    const { events } = await parse(`${JSON.stringify(record)}\n`);
    expect(events).toMatchObject([
      { at: '2025-11-23T02:00:00.123Z', from: '+8190123', to: '95588' },
      { answered: false, cause: 'USER_BUSY' },
    ]);
  });

  it('reads Asterisk; records of one call with one uniqueid stay apart, and the same record stays the same', async () => {
    const other = ASTERISK.replace('13900000002', '13900000003');
    const { events } = await parse(ASTERISK + other + ASTERISK);
    const ids = events.filter(({ kind }) => kind === 'call.attempt').map(({ id }) => id);
    expect(ids[0]).toMatch(/^sw\/1763863200\.17#[0-9a-f]{8}$/);
    expect(ids[1]).not.toBe(ids[0]);
    expect(ids[2]).toBe(ids[0]);
    expect(events[0]).toMatchObject({ trunk: 'carrier-a', from: '02155500001' });
    expect(events[1]).toMatchObject({ answered: false, ringSeconds: 20, talkSeconds: 0, cause: 'NO ANSWER' });
  });

  it('reads what cdr_custom writes, with columns that the setting names', async () => {
    const setting: CdrSetting = {
      format: 'csv',
      columns: ['start', 'src', 'dst', 'billsec', 'uniqueid', 'sequence'],
    };
    const { events } = await parse('2026-11-23 10:00:00,02155500001,110,7,1763863200.17,4\n', { setting });
    expect(events).toMatchObject([
      { id: 'sw/1763863200.17/4', to: '110' },
      { talkSeconds: 7, answered: true },
    ]);
  });

  const rows = [
    ['INVITE', 'a', 'b', 'c1', '200', 'OK', '2026-11-23 10:00:05', '8613800000001', '95588'],
    ['INVITE', 'a2', 'b2', 'c2', '486', 'Busy Here', '2026-11-23 10:00:06', '8613800000002', '95588'],
    ['ACK', 'a', 'b', 'c1', '200', 'OK', '2026-11-23 10:00:05', '8613800000001', '95588'],
    ['BYE', 'b', 'a', 'c1', '200', 'OK', '2026-11-23 10:01:05', '95588', '8613800000001'],
    ['BYE', 'x', 'y', 'c9', '200', 'OK', '2026-11-23 10:02:05', '1', '2'],
  ];
  const names = [
    'method',
    'from_tag',
    'to_tag',
    'callid',
    'sip_code',
    'sip_reason',
    'time',
    'src_user',
    'dst_user',
  ];
  const keys = [
    'method',
    'from_tag',
    'to_tag',
    'call_id',
    'code',
    'reason',
    'timestamp',
    'src_user',
    'dst_user',
  ];
  const forms: Record<string, string> = {
    'a dump of its table': [names, ...rows].map((row) => row.join('\t')).join('\n'),
    acc_json: rows
      .map(
        (row) =>
          `Nov 23 host kamailio[7]: ${JSON.stringify(Object.fromEntries(names.map((n, i) => [n, row[i]])))}`,
      )
      .join('\n'),
    'the system log': rows
      .map(
        (row) =>
          `Nov 23 host kamailio[7]: NOTICE: acc [acc.c:279]: acc_log_request(): ACC: transaction answered: ${keys.map((k, i) => `${k}=${row[i]}`).join(';')}\nNov 23 host kamailio[7]: INFO: other`,
      )
      .join('\n'),
  };
  it.each(Object.entries(forms))(
    'puts answer and end of a call together from Kamailio acc, %s',
    async (_form, text) => {
      const { events, refused } = await parse(`${text}\n`);
      expect(events).toMatchObject([
        { kind: 'call.attempt', id: 'sw/c1 a b', from: '8613800000001', to: '95588' },
        { kind: 'call.attempt', id: 'sw/c2 a2 b2' },
        { kind: 'call.end', attempt: 'sw/c2 a2 b2', answered: false, cause: '486 Busy Here' },
        { kind: 'call.end', attempt: 'sw/c1 a b', talkSeconds: 60, answered: true },
      ]);
      expect(refused).toEqual([expect.stringContaining('callid ends a call whose answer')]);
    },
  );

  it('reads what Kamailio 5.6 wrote of a call of SIPp, in the log and as JSON', async () => {
    const tags = 'from_tag=25649SIPpTag001;to_tag=25618SIPpTag011;call_id=1-25649@127.0.0.1';
    const log = (method: string, at: number): string =>
      ` 1(25550) NOTICE: acc [acc.c:287]: acc_log_request(): ACC: transaction answered: timestamp=${at};method=${method};${tags};code=200;reason=OK;src_user=sipp;dst_user=13900139000\n`;
    const json = (method: string, at: number): string =>
      `{"time": ${at}, "method": "${method}", "from_tag": "25649SIPpTag001", "to_tag": "25618SIPpTag011", "callid": "1-25649@127.0.0.1", "sip_code": "200", "sip_reason": "OK", "src_user": "sipp", "dst_user": "13900139000"}\n`;
    for (const write of [log, json]) {
      const { events, refused } = await parse(write('INVITE', 1795483787) + write('BYE', 1795483789));
      expect(refused).toEqual([]);
      expect(events).toMatchObject([
        { at: '2026-11-24T01:29:47.000Z', from: 'sipp', to: '13900139000' },
        { talkSeconds: 2, at: '2026-11-24T01:29:49.000Z', answered: true },
      ]);
    }
  });

  it('takes only the end of calls that were decided in line, for the event of that decision', async () => {
    const setting: CdrSetting = { format: 'freeswitch', screened: true };
    const { events } = await parse(FREESWITCH, { setting });
    expect(events).toMatchObject([{ kind: 'call.end', id: `sw/${UUID}`, attempt: UUID }]);
  });
});

describe('a mapping', () => {
  const setting: CdrSetting = {
    format: 'csv',
    zone: 'Europe/London',
    fields: {
      id: 'rec',
      at: { column: 'begin', format: 'dd/MM/yyyy HH:mm:ss' },
      from: 'A number',
      to: { column: ['B2', 'B'] },
      ingress: { column: 'tg', table: { 'GW-HK': 'international' }, else: 'access' },
      carrier: { value: 'carrier-x' },
      talk: { column: 'dur', unit: 'ms' },
      answered: { column: 'rc', oneOf: ['16'] },
      cause: 'rc',
    },
  };
  const HEADER = 'rec;begin;A number;B;B2;tg;dur;rc\n';

  it('says column, format of times, zone, units, tables, fixed values and what counts as answered', async () => {
    const { events } = await parse(
      `${HEADER}7;23/07/2026 10:00:00;+81901;95588;;GW-HK;1500;16\n8;1/1/2026 9:05:00;1;2;3;X;;17\n`,
      { setting },
    );
    expect(events).toMatchObject([
      {
        id: 'sw/7',
        at: '2026-07-23T09:00:00.000Z',
        from: '+81901',
        to: '95588',
        ingress: 'international',
        carrier: 'carrier-x',
      },
      { talkSeconds: 1.5, answered: true, cause: '16' },
      { id: 'sw/8', at: '2026-01-01T09:05:00.000Z', to: '3', ingress: 'access' },
      { answered: false, talkSeconds: 0 },
    ]);
  });

  it('names line, field and reason of what does not fit, and goes on', async () => {
    const bad =
      '1;2026-07-23;1;2;;;;\n2;23/07/2026 10:00:00;1;2;;;long;16\n3;23/07/2026 10:00:00;1\n4;23/07/2026 10:00:00;1;2;;;1;16\n';
    const { events, refused } = await parse(HEADER + bad, { setting });
    expect(refused).toEqual([
      expect.stringMatching(/^2 at is not a time/),
      expect.stringMatching(/^3 talk is not a duration/),
      '4 (line) has 3 columns instead of 8',
    ]);
    expect(events.map(({ id }) => id)).toEqual(['sw/4', 'sw/4']);
  });

  it('keeps the mark of what was made up', async () => {
    const { events } = await parse('at,from,to,billsec,simulated\n2026-11-23 10:00:00,1,2,5,true\n');
    expect(events).toMatchObject([{ simulated: true }, { simulated: true }]);
  });

  it('says of a file that nothing is known of what is missing', async () => {
    await expect(parse('1,2,3\n4,5,6\n')).rejects.toBeInstanceOf(CdrUnreadable);
  });
});

describe('going on', () => {
  const file = `${FREESWITCH}${FREESWITCH.replace('001"', '002"')}${FREESWITCH.replace('001"', '003"')}`;

  it('from any place that a batch named gives the rest of the events and no other', async () => {
    const { batches, events } = await parse(file, {}, 50);
    let before = 0;
    for (const { records, next, reading } of batches) {
      before += records.reduce((sum, each) => sum + each.events, 0);
      const rest = await parse(Buffer.from(file).subarray(next.offset), {
        from: next,
        ...(reading ? { reading } : {}),
      });
      expect(rest.events).toEqual(events.slice(before));
    }
    expect(before).toBe(6);
  });

  it('leaves a line that is still being written, and takes it when the file has ended', async () => {
    const half = file.slice(0, -20);
    const growing = await parse(half, { whole: false });
    expect(growing.events).toHaveLength(4);
    expect(growing.batches.at(-1)?.next).toEqual({ offset: FREESWITCH.length * 2, line: 2 });
    expect((await parse(file.trimEnd())).events).toHaveLength(6);
  });

  it('knows calls of Kamailio that were answered before the place', async () => {
    const columns = ['method', 'callid', 'sip_code', 'time', 'src_user', 'dst_user'];
    const setting: CdrSetting = { format: 'kamailio', columns };
    const [answer, bye] = ['INVITE,c1,200,2026-11-23 10:00:00,1,2\n', 'BYE,c1,200,2026-11-23 10:00:30,1,2\n'];
    const from = { offset: answer.length, line: 1 };
    const start: ParseStart = { source: 'k', setting, zone: 'UTC', from, whole: true };
    const { reading } = (await parse(answer, start)).batches[0] ?? {};
    const batches: ParsedBatch[] = [];
    const before = inChunks(Buffer.from(answer), 99);
    const begun = { ...start, ...(reading ? { reading } : {}) };
    for await (const batch of parseCdr(inChunks(Buffer.from(bye), 99), begun, before)) batches.push(batch);
    expect(JSON.parse(Buffer.from(batches[0]?.lines ?? []).toString())).toMatchObject({ talkSeconds: 30 });
  });

  it('in a field with line ends begins again where its record began', async () => {
    const csv = 'id,at,from,to\n1,2026-11-23 10:00:00,"a\nb",2\n';
    const { batches } = await parse(csv.slice(0, 40), { whole: false, setting: { format: 'csv' } });
    expect(batches.at(-1)?.next).toEqual({ offset: 14, line: 1 });
  });
});

describe('hostile input', () => {
  const settings: CdrSetting[] = (['auto', 'freeswitch', 'asterisk', 'kamailio', 'csv', 'json'] as const).map(
    (format) => ({ format }),
  );
  const pieces = fc.oneof(
    fc.constantFrom('"', ',', ';', '\n', '\r\n', '{', '}', '\\', 'ACC: x: ', 'method=', '=', '\u0000', '😀'),
    fc.constantFrom(FREESWITCH, ASTERISK, 'id,at,from,to\n', '1,2026-11-23 10:00:00,1,2\n', '__proto__'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''))),
  );

  it('gives events, refusals with line, field and reason, or the one error that is said', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.constantFrom(...settings),
        fc.integer({ min: 1, max: 99 }),
        async (bytes, setting, chunk) => {
          try {
            const { batches, events } = await parse(bytes, { setting }, chunk);
            for (const { kind } of events) expect(['call.attempt', 'call.end']).toContain(kind);
            for (const { refused } of batches)
              for (const { line, field, reason } of refused)
                expect(line > 0 && field !== '' && reason.en !== '' && reason['zh-CN'] !== '').toBe(true);
            const places = batches.map(({ next }) => next.offset);
            expect(places).toEqual([...places].sort((a, b) => a - b));
            expect(places.at(-1) ?? 0).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(CdrUnreadable);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('holds neither a line nor a quoted field without end', async () => {
    const long = await parse(`${FREESWITCH}${'x'.repeat(3_000_000)}\n${FREESWITCH}`);
    expect(long.events).toHaveLength(4);
    const open = await parse(`id,at,from,to\n1,"${'\nx'.repeat(50_000)}`, { setting: { format: 'csv' } });
    expect(open.refused.length).toBe(50_001);
    expect(
      Math.max(...open.batches.map(({ refused }) => Math.max(0, ...refused.map(({ raw }) => raw.length)))),
    ).toBeLessThanOrEqual(1000);
  });
});
