import { createHash } from 'node:crypto';
import { compileSchema, type Pack } from '../../platform/index.ts';
import { BehaviourCard, type SeenRow, unpackBehaviour } from './behaviour-card.model.ts';
import { BehaviourModel } from './behaviour-model.model.ts';
import type { FeatureSpace } from './feature.model.ts';
import { LIVE_SPACE } from './live-feature.model.ts';
import { MONTH_SPACE } from './month-feature.model.ts';

/** The models of callers: over all of a monthly summary, and over what counters know while calls go on. */
export const BEHAVIOUR_SPACES: readonly FeatureSpace[] = [MONTH_SPACE, LIVE_SPACE];

/** A model read from its files. */
export interface ShippedBehaviour {
  readonly card: BehaviourCard;
  readonly model: BehaviourModel;
  readonly seen: readonly SeenRow[];
}

/** Where a model lies in a pack. */
export function behaviourFile(space: FeatureSpace, ending: 'json' | 'bin'): string {
  return `models/${space.id}.${ending}`;
}

const schema = compileSchema(BehaviourCard);

/** Reads a card that anybody may have written. Throws an Error that names what is wrong with it. */
export function readBehaviourCard(bytes: Uint8Array): BehaviourCard {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (schema.check(value)) return value;
  const faults = schema.faults(value, 'en').map(({ field, reason }) => `${field || '(card)'} ${reason}`);
  throw new Error(faults.join('; '));
}

/** Makes a model of card and weights. Throws an Error when they do not belong together or are for something else. */
export function behaviourOf(space: FeatureSpace, card: BehaviourCard, bytes: Uint8Array): ShippedBehaviour {
  if (card.id !== space.id) throw new Error(`it is ${card.id}, not ${space.id}`);
  const names = space.features.map(({ name }) => name);
  const other = names.findIndex((name, index) => card.features[index] !== name);
  if (other >= 0 || card.features.length !== names.length) {
    throw new Error(
      `its features are not those of this program: ${names[other] ?? card.features[names.length]}`,
    );
  }
  if (createHash('sha256').update(bytes).digest('hex') !== card.sha256) {
    throw new Error('the checksum of the weights is not the one of the card');
  }
  const { seen, ...weights } = unpackBehaviour(bytes, card);
  return { card, seen, model: new BehaviourModel(space, { ...weights, calibration: card.calibration }) };
}

/** Reads a model of the pack. Throws when it is not there or card and weights do not belong together. */
export function openBehaviour(pack: Pack, space: FeatureSpace): ShippedBehaviour {
  const file = behaviourFile(space, 'bin');
  try {
    return behaviourOf(space, pack.read(behaviourFile(space, 'json'), BehaviourCard), pack.bytes(file));
  } catch (error) {
    throw new Error(`policy pack ${file}: ${(error as Error).message}`);
  }
}
