import { setFlagsFromString } from 'node:v8';

/** The old generation may grow to so many times what was alive at its last collection, less one, in percent. */
const GROWTH_PERCENT = 300;

/**
 * Lets this process collect its whole heap rarely. A live heap of some 40 MB would be marked several times a second
 * under load, because V8 begins as soon as the room left in it is smaller than the young generation: every answer then
 * waits tens of milliseconds for processors that mark.
 */
export function collectRarely(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
