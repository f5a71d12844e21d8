import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, BenchResult } from './result.ts';

/** Every bench by the name under which `npm run bench -- NAME` finds it. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  backtest: async () => (await import('./backtest.ts')).backtestBench,
  cdr: async () => (await import('./cdr.ts')).cdrBench,
  engine: async () => (await import('./engine.ts')).engineBench,
  kamailio: async () => (await import('./kamailio.ts')).kamailioBench,
  lists: async () => (await import('./lists.ts')).listsBench,
  rules: async () => (await import('./rules.ts')).rulesBench,
  server: async () => (await import('./server.ts')).serverBench,
  sip: async () => (await import('./sip.ts')).sipBench,
  windows: async () => (await import('./windows.ts')).windowsBench,
  'windows-10m': async () => (await import('./crowd.ts')).crowdBench,
};

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function shown({ name, value, unit, ratio }: BenchResult): string {
  const digits = Math.abs(value) >= 100 ? 0 : 2;
  const number = value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return `${name.padEnd(44)} ${number.padStart(14)} ${unit}${ratio === undefined ? '' : `  (x ${ratio.toPrecision(3)})`}`;
}

function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${first?.model ?? process.arch}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}, ${process.platform}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, events: { type: 'string' } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  say(`no bench is called ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

const events = Number(values.events);
if (values.events !== undefined && !(Number.isSafeInteger(events) && events > 0)) {
  say('--events: must be a whole number above 0');
  process.exit(2);
}
const options = values.events === undefined ? {} : { events };

say(machine());
const results: BenchResult[] = [];
for (const [name, load] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const bench = await load();
  for await (const result of bench(say, options)) {
    results.push(result);
    if (values.json !== true) process.stdout.write(`${shown(result)}\n`);
  }
}
if (values.json === true) process.stdout.write(`${JSON.stringify({ results })}\n`);
