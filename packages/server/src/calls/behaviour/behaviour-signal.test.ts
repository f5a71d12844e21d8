import { fileURLToPath } from 'node:url';
import type { CallEnd } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import { describe, expect, it } from 'vitest';
import { createDecider, createEngineSignals } from '../../engine/index.ts';
import { createIntel } from '../../intel/index.ts';
import { openPack } from '../../platform/index.ts';
import { newCall } from '../call.fixture.ts';
import { createCalls } from '../index.ts';
import { LIVE_SPACE } from './live-feature.model.ts';

const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const numbering = openNumbering(pack);
const START = Date.parse('2026-11-02T09:00:00+08:00');
const HOUR = 3_600_000;
const clock = { now: () => START, date: () => new Date(START) };

/** A decider whose only rule reads what the model says, and the models it runs. */
function installation(when = 'behaviour.band == "likely" || behaviour.band == "certain"') {
  const calls = createCalls({ pack, numbering });
  const parts = {
    pack,
    numbering,
    clock,
    kinds: calls.kinds,
    signals: [...createEngineSignals(pack), ...calls.signals, ...createIntel({ pack, numbering }).signals],
  };
  const { live } = createDecider(parts).setting;
  const rule = {
    id: 'test.conduct',
    on: ['call.attempt' as const],
    when,
    verdict: 'label' as const,
    reason: 'test.conduct',
    judges: 'subject' as const,
    score: 0.3,
    values: ['behaviour.score', 'behaviour.why'],
    owner: 'test',
  };
  const words = { title: { 'zh-CN': '行为', en: 'Conduct' }, text: { 'zh-CN': '行为', en: 'Conduct' } };
  const reasons = { 'test.conduct': words };
  const setting = { live: { ...live, rules: [rule], tables: [], guards: [], reasons }, snoozes: [] };
  const [model] = calls.models;
  if (!model) throw new Error('no model');
  return { decider: createDecider({ ...parts, setting }), model };
}

type Installation = ReturnType<typeof installation>;

const SUSPECT = '+8613800138000';
const stranger = (index: number) => `+86139${String(index * 7919).padStart(8, '0')}`;

let made = 0;

/** One answered call with its end; what was decided of its beginning. */
function talk({ decider }: Installation, from: string, to: string, at: number, seconds: number) {
  made += 1;
  const id = `c${made}`;
  const call = newCall({ id, from, to, at: new Date(at).toISOString(), ingress: 'access' });
  const decision = decider.decide(call);
  const end: CallEnd = {
    kind: 'call.end',
    id: `e${made}`,
    attempt: id,
    at: new Date(at + seconds * 1000).toISOString(),
    ringSeconds: 8,
    talkSeconds: seconds,
    answered: true,
  };
  decider.decide(end);
  return { call, decision };
}

/** Three days of calls to strangers, each once; nobody calls back. */
function scamCentre(where: Installation) {
  let last = talk(where, SUSPECT, stranger(0), START, 40);
  for (let index = 1; index < 150; index++) {
    const day = Math.floor(index / 50);
    const at = START + day * 24 * HOUR + (index % 50) * 6 * 60_000;
    last = talk(where, SUSPECT, stranger(index), at, 30 + (index % 5) * 20);
  }
  return last;
}

/** A month of calls with the same dozen people, in both directions. */
function family(where: Installation) {
  const person = '+8613700137000';
  let last = talk(where, person, stranger(900), START, 60);
  for (let index = 1; index < 160; index++) {
    const other = stranger(900 + (index % 12));
    const at = START + index * 4 * HOUR;
    last = talk(where, person, other, at, 45 + (index % 9) * 15);
    talk(where, other, person, at + 20 * 60_000, 30 + (index % 7) * 20);
  }
  return last;
}

describe('the conduct of callers, live', () => {
  it('finds who calls strangers all day and never gets a call, and not who talks with the same people', () => {
    const where = installation();
    const { verdict, facts } = scamCentre(where).decision;
    expect(facts).toMatchObject({
      'behaviour.ready': true,
      'behaviour.model': `calls-live@${where.model.shipped.version}`,
      'behaviour.calls': 149,
      'behaviour.outgoingShare': 1,
    });
    expect([verdict, facts['behaviour.band']]).toEqual(['label', 'certain']);
    const why = facts['behaviour.why'] as string[];
    expect(why).toHaveLength(4);
    for (const name of why) expect(where.decider.texts.label('behaviour', name).en).not.toBe(name);
    const ordinary = family(where).decision;
    expect(ordinary.facts['behaviour.score']).toBeLessThan(0.3);
    expect(ordinary.verdict).toBe('allow');
  });

  it('says nothing about a caller of few calls, or where nobody tells how calls end', () => {
    const where = installation();
    for (let index = 0; index < 9; index++) talk(where, SUSPECT, stranger(index), START + index * HOUR, 40);
    for (let index = 0; index < 60; index++) {
      const at = new Date(START + index * 60_000).toISOString();
      const { facts } = where.decider.decide(
        newCall({ id: `a${index}`, from: '+8613600136000', to: stranger(index), at, ingress: 'access' }),
      );
      expect(facts['behaviour.ready']).toBe(false);
    }
    const { facts } = talk(where, SUSPECT, stranger(10), START + 10 * HOUR, 40).decision;
    expect([facts['behaviour.ready'], facts['behaviour.model'], facts['behaviour.score']]).toEqual([
      false,
      '',
      0,
    ]);
    // What the plain rule asks for needs no model.
    expect([facts['behaviour.calls'], facts['behaviour.callsPerCallee']]).toEqual([9, 1]);
  });

  it('explains a recorded decision by figures that add up to its score', () => {
    const where = installation();
    const { call, decision } = scamCentre(where);
    const recorded = JSON.parse(JSON.stringify(decision.facts));
    const [part] = where.decider.explain(call, recorded);
    expect(part?.score).toBe(decision.facts['behaviour.score']);
    expect(part?.contributions.length).toBe(LIVE_SPACE.features.length);
    const [first] = part?.contributions ?? [];
    expect(first?.title?.['zh-CN']).toMatch(/\p{Script=Han}/u);
    expect(first?.weight).toBeGreaterThan(0);
  });

  it('lets a model on trial score beside it without any effect, and refuses files that do not fit', () => {
    const where = installation();
    const { model } = where;
    const { card, weights } = model.shippedFiles();
    const text = Buffer.from(card)
      .toString()
      .replace(/"version": "[^"]*"/, '"version": "2099.1"');
    model.use('challenger', { card: Buffer.from(text), weights });
    const { facts, verdict } = scamCentre(where).decision;
    expect(facts['behaviour.challenger']).toBe('calls-live@2099.1');
    expect(facts['behaviour.challengerScore']).toBe(facts['behaviour.score']);
    expect(verdict).toBe('label');
    const changed = Buffer.from(weights);
    changed[100] = (changed[100] ?? 0) ^ 1;
    const named = (from: string, to: string) => Buffer.from(Buffer.from(card).toString().replace(from, to));
    const wrong = [
      [{ card: Buffer.from('no json'), weights }, /JSON/],
      [{ card: Buffer.from('{"id": 1}'), weights }, /version/],
      [{ card, weights: changed }, /checksum/],
      [{ card: named('"calls-live"', '"calls-month"'), weights }, /calls-month/],
      [{ card: named('"devicesPerCall"', '"shoeSize"'), weights }, /devicesPerCall/],
    ] as const;
    for (const [files, reason] of wrong) {
      expect(() => model.read(files)).toThrow(reason);
      expect(() => model.use('champion', files)).toThrow(reason);
    }
  });
});
