import { type CallAttempt, type CallEnd, INGRESSES } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import {
  fillTemplate,
  type Random,
  type Scenario,
  type TrafficSource,
  type TrafficStep,
  type Words,
} from '../engine/index.ts';
import type { Pack } from '../platform/index.ts';
import { createPopulationScenarios } from './simulation/episode.traffic.ts';
import { Population } from './simulation/population.model.ts';

const closed = { additionalProperties: false };
const Texts = Type.Array(Type.String(), { minItems: 1 });
const Range = Type.Tuple([Type.Number({ minimum: 0 }), Type.Number({ minimum: 0 })]);

/** A kind of call that the simulator makes; numbers are templates of `fillTemplate`, ranges are seconds. */
const CallScenario = Type.Object(
  {
    id: Type.String(),
    title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, closed),
    fraud: Type.Boolean(),
    weight: Type.Number({ exclusiveMinimum: 0 }),
    caller: Texts,
    callee: Texts,
    ingress: Type.Enum([...INGRESSES]),
    trunk: Texts,
    ring: Range,
    /** Share of the calls that are answered. */
    answered: Type.Number({ minimum: 0, maximum: 1 }),
    talk: Range,
    /** Several calls of one caller over some time; one call when left out. */
    burst: Type.Optional(Type.Object({ size: Range, overSeconds: Range }, closed)),
    fields: Type.Optional(
      Type.Object(
        {
          roaming: Type.Optional(Type.Boolean()),
          originCountry: Type.Optional(Texts),
          networkFrom: Type.Optional(Texts),
        },
        closed,
      ),
    ),
  },
  closed,
);
type CallScenario = Static<typeof CallScenario>;

const CallTraffic = Type.Object(
  {
    source: Type.String(),
    words: Type.Record(Type.String(), Texts),
    scenarios: Type.Array(CallScenario, { minItems: 1 }),
    population: Population,
  },
  closed,
);

/** Simulated calls as the pack describes them: `simulation/calls.json`. */
export function createCallTraffic(pack: Pack): TrafficSource {
  const { words, scenarios, population } = pack.read('simulation/calls.json', CallTraffic);
  const single = scenarios.map((scenario) => toScenario(scenario, words));
  return { kind: 'calls', scenarios: [...createPopulationScenarios(population, words), ...single] };
}

/** Who lives in the simulation, and the words for their numbers. */
export function readPopulation(pack: Pack): { readonly population: Population; readonly words: Words } {
  return pack.read('simulation/calls.json', CallTraffic);
}

type Attempt = Omit<CallAttempt, 'at' | 'simulated'>;
type End = Omit<CallEnd, 'at' | 'simulated'>;

function toScenario(data: CallScenario, words: Words): Scenario {
  return {
    id: data.id,
    fraud: data.fraud,
    weight: data.weight,
    draw: (random, newId) => {
      const fill = (templates: readonly string[]): string =>
        fillTemplate(random.pick(templates), words, random);
      const [least, most] = data.burst?.size ?? [1, 1];
      const [shortest, longest] = data.burst?.overSeconds ?? [0, 0];
      const size = random.between(least, most);
      const over = random.between(shortest, longest);
      const caller = fill(data.caller);
      const trunk = fill(data.trunk);
      const extra = extraFields(data, fill);
      return Array.from({ length: size }, (_, index) => {
        const after = (over * index) / size + random.next() * Math.min(20, over / size);
        const attempt: Attempt = {
          kind: 'call.attempt',
          id: newId(),
          from: caller,
          to: fill(data.callee),
          ingress: data.ingress,
          trunk,
          ...extra,
        };
        return withEnd(attempt, after, data, random, newId);
      }).flat();
    },
  };
}

function extraFields(
  { fields }: CallScenario,
  fill: (templates: readonly string[]) => string,
): Pick<Attempt, 'roaming' | 'originCountry' | 'networkFrom'> {
  return {
    ...(fields?.roaming === undefined ? {} : { roaming: fields.roaming }),
    ...(fields?.originCountry === undefined ? {} : { originCountry: fill(fields.originCountry) }),
    ...(fields?.networkFrom === undefined ? {} : { networkFrom: fill(fields.networkFrom) }),
  };
}

/** Causes of Q.850 by the names that switches write. */
const CAUSES = { answered: 'NORMAL_CLEARING', missed: 'NO_ANSWER' } as const;

function withEnd(
  attempt: Attempt,
  after: number,
  { ring, talk, answered }: CallScenario,
  random: Random,
  newId: () => string,
): TrafficStep[] {
  const ringSeconds = random.between(...ring);
  const isAnswered = random.next() < answered;
  const talkSeconds = isAnswered ? random.between(...talk) : 0;
  const end: End = {
    kind: 'call.end',
    id: newId(),
    attempt: attempt.id,
    ringSeconds,
    talkSeconds,
    answered: isAnswered,
    cause: isAnswered ? CAUSES.answered : CAUSES.missed,
  };
  return [
    { after, event: attempt },
    { after: after + ringSeconds + talkSeconds, event: end },
  ];
}
