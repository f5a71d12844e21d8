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
    // As a network sends it: who makes traffic up marks it, and marked subjects are counted apart.
    const { simulated: _, ...sent } = event;
    taken.push(sent as FanzhaEvent);
    if (taken.length === events) break;
  }
  return taken;
}
