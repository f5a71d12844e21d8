import { fileURLToPath } from 'node:url';
import type { CallAttempt } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import { describe, expect, it } from 'vitest';
import { createDecider, createEngineSignals, type EngineDecision } from '../engine/index.ts';
import { createIntel } from '../intel/index.ts';
import { openPack } from '../platform/index.ts';
import { newCall } from './call.fixture.ts';
import { createCalls } from './index.ts';

const pack = openPack(fileURLToPath(new URL('../../../../packs/cn', import.meta.url)));
const numbering = openNumbering(pack);
const MORNING = Date.parse('2026-11-24T09:00:00+08:00');
const DAY = 86_400_000;
const clock = { now: () => MORNING + 2 * DAY, date: () => new Date(MORNING + 2 * DAY) };
const OFFICE = '+862155501234';

/** A network that has been watched for a day, and knows one registered enterprise number. */
async function network() {
  const calls = createCalls({ pack, numbering });
  await calls.lines.apply({
    from: 0,
    to: 1,
    complete: [],
    steps: [
      {
        id: 'school',
        line: {
          id: 'school',
          state: 'active',
          content: {
            kind: 'enterprise-number',
            owner: '实验小学',
            use: 'education',
            numbers: [OFFICE],
            routes: [],
            dedicated: false,
            abroad: false,
            hours: [],
            validFrom: '2026-01-01',
            document: '合同 1',
          },
        },
      },
    ],
  });
  const decider = createDecider({
    pack,
    numbering,
    clock,
    kinds: calls.kinds,
    signals: [...createEngineSignals(pack), ...calls.signals, ...createIntel({ pack, numbering }).signals],
  });
  for (const ingress of ['international', 'interconnect', 'access'] as const) {
    decider.decide(newCall({ id: ingress, ingress, from: '', at: new Date(MORNING - DAY).toISOString() }));
  }
  return decider;
}

type Network = Awaited<ReturnType<typeof network>>;

interface Habit {
  readonly from: string | ((call: number) => string);
  readonly ingress?: CallAttempt['ingress'];
  readonly calls: number;
  readonly hours: number;
  /** Of how many calls one is to somebody called before. */
  readonly againEach?: number;
  /** Of how many callees one calls back. */
  readonly backEach?: number;
  /** Seconds of talk, in turn; 0 is not answered. */
  readonly talks: readonly number[];
  readonly ring?: number;
  readonly cells?: number;
  readonly device?: string;
  readonly area?: string;
  /** Whether it called the day before. */
  readonly known?: boolean;
}

let ids = 0;

/** Lives a day by a habit; the decisions about its own calls. */
function live(decider: Network, habit: Habit): EngineDecision[] {
  const { calls, hours, againEach, backEach, talks, ring = 8, cells, device, area, known } = habit;
  const from = typeof habit.from === 'string' ? () => habit.from as string : habit.from;
  const ingress = habit.ingress ?? 'interconnect';
  const place = (index: number) => ({
    ...(cells === undefined ? {} : { cell: `cell-${Math.floor((index * cells) / calls)}` }),
    ...(device === undefined ? {} : { device }),
    ...(area === undefined ? {} : { calledArea: area }),
  });
  const callee = (index: number) => `+86139${String(10_000_000 + index)}`;
  const ask = (at: number, more: Partial<CallAttempt>, talk: number): EngineDecision => {
    const id = `call-${ids++}`;
    const decision = decider.decide(newCall({ id, at: new Date(at).toISOString(), ...more }));
    const end = { kind: 'call.end' as const, id: `end-${id}`, attempt: id, ringSeconds: ring };
    decider.decide({
      ...end,
      at: new Date(at + (ring + talk) * 1000).toISOString(),
      talkSeconds: talk,
      answered: talk > 0,
    });
    return decision;
  };
  if (known) ask(MORNING - DAY / 2, { from: from(0), to: callee(1), ingress, ...place(0) }, 60);
  return Array.from({ length: calls }, (_, index) => {
    const at = MORNING + (index / calls) * hours * 3_600_000;
    const to = callee(againEach !== undefined && index % againEach === againEach - 1 ? index - 1 : index);
    const talk = talks[index % talks.length] ?? 0;
    const decision = ask(at, { from: from(index), to, ingress, ...place(index) }, talk);
    if (backEach !== undefined && index % backEach === 0) {
      ask(at + 60_000, { from: to, to: from(index), ingress: 'access' }, 20);
    }
    return decision;
  });
}

