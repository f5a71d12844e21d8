// Run as a process of its own by window-snapshot.kill.test.ts: counts events over a journal from where that ends, with
// snapshots one after the other. Says on stdout how many events are durable, and at the end what the counters say.
import { join } from 'node:path';
import type { FanzhaEvent } from '@fanzha/contract';
import { openVault, silentLogger, systemClock } from '../platform/index.ts';
import { windowSeed } from './counting.service.ts';
import { openFileJournal } from './journal/file-journal.store.ts';
import { eventOfNumber, newCountingDecider, toldAfter } from './window-snapshot.fixture.ts';
import { createWindowKeeper } from './window-snapshot.service.ts';

const [dataFolder = '', total = ''] = process.argv.slice(2);
const BATCH = 25;
const vault = openVault(dataFolder);
const decider = newCountingDecider(windowSeed(vault));
const folder = join(dataFolder, 'journal');
const journal = await openFileJournal({
  folder,
  fsync: true,
  sealer: vault,
  clock: systemClock,
  log: silentLogger,
  segmentBytes: 50_000,
});
const keeper = createWindowKeeper({
  folder: join(dataFolder, 'windows'),
  counting: decider.counting,
  sealer: vault,
  durableEnd: () => journal.end,
  everyMs: 60_000,
  clock: systemClock,
  log: silentLogger,
});
const replayFrom = (await keeper.restore()) ?? 0;
let done = 0;
let replayed = 0;
for await (const batch of journal.read(0)) {
  for (const { payload, position } of batch) {
    done += 1;
    if (position < replayFrom) continue;
    replayed += 1;
    decider.recount(JSON.parse(Buffer.from(payload).toString('utf8')) as FanzhaEvent, position);
  }
}
const { restoredFrom } = keeper.status();
let snapshots = 0;
while (done < Number(total)) {
  const events = Array.from({ length: Math.min(BATCH, Number(total) - done) }, (_, index) =>
    eventOfNumber(decider, done + index),
  );
  const positions = await journal.append(events.map((event) => Buffer.from(JSON.stringify(event))));
  for (const [index, event] of events.entries()) decider.decide(event, { position: positions[index] ?? -1 });
  done += events.length;
  process.stdout.write(`${JSON.stringify({ done })}\n`);
  const written = keeper.write().then((isWritten) => {
    snapshots += isWritten ? 1 : 0;
  });
  // Mostly events go on while a snapshot is written; now and then one is waited for, so that some are finished.
  if (done % (BATCH * 8) === 0) await written;
}
const told = toldAfter(decider, done);
process.stdout.write(`${JSON.stringify({ told, restoredFrom, replayed, snapshots })}\n`);
