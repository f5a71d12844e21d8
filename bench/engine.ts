import type { FanzhaEvent } from '@fanzha/contract';
import { composeDecider } from '../packages/server/src/app.ts';
import { systemClock } from '../packages/server/src/platform/index.ts';
import { median, percentiles } from './figures.ts';
import type { Bench } from './result.ts';
import { PACK, simulatedEvents } from './traffic.ts';

const EVENTS = 60_000;
const MIXES: readonly (readonly [string, readonly FanzhaEvent['kind'][]])[] = [
  ['calls', ['call.attempt']],
  ['messages', ['sms.submit']],
  ['as simulated', ['call.attempt', 'call.end', 'sms.submit']],
];

/**
 * The engine alone on one thread, over the shipped pack: JSON text in, validated, decided, JSON text out. The rate is by
 * the thread's own processor time, so that other work on the machine does not count; percentiles are by the clock.
 */
export const engineBench: Bench = function* () {
  const decider = composeDecider(PACK, systemClock);
  const decide = (line: string): string => {
    const { verdict, score, reasons } = decider.decide(decider.parse(JSON.parse(line)));
    return JSON.stringify({ verdict, score, reasons });
  };
  for (const [name, kinds] of MIXES) {
    const lines = simulatedEvents(EVENTS, systemClock.now(), kinds).map((event) => JSON.stringify(event));
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
};