const mobile = '+8613712340001';
const abroad = (last: number) => `+8552355${String(1000 + last)}`;
const gateway = new Set(['call.from-abroad', 'call.foreign-not-in-plan']);
const said = (decisions: readonly EngineDecision[]) => [
  ...new Set(
    decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code).filter((code) => !gateway.has(code))),
  ),
];

describe('honest callers of many people', () => {
  const HONEST: Readonly<Record<string, Habit>> = {
    courier: {
      from: mobile,
      ingress: 'access',
      calls: 110,
      hours: 10,
      backEach: 10,
      talks: [12, 0, 9, 20, 15],
      cells: 9,
    },
    'courier of another network': {
      from: mobile,
      calls: 110,
      hours: 10,
      backEach: 10,
      talks: [12, 0, 9, 20, 15],
    },
    'new courier on his first day': {
      from: mobile,
      ingress: 'access',
      calls: 40,
      hours: 9,
      backEach: 8,
      talks: [12, 0, 9],
      cells: 7,
    },
    'food delivery rider': {
      from: mobile,
      ingress: 'access',
      calls: 60,
      hours: 8,
      backEach: 20,
      talks: [8, 10, 0, 7],
      cells: 8,
      known: true,
    },
    'ride-hailing driver': {
      from: mobile,
      ingress: 'access',
      calls: 30,
      hours: 12,
      backEach: 12,
      talks: [14, 20, 0],
      cells: 11,
      known: true,
    },
    'hospital recall desk': {
      from: '+862155507777',
      calls: 90,
      hours: 8,
      againEach: 8,
      backEach: 9,
      talks: [50, 0, 80, 45],
    },
    'school notice line, registered': {
      from: OFFICE,
      calls: 300,
      hours: 1,
      backEach: 60,
      talks: [25, 130, 0],
    },
    'customer service of a bank': {
      from: '95588',
      calls: 400,
      hours: 8,
      backEach: 50,
      talks: [60, 0, 150, 0],
    },
    'enterprise on a 400 number': { from: '+864005551234', calls: 400, hours: 8, talks: [60, 0, 150, 0] },
    'delivery platform, virtual number': {
      from: '+8617005550001',
      calls: 80,
      hours: 12,
      backEach: 8,
      talks: [12, 8, 0],
      known: true,
    },
    teacher: {
      from: mobile,
      ingress: 'access',
      calls: 45,
      hours: 3,
      backEach: 6,
      talks: [90, 0, 140, 60],
      cells: 1,
      known: true,
    },
    'insurance agent': {
      from: mobile,
      ingress: 'access',
      calls: 55,
      hours: 9,
      againEach: 5,
      backEach: 10,
      talks: [40, 0, 0, 200],
      cells: 2,
      known: true,
    },
    'funeral home': {
      from: '+862155508888',
      calls: 40,
      hours: 14,
      againEach: 3,
      backEach: 3,
      talks: [90, 130],
    },
    'repair technician': {
      from: mobile,
      ingress: 'access',
      calls: 25,
      hours: 10,
      againEach: 4,
      backEach: 5,
      talks: [40, 0, 130],
      cells: 6,
      known: true,
    },
    'family abroad': { from: '+819012345678', ingress: 'international', calls: 6, hours: 6, talks: [900] },
  };

  it.each(Object.entries(HONEST))('%s is let alone', async (_, habit) => {
    expect(said(live(await network(), habit))).toEqual([]);
  });
});

