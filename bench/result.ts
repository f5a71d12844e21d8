/** One measured figure; `ratio` compares it with the figure of ours it stands beside. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
}

/** What may be asked of a bench: how many events, where it takes a number of them. */
export interface BenchOptions {
  readonly events?: number;
}

/** Something that can be measured: yields figures as it gets them, and says on stderr what it left out. */
export type Bench = (
  say: (line: string) => void,
  options: BenchOptions,
) => AsyncIterable<BenchResult> | Iterable<BenchResult>;
