import type { Ingress } from '@fanzha/contract';
import { createRandom, type Random, type Words } from '../../engine/index.ts';
import { filled, logNormal, mixed, type NumberSpace, numberSpace, shareOf } from './numbers.traffic.ts';
import type { CallerProfile, Population } from './population.model.ts';

/** One end of a call as the network sees it. */
export interface Party {
  readonly number: string;
  readonly area?: string;
  readonly ingress: Ingress;
  readonly trunk: string;
  readonly device?: string;
  readonly cell?: string;
}

/** A caller, or an operation that calls from several numbers. All of it follows from seed and serial. */
export interface Agent {
  readonly serial: number;
  readonly profile: CallerProfile;
  readonly numbers: readonly string[];
  readonly ingress: Ingress;
  readonly trunk: string;
  /** Where all those whom it calls live, for profiles that call one area. */
  readonly area: string;
  readonly callsPerDay: number;
  readonly registered: boolean;
  /** Its number was an ordinary person's before. */
  readonly aged: boolean;
  /** Honest, and its number is new. */
  readonly isNew: boolean;
}

const OWN_NETWORK_SHARE = 0.6;
const FAMILY = 4;
const FAMILY_SHARE = 0.5;
const FRIENDS = 16;
const [AREA, NETWORK, TRUNK, DEVICE, CELL, FRIEND, AGENT] = [1, 2, 3, 4, 5, 6, 7];

/** The people of a simulation: who they are, whom they know, and who among them is what. */
export class World {
  readonly population: Population;
  readonly words: Words;
  readonly seed: number;
  /** How many people lead an ordinary life here. */
  readonly people: number;
  readonly #space: NumberSpace;
  readonly #spaces = new Map<string, NumberSpace>();
  /** Places given away: of the space of the people from its end, of others from their beginning. */
  readonly #given = new Map<string, number>();

  /** Throws RangeError when there are more people than numbers. */
  constructor(population: Population, words: Words, seed: number, people: number) {
    this.population = population;
    this.words = words;
    this.seed = seed;
    this.people = people;
    this.#space = this.#spaceOf(this.ordinary.numbers);
    if (people < FAMILY || people > this.#space.size / 2) {
      throw new RangeError(`callers: from ${FAMILY} to ${this.#space.size / 2}`);
    }
  }

  get ordinary(): CallerProfile {
    const { profiles, ordinary } = this.population;
    const found = profiles.find(({ id }) => id === ordinary);
    if (!found) throw new Error(`simulation/calls.json: no profile ${ordinary}`);
    return found;
  }

  /** A caller of a profile. Serials up to `people` are ordinary life; the others get numbers of their own. */
  agent(profile: CallerProfile, serial: number): Agent {
    const random = createRandom(mixed(this.seed, serial, AGENT));
    const isOrdinary = profile.id === this.population.ordinary;
    const numbers = isOrdinary
      ? [this.#space.at(serial)]
      : Array.from({ length: profile.rotates ?? 1 }, () => this.#nextNumber(profile.numbers));
    return {
      serial,
      profile,
      numbers,
      ingress: isOrdinary ? this.person(serial, 0).ingress : random.pick(profile.ingress),
      trunk: filled(profile.trunk, this.words, random),
      area: random.pick(this.population.areas),
      callsPerDay: logNormal(profile.callsPerDay, random),
      registered: random.next() < profile.registered,
      aged: random.next() < profile.aged,
      isNew: random.next() < this.population.newcomers && !profile.fraud,
    };
  }

  /** Somebody who leads an ordinary life, as seen at an hour of the day; also such as never call on their own. */
  person(place: number, hour: number): Party {
    const { areas } = this.population;
    const isOwn = shareOf(this.seed, place, NETWORK) < OWN_NETWORK_SHARE;
    const province = this.words.province ?? ['bj'];
    const trunk = province[mixed(this.seed, place, TRUNK) % province.length] as string;
    const party = {
      number: this.#space.at(place),
      area: areas[mixed(this.seed, place, AREA) % areas.length] as string,
    };
    if (!isOwn) return { ...party, ingress: 'interconnect', trunk: `ic-${trunk}` };
    const { cells } = this.ordinary;
    return { ...party, ingress: 'access', trunk: `ims-${trunk}`, ...this.#radio(place, 0, hour, cells) };
  }

  /** An agent as its call shows it; `turn` says which of its numbers calls. */
  party(agent: Agent, turn: number, hour: number): Party {
    const { profile, numbers, ingress, trunk, serial } = agent;
    if (profile.id === this.population.ordinary) return this.person(serial, hour);
    const which = turn % numbers.length;
    const party = { number: numbers[which] as string, ingress, trunk };
    if (ingress !== 'access') return party;
    return {
      ...party,
      ...this.#radio(this.#space.size + serial, profile.sharesDevice ? 0 : which, hour, profile.cells),
    };
  }

  /** Family, or a friend: who has somebody as a friend is one of his. */
  contact(serial: number, random: Random): number {
    const place = serial % this.people;
    if (random.next() < FAMILY_SHARE) {
      const first = place - (place % FAMILY);
      const other = first + (((place % FAMILY) + random.between(1, FAMILY - 1)) % FAMILY);
      return Math.min(other, this.people - 1);
    }
    const rank = Math.floor(FRIENDS * random.next() ** 2);
    const sum = mixed(this.seed, rank, FRIEND) % this.people;
    return (sum - place + this.people) % this.people;
  }

  /** Somebody who is not known, in an area where one is told. */
  stranger(random: Random, area?: string): number {
    const among = Math.min(this.people * 2, this.#space.size / 2) - 1;
    for (let tries = 0; ; tries++) {
      const place = random.between(0, among);
      if (area === undefined || tries > 200 || this.person(place, 0).area === area) return place;
    }
  }

  #radio(place: number, which: number, hour: number, cells: number): { device: string; cell: string } {
    const device = `86${String(mixed(this.seed, place, which, DEVICE))
      .padStart(12, '0')
      .slice(0, 12)}0`;
    const slot = Math.floor((hour * cells) / 24);
    const cell = `46000-${mixed(this.seed, place, slot, CELL) % 60_000}-${slot}`;
    return { device, cell };
  }

  #nextNumber(words: string): string {
    const space = this.#spaceOf(words);
    const given = this.#given.get(words) ?? 0;
    this.#given.set(words, given + 1);
    if (space !== this.#space) return space.at(given);
    if (given >= space.size / 2) throw new RangeError(`words ${words}: more callers than numbers`);
    return space.at(space.size - 1 - given);
  }

  #spaceOf(words: string): NumberSpace {
    const space = this.#spaces.get(words) ?? numberSpace(this.words, words);
    this.#spaces.set(words, space);
    return space;
  }
}
