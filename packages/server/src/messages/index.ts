import type { Numbering } from '@fanzha/vocabulary';
import type { EventKind, ModelHost, Signal } from '../engine/index.ts';
import type { Pack } from '../platform/index.ts';
import { createExtractor } from './extraction.model.ts';
import { createLureFinder, LureWords } from './lure.model.ts';
import { createMessageKind } from './message.kinds.ts';
import { createContentSignal, createLureSignal, createModelSignal } from './message.signals.ts';
import { createModelSlots } from './message-model.service.ts';
import { messageModels } from './message-model-host.service.ts';
import { createMessageReader } from './message-reading.model.ts';
import { MessageWords } from './words.model.ts';

export { type LabelledText, type LineFault, readLabelled } from './dataset.model.ts';
export { createMessageTraffic } from './message.traffic.ts';
export { openMessageLab } from './message-lab.service.ts';
export { openMessageScorer } from './message-model-host.service.ts';
export { LabelMapping } from './taxonomy.model.ts';

/** What messages bring to the engine: their kind of event and what is known about it. */
export interface Messages {
  readonly kinds: EventKind[];
  readonly signals: Signal[];
  readonly models: ModelHost[];
}

/**
 * Builds the room on a pack and its numbering plan; the rules are in the pack's `rules/messages.json`, the words in
 * `messages.json` and `lures.json`. Weights are read when the first text of their script comes.
 */
export function createMessages({ pack, numbering }: { pack: Pack; numbering: Numbering }): Messages {
  const words = pack.read('messages.json', MessageWords);
  const lures = pack.read('lures.json', LureWords);
  const slots = createModelSlots(pack);
  const read = createMessageReader(numbering, createExtractor(words));
  return {
    kinds: [createMessageKind(read) as EventKind],
    signals: [
      createContentSignal(words.version, read),
      createLureSignal(lures.version, read, createLureFinder(lures)),
      createModelSignal(pack.version, read, slots),
    ],
    models: messageModels(pack, slots),
  };
}
