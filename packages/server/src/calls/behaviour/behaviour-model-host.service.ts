import type { ModelFiles, ModelHost, ModelVersion } from '../../engine/index.ts';
import type { Pack } from '../../platform/index.ts';
import { BehaviourCard } from './behaviour-card.model.ts';
import {
  behaviourFile,
  behaviourOf,
  readBehaviourCard,
  type ShippedBehaviour,
} from './behaviour-model.service.ts';
import type { BehaviourSlots } from './behaviour-slots.service.ts';
import { LIVE_SPACE } from './live-feature.model.ts';

const CALIBRATION = {
  'zh-CN': '逻辑缩放：logistic(比例 × 间隔 + 偏移)，用未参与训练的人拟合',
  en: 'logistic(scale × margin + shift), fitted on persons that were not trained on',
} as const;
const OUTPUT = { 'zh-CN': '行为诈骗概率', en: 'Probability of fraud by conduct' } as const;

/** The live model of callers as the registry sees it. */
export function behaviourModel(pack: Pack, slots: BehaviourSlots): ModelHost {
  const file = (ending: 'json' | 'bin') => pack.bytes(behaviourFile(LIVE_SPACE, ending));
  return {
    id: LIVE_SPACE.id,
    title: LIVE_SPACE.title,
    owner: `${pack.title.en} pack`,
    kinds: ['call.attempt'],
    get shipped() {
      return describe(pack.read(behaviourFile(LIVE_SPACE, 'json'), BehaviourCard));
    },
    shippedFiles: () => ({ card: file('json'), weights: file('bin') }),
    read: (files) => describe(readModel(files).card),
    use: (role, files) => slots.put(role, files && readModel(files)),
  };
}

/** Reads a model from files that anybody may have made. Throws an Error that says what is wrong with them. */
function readModel({ card, weights }: ModelFiles): ShippedBehaviour {
  return behaviourOf(LIVE_SPACE, readBehaviourCard(card), weights);
}

function describe(card: BehaviourCard): ModelVersion {
  const { likely, certain } = card.thresholds;
  return {
    model: card.id,
    version: card.version,
    sha256: card.sha256,
    trained: card.trained,
    features: {
      count: card.features.length,
      space: {
        'zh-CN': '30 天通话行为；提升树与加性曲线各半',
        en: 'calls of 30 days; boosted trees and additive curves, half each',
      },
    },
    training: card.sources.map(({ name, rows, terms }) => ({ name, count: rows, terms })),
    calibration: CALIBRATION,
    figures: card.figures,
    outputs: [
      {
        name: 'fraud',
        fact: 'behaviour.score',
        title: OUTPUT,
        thresholds: { likely, certain },
        validation: card.validation.fraud,
      },
    ],
  };
}
