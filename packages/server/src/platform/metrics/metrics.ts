import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

/** Counts up; label values must come from a small fixed set, never from input. */
export interface MetricCounter {
  add(count?: number, labels?: Labels): void;
}

/** Distribution of a measured value. */
export interface MetricHistogram {
  observe(value: number, labels?: Labels): void;
}

/** The figures of this process in Prometheus text format. Names begin with `fanzha_` and end with their unit. */
export interface Metrics {
  counter(name: string, help: string, labelNames?: readonly string[]): MetricCounter;
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames?: readonly string[],
  ): MetricHistogram;
  /** A value that is read whenever somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
  /** Prometheus text exposition format, with its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** A registry of its own for one server, with the figures of the process (CPU, memory, event loop) in it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    counter(name, help, labelNames = []) {
      const counter = new Counter({ name, help, labelNames: [...labelNames], registers });
      return { add: (count = 1, labels = {}) => counter.inc(labels, count) };
    },
    histogram(name, help, buckets, labelNames = []) {
      const histogram = new Histogram({
        name,
        help,
        buckets: [...buckets],
        labelNames: [...labelNames],
        registers,
      });
      return { observe: (value, labels = {}) => histogram.observe(labels, value) };
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
