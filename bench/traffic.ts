import { fileURLToPath } from 'node:url';
import type { FanzhaEvent } from '@fanzha/contract';
import { composeTraffic } from '../packages/server/src/compose.ts';
import { generateTraffic } from '../packages/server/src/engine/index.ts';
import { openPack } from '../packages/server/src/platform/index.ts';

export const PACK = fileURLToPath(new URL('../packs/cn', import.meta.url));

/** Events drawn for one that is kept: every kind is at least so frequent. */
const SPARE = 8;

/** Events of the simulator, the same every time; those of `kinds` only, where told. */
export function simulatedEvents(
  events: number,
  until: number,
  kinds: readonly FanzhaEvent['kind'][] = ['call.attempt', 'call.end', 'sms.submit'],
): FanzhaEvent[] {
  const pack = openPack(PACK);
  const sources = composeTraffic(pack);
  const traffic = generateTraffic({
    sources,
    seed: 1,
    events: events * SPARE,
    until,
    timeZone: pack.timeZone,
    idPrefix: 'bench',
  });
  const taken: FanzhaEvent[] = [];
  for (const { event } of traffic) {
    if (!kinds.includes(event.kind)) continue;
    taken.push(event);
    if (taken.length === events) break;
  }
  return taken;
}
