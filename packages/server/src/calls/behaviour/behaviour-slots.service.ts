import type { Pack } from '../../platform/index.ts';
import { BehaviourCard } from './behaviour-card.model.ts';
import { behaviourFile, openBehaviour, type ShippedBehaviour } from './behaviour-model.service.ts';
import { LIVE_SPACE } from './live-feature.model.ts';

/** The live models that score: the pack's is read when the first caller is asked about. */
export interface BehaviourSlots {
  champion(): ShippedBehaviour;
  challenger(): ShippedBehaviour | undefined;
  /** Puts a model in a role; without one, the pack's as champion, none as challenger. */
  put(role: 'champion' | 'challenger', model: ShippedBehaviour | undefined): void;
  /** Of the champion. */
  readonly versions: readonly { readonly id: string; readonly version: string }[];
}

export function createBehaviourSlots(pack: Pack): BehaviourSlots {
  let shipped: ShippedBehaviour | undefined;
  let champion: ShippedBehaviour | undefined;
  let challenger: ShippedBehaviour | undefined;
  let versions: BehaviourSlots['versions'] | undefined;
  const named = (): BehaviourSlots['versions'] => {
    const { id, version } = champion?.card ?? pack.read(behaviourFile(LIVE_SPACE, 'json'), BehaviourCard);
    return [{ id, version }];
  };
  return {
    champion: () => {
      if (champion) return champion;
      shipped ??= openBehaviour(pack, LIVE_SPACE);
      return shipped;
    },
    challenger: () => challenger,
    put: (role, model) => {
      if (role === 'champion') champion = model;
      else challenger = model;
      versions = undefined;
    },
    get versions() {
      versions ??= named();
      return versions;
    },
  };
}
