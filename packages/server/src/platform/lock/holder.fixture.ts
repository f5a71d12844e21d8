import { systemClock } from '../clock/clock.ts';
import { lockDataFolder } from './data-lock.ts';

/** A program that takes the lock of `holder.fixture.ts FOLDER`, says `held` or why not, and keeps it until killed. */
const [folder = ''] = process.argv.slice(2);
try {
  await lockDataFolder(folder, { clock: systemClock, onLost: () => undefined });
  process.stdout.write('held\n');
  setInterval(() => undefined, 1000);
} catch (error) {
  process.stdout.write(`${(error as Error).name}\n`);
}
