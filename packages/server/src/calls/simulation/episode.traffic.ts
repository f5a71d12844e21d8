import {
  createRandom,
  type Random,
  type Scenario,
  type TrafficStep,
  type Words,
} from '../../engine/index.ts';
import { type Agent, World } from './agent.traffic.ts';
import { AgentCalls } from './agent-calls.traffic.ts';
import type { CallerProfile, Population } from './population.model.ts';

/** People of the traffic that is drawn by episodes, and callers of each other profile: the same numbers call again. */
const [PEOPLE, CALLERS, SEED] = [20_000, 20, 1] as const;
/** Which of its cells an agent is seen in, where the time of day is not known. */
const HOURS = [8, 11, 14, 17] as const;

/** A scenario for each profile: an episode of the life of one of its callers, with the calls that follow from it. */
export function createPopulationScenarios(population: Population, words: Words): Scenario[] {
  const world = new World(population, words, SEED, PEOPLE);
  return population.profiles.map((profile, index) => {
    const { id, fraud, weight } = profile;
    const isOrdinary = id === population.ordinary;
    const callers = isOrdinary
      ? []
      : Array.from({ length: CALLERS }, (_, caller) =>
          world.agent(profile, PEOPLE + index * CALLERS + caller),
        );
    const agentOf = (random: Random): Agent =>
      isOrdinary ? world.agent(profile, random.between(0, PEOPLE - 1)) : random.pick(callers);
    return { id, fraud, weight, draw: (random, newId) => episode(world, agentOf(random), random, newId) };
  });
}

function episode(world: World, agent: Agent, random: Random, newId: () => string): TrafficStep[] {
  const { calls, seconds } = agent.profile.episode as CallerProfile['episode'];
  const over = random.between(...seconds);
  const times = Array.from({ length: random.between(...calls) }, () => random.next() * over);
  times.sort((a, b) => a - b);
  const own = createRandom(random.between(0, 0xffff_ffff));
  const made = new AgentCalls(world, agent, own, random.pick(HOURS), newId).make(times);
  return made.map(({ after, event, isCaller }) => ({
    after,
    event,
    // Victims who call back or call their bank defraud nobody.
    ...(agent.profile.fraud && !isCaller ? { honest: true as const } : {}),
  }));
}
