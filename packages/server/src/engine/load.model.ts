/** Rates and latencies of the last minute, in six windows of ten seconds, without keeping single values. */
const WINDOW_MS = 10_000;
const WINDOWS = 6;
/** Upper bounds grow by 20 % from 10 microseconds: 100 of them reach beyond ten minutes. */
const GROWTH = 1.2;
const FIRST_MICROS = 10;
const BUCKETS = 100;

interface Window {
  started: number;
  count: number;
  readonly latencies: Uint32Array;
}

export interface LoadFigures {
  /** Decisions a second over the last minute, or since the start if that is less. */
  readonly perSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly p999Micros: number;
}

export class LoadMeter {
  readonly #windows: Window[] = [];
  readonly #started: number;

  constructor(now: number) {
    this.#started = now;
  }

  /** Notes decisions that took so long from their arrival until they were durable. */
  note(now: number, micros: number, decisions = 1): void {
    let window = this.#windows.at(-1);
    if (!window || now - window.started >= WINDOW_MS) {
      window = { started: now, count: 0, latencies: new Uint32Array(BUCKETS) };
      this.#windows.push(window);
      if (this.#windows.length > WINDOWS) this.#windows.shift();
    }
    const bucket = Math.ceil(Math.log(Math.max(micros, FIRST_MICROS) / FIRST_MICROS) / Math.log(GROWTH));
    const index = Math.min(bucket, BUCKETS - 1);
    window.count += decisions;
    window.latencies[index] = (window.latencies[index] ?? 0) + decisions;
  }

  figures(now: number): LoadFigures {
    const recent = this.#windows.filter(({ started }) => now - started < WINDOW_MS * WINDOWS);
    const count = recent.reduce((sum, window) => sum + window.count, 0);
    const since = Math.max(this.#started, now - WINDOW_MS * WINDOWS);
    const seconds = Math.max((now - since) / 1000, 1);
    const percentile = (share: number): number => {
      let seen = 0;
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        for (const { latencies } of recent) seen += latencies[bucket] ?? 0;
        if (count > 0 && seen >= count * share) return Math.round(FIRST_MICROS * GROWTH ** bucket);
      }
      return 0;
    };
    return {
      perSecond: count / seconds,
      p50Micros: percentile(0.5),
      p99Micros: percentile(0.99),
      p999Micros: percentile(0.999),
    };
  }
}
