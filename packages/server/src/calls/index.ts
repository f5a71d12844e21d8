import { setImmediate as breathe } from 'node:timers/promises';
import type { Numbering } from '@fanzha/vocabulary';
import { dayEnd, dayStart, type EventKind, type ModelHost, offsetAt, type Signal } from '../engine/index.ts';
import type { Pack } from '../platform/index.ts';
import { createBehaviourSignal } from './behaviour/behaviour.signals.ts';
import { behaviourModel } from './behaviour/behaviour-model-host.service.ts';
import { createBehaviourSlots } from './behaviour/behaviour-slots.service.ts';
import { createCallKinds } from './call.kinds.ts';
import { createCallEndSignal, createNumberPlanSignal } from './call.signals.ts';
import { CallProofFile } from './call-exception.model.ts';
import { createExceptionSignal } from './call-exception.signals.ts';
import { createNumberReader, onceForCall } from './call-number.model.ts';
import { createAttemptTraitSignal, createEndTraitSignal } from './call-trait.signals.ts';
import type { LineBook } from './line.model.ts';
import { createLineSignal } from './line.signals.ts';
import { createLineBook } from './line-book.model.ts';
import { LineRegisterFile } from './line-setting.model.ts';
import { callMarker } from './pattern-room.service.ts';
import { createIdentityReader } from './stir/identity.service.ts';
import { createIdentitySignal } from './stir/identity.signals.ts';
import { StirFile } from './stir/stir-setting.model.ts';

export { BEHAVIOUR_MODELS, openBehaviourLab } from './behaviour/behaviour-lab.service.ts';
export type { Subscriber } from './behaviour/subscriber.model.ts';
export { SUBSCRIBER_COLUMNS } from './behaviour/subscriber-column.model.ts';
export { readSubscribers } from './behaviour/subscriber-file.service.ts';
export { createCallTraffic } from './call.traffic.ts';
export { CALL_COLUMNS } from './cdr/call-column.model.ts';
export { askForFile, importOf, moveByHand } from './cdr/cdr-import.service.ts';
export { createCdrRoom } from './cdr/cdr-room.service.ts';
export { setSource } from './cdr/cdr-source.service.ts';
export {
  ASTERISK_FIELDS,
  ASTERISK_RECORDS,
  FREESWITCH_FIELDS,
  FREESWITCH_RECORDS,
  looksLikeAsterisk,
  looksLikeFreeswitch,
  splitFreeswitch,
} from './cdr/switch-field.model.ts';
export type { LineDelta } from './line.model.ts';
export { readLineRegister } from './line-register-file.service.ts';
export { createLineRoom } from './line-room.service.ts';
export { createNumberRoom } from './number/number-room.service.ts';
export { callTally } from './pattern.service.ts';
export { createPatternRoom, measureDisplacement } from './pattern-room.service.ts';
export { measureDetection } from './simulation/detection.service.ts';
export { type CallerMonth, monthsOf } from './simulation/month.service.ts';
export { createSipRoom } from './sip/sip-room.service.ts';
export { openSigningKeys } from './stir/signing-key.service.ts';
export { signingKeyFile } from './stir/signing-key.store.ts';
export {
  actOnSigningKeys,
  listSigningKeys,
  type SigningKeyAct,
  type SigningKeyView,
} from './stir/signing-key-act.service.ts';
export { judgeScenarios } from './stir/stir-scenario.service.ts';

/** Tables of calls. */
export const CALL_MIGRATIONS = new URL('./migrations/', import.meta.url);

/** What calls bring to the engine: their kinds of events and what is known about them. */
export interface Calls {
  readonly kinds: EventKind[];
  readonly signals: Signal[];
  readonly models: ModelHost[];
  /** The register of lines; empty until somebody tells it what is registered. */
  readonly lines: LineBook;
}

/** Builds the room on a pack's version and numbering plan; the rules are in the pack's `rules/calls.json`. */
export function createCalls({ pack, numbering }: { pack: Pack; numbering: Numbering }): Calls {
  const read = createNumberReader(numbering);
  const register = pack.read('line-register.json', LineRegisterFile);
  const lines = createLineBook({
    kinds: register.kinds,
    timeZone: pack.timeZone,
    zone: { dayStart, dayEnd, offsetAt },
    breathe: () => breathe(undefined),
  });
  const slots = createBehaviourSlots(pack);
  const numberPlan = createNumberPlanSignal(pack.version, read);
  const identityOf = onceForCall(createIdentityReader(pack.read('stir.json', StirFile)));
  const proofs = pack.read('call-proofs.json', CallProofFile);
  return {
    lines,
    models: [behaviourModel(pack, slots)],
    kinds: createCallKinds(read, callMarker(pack, numberPlan.facts)),
    signals: [
      numberPlan,
      createIdentitySignal(pack.version, read, identityOf),
      createCallEndSignal(pack.version),
      createAttemptTraitSignal(pack.version, read),
      createEndTraitSignal(pack),
      createLineSignal(pack.version, register, lines, read),
      createExceptionSignal(pack.version, { setting: proofs, book: lines, numbersOf: read, identityOf }),
      createBehaviourSignal(pack.version, slots),
    ],
  };
}
