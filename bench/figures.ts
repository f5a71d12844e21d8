import type { BenchResult } from './result.ts';

/** Percentiles of durations in microseconds; sorts them in place. */
export function percentiles(name: string, micros: Float64Array): BenchResult[] {
  micros.sort();
  const at = (share: number): number =>
    micros[Math.min(micros.length - 1, Math.floor(micros.length * share))] ?? 0;
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'us' },
    { name: `${name}, p99`, value: at(0.99), unit: 'us' },
    { name: `${name}, p99.9`, value: at(0.999), unit: 'us' },
  ];
}

/** The middle of several measurements: one that met other work on the machine does not count. */
export function median(runs: number, measure: () => number): number {
  return Array.from({ length: runs }, measure).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

export function perSecond(done: number, began: number): number {
  return done / ((performance.now() - began) / 1000);
}
