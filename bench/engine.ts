import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FanzhaEvent } from '@fanzha/contract';
import { composeDecider } from '../packages/server/src/compose.ts';
import type { Decider } from '../packages/server/src/engine/index.ts';
import { openPack, systemClock } from '../packages/server/src/platform/index.ts';
import { median, percentiles } from './figures.ts';
import type { Bench, BenchResult } from './result.ts';
import { PACK, simulatedEvents } from './traffic.ts';

const EVENTS = 60_000;
const MIXES: readonly (readonly [string, readonly FanzhaEvent['kind'][]])[] = [
  ['calls', ['call.attempt']],
  ['messages', ['sms.submit']],
  ['as simulated', ['call.attempt', 'call.end', 'sms.submit']],
];

const WINDOWS = ['1m', '10m', '1h', '1d'];
/** The target's counters: three subjects over four windows each, and two counts of different values. */
const COUNTERS = [
  ...['caller', 'callee', 'trunk'].flatMap((by) => WINDOWS.map((window) => `count("${by}", "${window}")`)),
  'distinct("callee", "caller", "10m")',
  'distinct("callee", "caller", "1d")',
];
const RULES = 200;
const FACTS = [
  'call.ingress == "international"',
  'caller.validity == "unassigned"',
  '!caller.domestic',
  'callee.kind == "mobile"',
  'call.diverted',
];

/** The shipped pack with these rules instead of its own. */
function withRules(rules: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'fanzha-bench-'));
  cpSync(PACK, folder, { recursive: true });
  for (const file of openPack(PACK).list('rules')) rmSync(join(folder, 'rules', file));
  writeFileSync(join(folder, 'rules', 'bench.json'), JSON.stringify({ rules }));
  const words = { 'zh-CN': '测量', en: 'measured' };
  writeFileSync(
    join(folder, 'reasons', 'bench.json'),
    JSON.stringify({ 'call.bench': { title: words, text: words } }),
  );
  return folder;
}

/** A counter over a threshold that a busy subject crosses and most do not. */
function over(index: number): string {
  const counter = COUNTERS[index % COUNTERS.length] ?? '';
  return `${counter} > ${counter.includes('trunk') ? 100_000 + index : 200 + index}`;
}

function targetRules(): object[] {
  return Array.from({ length: RULES }, (_, index) => ({
    id: `bench.${index}`,
    on: ['call.attempt'],
    when: `${over(index)} && ${FACTS[index % FACTS.length]} || ${over(index * 3 + 1)} && ${over(index * 5 + 2)}`,
    verdict: 'label',
    reason: 'call.bench',
    judges: 'subject',
    score: 0.2,
    values: [],
    owner: 'bench',
  }));
}

function* measured(name: string, decider: Decider, lines: readonly string[]): Generator<BenchResult> {
  const decide = (line: string): string => {
    const { verdict, score, reasons } = decider.decide(decider.parse(JSON.parse(line)));
    return JSON.stringify({ verdict, score, reasons });
  };
  const all = (): number => {
    const began = process.threadCpuUsage();
    for (const line of lines) decide(line);
    const { user, system } = process.threadCpuUsage(began);
    return (lines.length / (user + system)) * 1_000_000;
  };
  all();
  yield { name: `engine: ${name}`, value: median(3, all), unit: 'decisions/s' };
  yield* percentiles(
    `engine: ${name}`,
    Float64Array.from(lines, (line) => {
      const began = performance.now();
      decide(line);
      return (performance.now() - began) * 1000;
    }),
  );
}

/**
 * The engine alone on one thread: JSON text in, validated, read by the shipped number plan and signals, counted,
 * decided, JSON text out. First the target's case (3 subjects x 4 windows, 2 distinct counts, 200 rules), then the
 * shipped rules. The rate is by the thread's own processor time, so that other work on the machine does not count;
 * percentiles are by the clock.
 */
export const engineBench: Bench = function* () {
  const linesOf = (kinds: readonly FanzhaEvent['kind'][]) =>
    simulatedEvents(EVENTS, systemClock.now(), kinds).map((event) => JSON.stringify(event));
  const folder = withRules(targetRules());
  try {
    const target = composeDecider(folder, systemClock);
    yield* measured('3 subjects x 4 windows, 2 distinct, 200 rules', target, linesOf(['call.attempt']));
  } finally {
    rmSync(folder, { recursive: true });
  }
  const shipped = composeDecider(PACK, systemClock);
  for (const [name, kinds] of MIXES) yield* measured(name, shipped, linesOf(kinds));
};
