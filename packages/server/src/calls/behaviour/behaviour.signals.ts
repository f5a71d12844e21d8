import type { FanzhaEvent, ModelPart } from '@fanzha/contract';
import type { Facts, Signal } from '../../engine/index.ts';
import {
  type Band,
  BEHAVIOUR_FACTS,
  BEHAVIOUR_SCORES,
  CHALLENGER_FACTS,
  LIVE_MODEL,
} from './behaviour-fact.signals.ts';
import type { ShippedBehaviour } from './behaviour-model.service.ts';
import type { BehaviourSlots } from './behaviour-slots.service.ts';
import { LIVE_COUNTERS, LIVE_SPACE, liveInputs, READY_CALLS } from './live-feature.model.ts';

/** Features that a reason names, and those that a decision's page shows. */
const IN_REASON = 4;
const SHOWN = 20;

/** How a caller behaves over 30 days, by counters: what the model says, why, and the figures of the plain rule. */
export function createBehaviourSignal(version: string, slots: BehaviourSlots): Signal {
  const facts = { ...BEHAVIOUR_FACTS, ...CHALLENGER_FACTS };
  const inputs = new Float64Array(LIVE_SPACE.inputs.length);
  return {
    id: 'behaviour',
    version,
    kinds: ['call.attempt'],
    facts,
    scores: BEHAVIOUR_SCORES,
    get models() {
      return slots.versions;
    },
    evaluate: () => ({}),
    deduction: {
      counters: LIVE_COUNTERS,
      facts: Object.keys(facts),
      deduce: (counters, facts) => {
        tellFigures(counters, facts);
        liveInputs(counters, inputs);
        if (!isReady(inputs)) return;
        tellScore(slots.champion(), inputs, facts);
        const challenger = slots.challenger();
        if (!challenger) return;
        facts['behaviour.challenger'] = nameOf(challenger);
        facts['behaviour.challengerScore'] = challenger.model.score(inputs);
      },
    },
    explain: (event, _, facts) => explain(event, facts, slots),
  };
}

const nameOf = ({ card: { version } }: ShippedBehaviour): string => `${LIVE_MODEL}@${version}`;

const isReady = ([calls = 0]: ArrayLike<number> & Iterable<number>): boolean => calls >= READY_CALLS;

function tellFigures([made = 0, received = 0, callees = 0]: Float64Array, facts: Facts): void {
  facts['behaviour.calls'] = made;
  facts['behaviour.callees'] = callees;
  facts['behaviour.callsPerCallee'] = callees > 0 ? made / callees : 0;
  facts['behaviour.outgoingShare'] = made > 0 ? made / (made + received) : 0;
}

function tellScore({ card, model }: ShippedBehaviour, inputs: Float64Array, facts: Facts): void {
  const score = model.score(inputs);
  const band = bandOf(score, card.thresholds);
  facts['behaviour.ready'] = true;
  facts['behaviour.model'] = `${LIVE_MODEL}@${card.version}`;
  facts['behaviour.score'] = score;
  facts['behaviour.band'] = band;
  if (band === 'none') return;
  facts['behaviour.why'] = model
    .explain(inputs)
    .contributions.filter(({ weight }) => weight > 0)
    .slice(0, IN_REASON)
    .map(({ feature }) => LIVE_SPACE.features[feature]?.name ?? '');
}

function bandOf(score: number, { likely, certain }: { likely: number; certain: number }): Band {
  if (score >= certain) return 'certain';
  return score >= likely ? 'likely' : 'none';
}

/** The model's part in a decision that was recorded, from the counters that it rested on. */
function explain(event: FanzhaEvent, facts: Facts, slots: BehaviourSlots): ModelPart[] {
  if (event.kind !== 'call.attempt') return [];
  const inputs = new Float64Array(LIVE_SPACE.inputs.length);
  liveInputs(
    LIVE_COUNTERS.map((name) => Number(facts[name] ?? Number.NaN)),
    inputs,
  );
  if (!isReady(inputs)) return [];
  const { card, model } = slots.champion();
  const part: ModelPart = {
    model: card.id,
    version: card.version,
    output: 'fraud',
    score: model.score(inputs),
    threshold: card.thresholds.likely,
    contributions: model
      .explain(inputs)
      .contributions.slice(0, SHOWN)
      .flatMap(({ feature, weight, value }) => {
        const { name, title } = LIVE_SPACE.features[feature] ?? {};
        if (name === undefined || title === undefined) return [];
        return [{ feature: name, title, weight, ...(Number.isNaN(value) ? {} : { value }) }];
      }),
  };
  return [part];
}