describe('fraudulent callers', () => {
  const FRAUDS: readonly [string, Habit, readonly string[]][] = [
    [
      'a scam call centre',
      {
        from: mobile,
        ingress: 'access',
        calls: 80,
        hours: 8,
        backEach: 60,
        talks: [30, 0, 40, 0, 300],
        cells: 1,
        known: true,
      },
      ['call.one-way', 'call.one-way-many', 'call.one-way-slow', 'call.conduct-model'],
    ],
    [
      'a pretend boss who dials by hand',
      { from: mobile, ingress: 'access', calls: 12, hours: 8, talks: [40, 0, 400], cells: 2 },
      ['call.one-way-new'],
    ],
    [
      'a new card that calls at once',
      { from: mobile, ingress: 'access', calls: 30, hours: 1, talks: [10, 0, 0], cells: 1 },
      ['call.new-burst'],
    ],
    [
      'one ring and gone',
      { from: '+23276001234', ingress: 'international', calls: 20, hours: 0.5, talks: [0], ring: 2 },
      ['call.wangiri', 'call.one-way-abroad'],
    ],
    [
      'a SIM box whose IMEI is seen',
      {
        from: (call) => `+861371234${String(1000 + (call % 16))}`,
        ingress: 'access',
        calls: 64,
        hours: 2,
        talks: [0, 30],
        cells: 1,
        device: '860000000000010',
      },
      ['call.shared-device'],
    ],
    [
      'a SIM box that shows another IMEI for each card',
      { from: mobile, ingress: 'access', calls: 50, hours: 8, talks: [0, 30], cells: 1, known: true },
      ['call.static-one-way'],
    ],
    [
      'changing numbers from one country to one area',
      {
        from: (call) => abroad(call % 12),
        ingress: 'international',
        calls: 60,
        hours: 0.5,
        talks: [0, 60],
        area: '0755',
      },
      ['call.rotating-group'],
    ],
    [
      'one number abroad to many strangers',
      { from: abroad(1), ingress: 'international', calls: 20, hours: 8, talks: [0, 300] },
      ['call.one-way-abroad'],
    ],
  ];

  it.each(FRAUDS)('%s is found', async (_, habit, reasons) => {
    expect(said(live(await network(), habit))).toEqual(expect.arrayContaining([...reasons]));
  });

  it('are told in words of both languages', async () => {
    const decider = await network();
    for (const [, habit] of FRAUDS) {
      for (const { reasons } of live(decider, habit)) {
        for (const reason of reasons) {
          const text = decider.texts.text(reason);
          expect(text['zh-CN']).not.toMatch(/[{}]|undefined/);
          expect(text.en).not.toMatch(/[{}]|undefined|[\u4e00-\u9fff]/);
        }
      }
    }
  });

  it('leave victims who are warned: who calls one ring back, and whom a bank should ask', async () => {
    const decider = await network();
    const [ringer, victim] = ['+23276001234', '+8613922223333'];
    const at = (minutes: number) => new Date(MORNING + minutes * 60_000).toISOString();
    const codes = (call: CallAttempt) => decider.decide(call).reasons.map(({ code }) => code);
    live(decider, { from: ringer, ingress: 'international', calls: 20, hours: 0.5, talks: [0], ring: 2 });
    expect(codes(newCall({ id: 'back', at: at(40), from: victim, to: ringer, ingress: 'access' }))).toContain(
      'call.wangiri-return',
    );
    expect(
      codes(newCall({ id: 'home', at: at(41), from: victim, to: '+819012345678', ingress: 'access' })),
    ).toEqual([]);

    live(decider, { from: mobile, ingress: 'access', calls: 40, hours: 0.6, talks: [30, 0, 300], cells: 1 });
    const talked = newCall({
      id: 'scam',
      at: at(45),
      from: mobile,
      to: victim,
      ingress: 'access',
      cell: 'cell-0',
    });
    expect(codes(talked).length).toBeGreaterThan(0);
    const end = {
      kind: 'call.end',
      id: 'scam-end',
      attempt: 'scam',
      ringSeconds: 5,
      answered: true,
    } as const;
    decider.decide({ ...end, at: at(65), talkSeconds: 1200 });
    expect(codes(newCall({ id: 'bank', at: at(70), from: victim, to: '95588', ingress: 'access' }))).toEqual([
      'call.victim-to-bank',
    ]);
    expect(
      codes(newCall({ id: 'other', at: at(70), from: '+8613944445555', to: '95588', ingress: 'access' })),
    ).toEqual([]);
  });
});
