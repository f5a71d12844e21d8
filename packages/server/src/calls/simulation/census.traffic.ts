import type { Words } from '../../engine/index.ts';
import { type Agent, World } from './agent.traffic.ts';
import type { Population } from './population.model.ts';

/** Profiles say how many of so many callers they are. */
const OF_CALLERS = 100_000;

export interface CensusOptions {
  readonly population: Population;
  readonly words: Words;
  readonly seed: number;
  /** Numbers that call, honest and fraudulent. */
  readonly callers: number;
  /** Fraudulent ones among 100,000; those of the pack unless told. */
  readonly fraudulent?: number;
}

/**
 * Settles a population: callers of every profile by its share, at least one of each, and ordinary life for the rest.
 * Throws RangeError when there are more callers than numbers.
 */
export function settle({ population, words, seed, callers, fraudulent }: CensusOptions): {
  readonly world: World;
  readonly agents: readonly Agent[];
} {
  const others = population.profiles.filter(({ id }) => id !== population.ordinary);
  const frauds = others.reduce((sum, profile) => sum + (profile.fraud ? profile.callers : 0), 0);
  const scale = (fraud: boolean) => (fraud && fraudulent !== undefined ? fraudulent / frauds : 1);
  const counts = others.map((profile) => {
    const numbers = (profile.callers * scale(profile.fraud) * callers) / OF_CALLERS;
    return Math.max(1, Math.round(numbers / (profile.rotates ?? 1)));
  });
  const taken = others.reduce((sum, { rotates = 1 }, index) => sum + rotates * (counts[index] ?? 0), 0);
  const people = callers - taken;
  const world = new World(population, words, seed, people);
  const agents = Array.from({ length: people }, (_, place) => world.agent(world.ordinary, place));
  let serial = people;
  for (const [index, profile] of others.entries()) {
    for (let one = 0; one < (counts[index] ?? 0); one++) agents.push(world.agent(profile, serial++));
  }
  return { world, agents };
}
