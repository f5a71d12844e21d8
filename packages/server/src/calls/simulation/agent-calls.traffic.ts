import type { CallAttempt, CallEnd } from '@fanzha/contract';
import type { Random } from '../../engine/index.ts';
import type { Agent, Party, World } from './agent.traffic.ts';
import { filled, logNormal } from './numbers.traffic.ts';
import type { CallerProfile } from './population.model.ts';

/** What a call is of, beside the habit of its caller. */
export type Flow = 'own' | 'call-back' | 'bank';

/** An event of a life, `after` seconds from the beginning, with the truth that is no part of it. */
export interface LifeStep {
  readonly after: number;
  readonly event: Omit<CallAttempt, 'at' | 'simulated'> | Omit<CallEnd, 'at' | 'simulated'>;
  /** The agent whose habit it springs from. */
  readonly agent: Agent;
  readonly flow: Flow;
  /** Whether the agent called; else somebody called it, or another. */
  readonly isCaller: boolean;
}

type Victims = NonNullable<CallerProfile['victims']>;

interface Callee {
  readonly number: string;
  readonly area?: string;
  /** Of a person: who may call back. */
  readonly place?: number;
}

interface Call {
  readonly from: Party;
  readonly to: Callee;
  readonly after: number;
  readonly ring: readonly [number, number];
  readonly answered: boolean;
  readonly talk: number;
  readonly flow: Flow;
  readonly isCaller: boolean;
}

/** Causes of Q.850 by the names that switches write. */
const CAUSES = { answered: 'NORMAL_CLEARING', missed: 'NO_ANSWER' } as const;
/** How people answer those who call them back, and how long they ring. */
const [ANSWERED_BACK, RING] = [0.85, [4, 15]] as const;
/** Of the calls between an agent and its circle the circle makes half. */
const CIRCLE_CALLS = 0.5;
/** Calls that a number of an operation makes before the next one does. */
const CALLS_PER_TURN = 2;

/** The calls that an agent makes at given seconds, and those that follow from them. */
export class AgentCalls {
  readonly #world: World;
  readonly #agent: Agent;
  readonly #random: Random;
  readonly #hour: number;
  readonly #newId: () => string;
  readonly #steps: LifeStep[] = [];
  readonly #lately: Callee[] = [];

  /** `hour` is the hour of the day by the clock of the pack. */
  constructor(world: World, agent: Agent, random: Random, hour: number, newId: () => string) {
    this.#world = world;
    this.#agent = agent;
    this.#random = random;
    this.#hour = hour;
    this.#newId = newId;
  }

  make(seconds: readonly number[]): readonly LifeStep[] {
    const first = this.#random.between(0, this.#agent.numbers.length - 1);
    for (const [index, after] of seconds.entries()) {
      this.#one(after, first + Math.floor(index / CALLS_PER_TURN));
    }
    return this.#steps;
  }

  #one(after: number, turn: number): void {
    const random = this.#random;
    const { profile } = this.#agent;
    const own = this.#world.party(this.#agent, turn, this.#hour);
    const { circle } = profile.callees;
    if (random.next() < circle) this.#inCircle(own, after);
    else this.#toOthers(own, after);
  }

  #inCircle(own: Party, after: number): void {
    const random = this.#random;
    const place = this.#world.contact(this.#agent.serial, random);
    const other = this.#world.person(place, this.#hour);
    const isCaller = random.next() >= CIRCLE_CALLS;
    const { answered, talk } = this.#world.ordinary;
    const [from, to] = isCaller ? [own, { ...other, place }] : [other, own];
    this.#write({
      from,
      to,
      after,
      ring: RING,
      answered: random.next() < answered,
      talk: logNormal(talk, random),
      flow: 'own',
      isCaller,
    });
  }

  #toOthers(own: Party, after: number): void {
    const random = this.#random;
    const { profile } = this.#agent;
    const to = this.#callee();
    const answered = random.next() < profile.answered;
    const victims = answered && random.next() < (profile.victims?.share ?? 0) ? profile.victims : undefined;
    const talk = victims ? random.between(...victims.talkSeconds) : logNormal(profile.talk, random);
    const ended = this.#write({
      from: own,
      to,
      after,
      ring: profile.ring as readonly [number, number],
      answered,
      talk,
      flow: 'own',
      isCaller: true,
    });
    if (victims) this.#callBank(to, ended, victims);
    else this.#callBack(own, to, answered, ended);
  }

  #callee(): Callee {
    const random = this.#random;
    const { again, service, oneArea } = this.#agent.profile.callees;
    if (service && random.next() < service.share) {
      return { number: filled(service.numbers, this.#world.words, random) };
    }
    if (this.#lately.length > 0 && random.next() < again) return random.pick(this.#lately);
    const place = this.#world.stranger(random, oneArea ? this.#agent.area : undefined);
    const { number, area } = this.#world.person(place, this.#hour);
    const callee = { number, place, ...(area === undefined ? {} : { area }) };
    this.#lately.push(callee);
    return callee;
  }

  #callBack(own: Party, { place }: Callee, answered: boolean, ended: number): void {
    if (place === undefined) return;
    const random = this.#random;
    const { callBack, talk } = this.#agent.profile;
    if (random.next() >= (answered ? callBack.answered : callBack.missed)) return;
    const after = ended + 60 * random.between(...callBack.afterMinutes);
    this.#write({
      from: this.#world.person(place, this.#hour),
      to: { number: own.number, ...(own.area === undefined ? {} : { area: own.area }) },
      after,
      ring: RING,
      answered: random.next() < ANSWERED_BACK,
      talk: logNormal(talk, random),
      flow: 'call-back',
      isCaller: false,
    });
  }

  #callBank({ place }: Callee, ended: number, victims: Victims): void {
    if (place === undefined) return;
    const random = this.#random;
    this.#write({
      from: this.#world.person(place, this.#hour),
      to: { number: filled(victims.bank, this.#world.words, random) },
      after: ended + 60 * random.between(...victims.afterMinutes),
      ring: [1, 3],
      answered: true,
      talk: random.between(60, 600),
      flow: 'bank',
      isCaller: false,
    });
  }

  /** Returns the second at which the call has ended. */
  #write({ from, to, after, ring, answered, talk, flow, isCaller }: Call): number {
    const [agent, id] = [this.#agent, this.#newId()];
    const ringSeconds = this.#random.between(...ring);
    const talkSeconds = answered ? Math.max(1, Math.min(7200, Math.round(talk))) : 0;
    const { number, area: _, ...shown } = from;
    const event = {
      kind: 'call.attempt' as const,
      id,
      from: number,
      to: to.number,
      ...shown,
      ...(to.area === undefined ? {} : { calledArea: to.area }),
    };
    const end = {
      kind: 'call.end' as const,
      id: this.#newId(),
      attempt: id,
      ringSeconds,
      talkSeconds,
      answered,
      cause: answered ? CAUSES.answered : CAUSES.missed,
    };
    const ended = after + ringSeconds + talkSeconds;
    const truth = { agent, flow, isCaller };
    this.#steps.push({ after, event, ...truth }, { after: ended, event: end, ...truth });
    return ended;
  }
}
