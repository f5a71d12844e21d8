/** Exit codes of every command: documented in `docs/guides/command-line.md`. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreadable: 3, busy: 4, interrupted: 130 } as const;

/** A failure that the command line reports in one line, without a stack. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** The only thing that `--json` leaves on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A line for people, on stderr, so that stdout stays clean for data. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Progress on stderr: redrawn in place on a terminal, a line at most every ten seconds elsewhere. */
export function progress(label: string): { tick(done: number, total?: number): void; end(): void } {
  const interactive = process.stderr.isTTY === true;
  const every = interactive ? 200 : 10_000;
  let last = performance.now();
  const draw = (done: number, total?: number): void => {
    const share = total ? ` ${((100 * done) / total).toFixed(0)} %` : '';
    process.stderr.write(interactive ? `\r${label}: ${done}${share} ` : `${label}: ${done}${share}\n`);
  };
  return {
    tick(done, total) {
      if (performance.now() - last < every) return;
      last = performance.now();
      draw(done, total);
    },
    end() {
      if (interactive) process.stderr.write('\r\u001b[K');
    },
  };
}
