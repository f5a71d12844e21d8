import { openNumbering } from '@fanzha/vocabulary';
import { createCalls } from './calls/index.ts';
import { createDecider, type Decider } from './engine/index.ts';
import { createIntel } from './intel/index.ts';
import { type Clock, openPack } from './platform/index.ts';

/**
 * The engine without storage, with every channel of the program: what `screen`, `eval cases` and the server share.
 * Throws when something in the pack is wrong, naming file, field and reason.
 */
export function composeDecider(packFolder: string, clock: Clock): Decider {
  const pack = openPack(packFolder);
  const numbering = openNumbering(pack);
  const channels = [createCalls({ pack, numbering })];
  return createDecider({
    pack,
    clock,
    numbering,
    kinds: channels.flatMap(({ kinds }) => kinds),
    signals: [...createIntel({ pack, numbering }).signals, ...channels.flatMap(({ signals }) => signals)],
  });
}
