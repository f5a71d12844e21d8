/** How many numbers a second the parser reads on one core. Run: `npx node bench/numbering.ts` */
import { fileURLToPath } from 'node:url';
import { openNumbering } from '@fanzha/vocabulary';
import { openPack } from '../packages/server/src/platform/index.ts';

const numbering = openNumbering(openPack(fileURLToPath(new URL('../packs/cn', import.meta.url))));
const SETS: Record<string, readonly string[]> = {
  domestic: ['+8613812345678', '013912345678', '02161234567', '+8675582345678', '95588', '1069012345'],
  disguised: ['+862195588', '010110', '+8610086', '095588'],
  foreign: ['+819012345678', '+12125551234', '+442079460018', '+85291234567', '+959250123456'],
  wrapped: ['"Li" <sip:+8613812345678@192.0.2.1;user=phone>;tag=1', 'tel:+86-10-6123-4567;ext=2'],
};
const ROUNDS = 200_000;

for (const [name, presented] of Object.entries(SETS)) {
  const run = (count: number) => {
    for (let index = 0; index < count; index++) numbering.parse(presented[index % presented.length] ?? '');
  };
  run(ROUNDS / 10);
  const started = performance.now();
  run(ROUNDS);
  const perSecond = Math.round(ROUNDS / ((performance.now() - started) / 1000));
  process.stdout.write(`${name.padEnd(10)} ${perSecond.toLocaleString('en')} numbers/s\n`);
}
