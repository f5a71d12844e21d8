import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CallerMonth,
  monthsOf,
  readSubscribers,
  SUBSCRIBER_COLUMNS,
  type Subscriber,
} from '../../packages/server/src/calls/index.ts';
import { openPack } from '../../packages/server/src/platform/index.ts';

const USAGE = `node eval/calls/calibration.ts FILE.csv [--callers 3000] [--seed 1]
Prints the medians that the call simulator is calibrated to, by label of the file (columns of the Sichuan set), beside
those of a simulated month; and how well the plain rule of three conditions tells the labels apart.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { callers: { type: 'string', default: '3000' }, seed: { type: 'string', default: '1' } },
});
const [file] = positionals;
const [callers, seed] = [Number(values.callers), Number(values.seed)];
if (file === undefined || !(callers >= 2000 && callers <= 20_000) || !Number.isInteger(seed)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

type Column = (typeof SUBSCRIBER_COLUMNS)[number];
const column = ({ columns }: Subscriber, name: Column): number =>
  columns[SUBSCRIBER_COLUMNS.indexOf(name)] ?? Number.NaN;

function median(values: readonly number[]): string {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(2);
}

/** Each figure as the file has it and as the simulation makes it. */
const FIGURES: readonly [string, Column, (month: CallerMonth) => number][] = [
  ['calls in both directions', 'opposite_count', ({ made, got }) => made + got],
  ['calls made', 'voccalltype1', ({ made }) => made],
  ['part of calls made', 'voc_calltype1', ({ made, got }) => made / (made + got)],
  ['people in calls', 'opposite_unique', ({ people }) => people],
  ['calls per person', 'phone2opposite_mean', ({ made, got, people }) => (made + got) / people],
  ['seconds of a call, median', 'call_dur_median', ({ talkMedian }) => talkMedian],
  ['seconds of a call, mean', 'call_dur_mean', ({ talkMean }) => talkMean],
  ['days with calls', 'voc_day_nunique', ({ days }) => days],
  ['hours of the day with calls', 'voc_hour_nunique', ({ hours }) => hours],
  ['devices', 'imeis', ({ devices }) => (devices === 0 ? Number.NaN : devices)],
];

const subscribers = await readSubscribers(createReadStream(file), () => undefined);
const [honest, fraudulent] = [false, true].map((label) => subscribers.filter(({ fraud }) => fraud === label));
const pack = openPack(join(resolve(import.meta.dirname, '../..'), 'packs/cn'));
const months = monthsOf(pack, {
  seed,
  callers,
  fraudulent: 3000,
  days: 31,
  from: Date.parse('2026-10-01T00:00:00+08:00'),
});
const of = (profile: string) => months.filter((month) => month.profile === profile && month.made > 0);
const [ordinary, centre] = [of('ordinary'), of('scam-centre')];

process.stdout.write(
  `${subscribers.length} subscribers, ${fraudulent?.length} fraudulent; simulated ${ordinary.length} and ${centre.length}\n`,
);
process.stdout.write('medians                        honest  simulated | fraudulent  scam centre\n');
for (const [title, name, simulated] of FIGURES) {
  const told = [honest, fraudulent].map((group) => median((group ?? []).map((one) => column(one, name))));
  const made = [ordinary, centre].map((group) => median(group.map(simulated)));
  process.stdout.write(
    `${title.padEnd(28)} ${told[0]?.padStart(8)} ${made[0]?.padStart(10)} | ${told[1]?.padStart(10)} ${made[1]?.padStart(12)}\n`,
  );
}

const speaks = (one: Subscriber): boolean =>
  column(one, 'opposite_unique') >= 20 &&
  column(one, 'phone2opposite_mean') < 1.5 &&
  column(one, 'voc_calltype1') >= 0.8;
const [wrong, right] = [honest, fraudulent].map((group) => (group ?? []).filter(speaks).length);
const recall = (right ?? 0) / (fraudulent?.length ?? 1);
const precision = (right ?? 0) / ((right ?? 0) + (wrong ?? 0));
process.stdout.write(
  `three conditions (20 people, under 1.5 calls each, 80 % made): recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}\n`,
);
