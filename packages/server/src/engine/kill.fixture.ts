// Run as a process of its own by kill.test.ts: an engine on the database and the data folder given, taking events from
// stdin and answering each on stdout once it is durable.
import { openPool } from '../platform/db/pool.ts';
import { silentLogger, systemClock } from '../platform/index.ts';
import { newEngine } from './engine.fixture.ts';

const [url = '', dataFolder = ''] = process.argv.slice(2);
const db = openPool({ url, size: 2, applicationName: 'fanzha-kill' }, silentLogger);
const engine = await newEngine({ db, clock: systemClock, dataFolder, fsync: true, segmentBytes: 2_000_000 });
await engine.start();
const submit = engine.routes?.find(({ operation }) => operation.id === 'events.submit');
const results = submit?.handler(
  { locale: 'en' } as never,
  { stream: process.stdin, signal: new AbortController().signal } as never,
) as AsyncIterable<readonly unknown[]>;
for await (const group of results) {
  process.stdout.write(group.map((result) => `${JSON.stringify(result)}\n`).join(''));
}
await engine.caughtUp();
await engine.stop();
await db.destroy();
process.stdout.write('{"done":true}\n');
