import { setTimeout as wait } from 'node:timers/promises';
import { composeTraffic } from '../compose.ts';
import { generateTraffic, type SimulatedEvent } from '../engine/index.ts';
import { monotonicMicros, openPack, readConfig, systemClock } from '../platform/index.ts';
import { type LineWriter, openWriter } from './line-writer.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { createRows } from './simulated-rows.ts';
import { progress, say } from './terminal.ts';

const PROGRESS_EVERY = 1000;

/** Writes simulated traffic in the order of time. Memory does not grow with the number of events. */
export async function simulate(options: SimulateOptions): Promise<void> {
  const pack = openPack(readConfig().config.pack);
  const kinds = options.format === 'jsonl' ? options.kinds : ['calls'];
  const traffic = generateTraffic({
    sources: composeTraffic(pack).filter(({ kind }) => kinds.includes(kind)),
    seed: options.seed,
    events: options.events,
    until: options.until ?? systemClock.now(),
    timeZone: pack.timeZone,
    idPrefix: `sim-${options.seed}`,
  });
  const output = await openWriter(options.out);
  const truth = options.truth === undefined ? undefined : await openWriter(options.truth);
  const toRow = createRows(options.format, pack.timeZone);
  const keepPace = options.rate === undefined ? undefined : pacer(options.rate);
  const bar = progress('simulate');
  let [made, rows, fraud] = [0, 0, 0];
  for (const { event, scenario, fraud: isFraud } of traffic) {
    made += 1;
    if (isFraud) fraud += 1;
    const row = toRow(event);
    if (row !== undefined) {
      rows += 1;
      await output.line(row);
    }
    await truth?.line(truthLine({ event, scenario, fraud: isFraud }));
    await keepPace?.(made, output);
    if (made % PROGRESS_EVERY === 0) bar.tick(made, options.events);
    if (output.closed) break;
  }
  bar.end();
  await Promise.all([output.end(), truth?.end()]);
  say(
    `${made} 条模拟事件 / simulated events, ${fraud} 条诈骗 / fraud, ${rows} 行 / lines (seed ${options.seed})`,
  );
}

function truthLine({ event: { id, kind }, scenario, fraud }: SimulatedEvent): string {
  return JSON.stringify({ id, kind, scenario: scenario.id, fraud });
}

/** Waits so that no more than `rate` events a second are handed on, in portions of a tenth of a second. */
function pacer(rate: number): (made: number, output: LineWriter) => Promise<void> | undefined {
  const portion = Math.max(1, Math.floor(rate / 10));
  const started = monotonicMicros();
  const pause = async (made: number, output: LineWriter): Promise<void> => {
    await output.flush();
    const early = (made / rate) * 1000 - (monotonicMicros() - started) / 1000;
    if (early > 0) await wait(early);
  };
  return (made, output) => (made % portion === 0 ? pause(made, output) : undefined);
}
