import type { LineRoute } from '@fanzha/contract';
import type {
  CompleteKind,
  KnownLine,
  LineBook,
  LineDelta,
  LineFinding,
  LineQuestion,
  LineRouting,
  LineStep,
  LineValidity,
} from './line.model.ts';
import { isWithin, type WeekSpan, weekSpans } from './line-hours.model.ts';
import { keptSpan, NumberDirectory } from './line-number.model.ts';
import type { LineRegisterFile, LineRole } from './line-setting.model.ts';

/** How days and hours of a zone lie in time; all instants in ms since the epoch. */
export interface ZoneTime {
  dayStart(date: string, timeZone: string): number;
  /** First instant after a day. */
  dayEnd(date: string, timeZone: string): number;
  offsetAt(at: number, timeZone: string): number;
}

export interface LineBookParts {
  readonly kinds: LineRegisterFile['kinds'];
  readonly timeZone: string;
  readonly zone: ZoneTime;
  /** Lets decisions be made between two pieces of a large change. */
  readonly breathe: () => Promise<void>;
}

/** Lines taken in at once: a few milliseconds of work. */
const PIECE = 50;
/** Days whose beginning is remembered: asking a time zone takes longer than everything else about a line. */
const MOST_DAYS = 5000;
const DAY_MS = 86_400_000;
/** Zones change their offset on quarters of an hour. */
const STEP_MS = 900_000;

/** A line made ready for looking up. */
interface Ready {
  readonly known: KnownLine;
  readonly role: LineRole;
  readonly timeZone: string;
  readonly from: number;
  readonly until: number;
  readonly hours: readonly WeekSpan[];
}

/** The register in memory, for the process that decides. */
export function createLineBook(parts: LineBookParts): LineBook {
  return new Book(parts);
}

class Book implements LineBook {
  readonly #parts: LineBookParts;
  readonly #roles: ReadonlyMap<string, LineRole>;
  #lines = new Map<string, Ready>();
  #numbers = new NumberDirectory<Ready>();
  /** Lines that have a trunk for themselves, and return trunks, by trunk; those that name only a carrier, by ''. */
  #dedicated = new Map<string, readonly Ready[]>();
  #returns = new Map<string, readonly Ready[]>();
  #complete: readonly CompleteKind[] = [];
  #days = new Map<string, number>();
  #offsets = new Map<string, { step: number; offset: number }>();
  #version = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: LineBookParts) {
    this.#parts = parts;
    this.#roles = new Map(parts.kinds.map(({ code, role }) => [code, role]));
  }

  get version(): number {
    return this.#version;
  }

  find(question: LineQuestion): LineFinding | undefined {
    if (this.#lines.size === 0) return undefined;
    const { caller, line: name } = question;
    const mine = caller === undefined ? [] : this.#numbers.find(caller);
    const named = name === undefined ? undefined : this.#lines.get(name);
    if (named?.role === 'line') return this.#finding(named, question, mine.includes(named));
    const dedicated = this.#best(this.#dedicatedTo(question), question, mine);
    if (dedicated !== undefined) return this.#finding(dedicated, question, mine.includes(dedicated));
    if (mine.length === 0) return undefined;
    const own = this.#best(
      mine.filter(({ role }) => role === 'line'),
      question,
      mine,
    );
    return own && this.#finding(own, question, true);
  }

  findReturn(question: LineQuestion): LineFinding | undefined {
    const { trunk, caller } = question;
    const found = [...(this.#returns.get(trunk ?? '') ?? []), ...(this.#returns.get('') ?? [])];
    const mine = caller === undefined ? [] : this.#numbers.find(caller);
    const open = found.filter((line) => line.known.content.numbers.length === 0 || mine.includes(line));
    return this.#proven(open, question);
  }

  findForwarding(question: LineQuestion): LineFinding | undefined {
    const { caller } = question;
    if (caller === undefined) return undefined;
    return this.#proven(
      this.#numbers.find(caller).filter(({ role }) => role === 'forwarding'),
      question,
    );
  }

  mustBeRegistered(caller: string | undefined, at: number): boolean {
    if (caller === undefined || this.#complete.length === 0) return false;
    return this.#parts.kinds.some(
      ({ code, prefixes }) =>
        prefixes.some((prefix) => caller.startsWith(prefix)) && this.isComplete(code, at),
    );
  }

  isComplete(kind: string, at: number): boolean {
    return this.#complete.some((each) => each.kind === kind && each.since <= at);
  }

  apply(delta: LineDelta): Promise<'applied' | 'known' | 'gap'> {
    const next = this.#work.then(() => this.#apply(delta));
    this.#work = next.catch(() => undefined);
    return next;
  }

  reset(): void {
    this.#lines = new Map();
    this.#numbers = new NumberDirectory();
    this.#dedicated = new Map();
    this.#returns = new Map();
    this.#complete = [];
    this.#version = 0;
  }

  async #apply({ from, to, steps, complete }: LineDelta): Promise<'applied' | 'known' | 'gap'> {
    if (to <= this.#version) return 'known';
    if (from > this.#version) return 'gap';
    for (let start = 0; start < steps.length; start += PIECE) {
      for (const step of steps.slice(start, start + PIECE)) this.#take(step);
      await this.#parts.breathe();
    }
    this.#complete = complete;
    this.#version = to;
    return 'applied';
  }

  #take({ id, line }: LineStep): void {
    const before = this.#lines.get(id);
    if (before) this.#drop(before);
    if (!line) return;
    const { timeZone = this.#parts.timeZone, validFrom, validUntil, hours, kind } = line.content;
    const ready: Ready = {
      known: line,
      role: this.#roles.get(kind) ?? 'line',
      timeZone,
      from: this.#day('dayStart', validFrom, timeZone),
      until: validUntil === undefined ? Number.POSITIVE_INFINITY : this.#day('dayEnd', validUntil, timeZone),
      hours: weekSpans(hours),
    };
    this.#lines.set(id, ready);
    for (const number of line.content.numbers) this.#numbers.add(keptSpan(number), ready);
    const places = this.#placesOf(ready);
    for (const trunk of trunksOf(ready)) places?.set(trunk, [...(places.get(trunk) ?? []), ready]);
  }

  #day(edge: 'dayStart' | 'dayEnd', date: string, timeZone: string): number {
    const key = `${edge} ${date} ${timeZone}`;
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    const at = this.#parts.zone[edge](date, timeZone);
    if (this.#days.size >= MOST_DAYS) this.#days.clear();
    this.#days.set(key, at);
    return at;
  }

  #drop(line: Ready): void {
    this.#lines.delete(line.known.id);
    for (const number of line.known.content.numbers) this.#numbers.remove(keptSpan(number), line);
    const places = this.#placesOf(line);
    for (const trunk of trunksOf(line)) {
      const left = (places?.get(trunk) ?? []).filter((kept) => kept !== line);
      if (left.length === 0) places?.delete(trunk);
      else places?.set(trunk, left);
    }
  }

  #placesOf({ role, known }: Ready): Map<string, readonly Ready[]> | undefined {
    if (role === 'return') return this.#returns;
    return role === 'line' && known.content.dedicated ? this.#dedicated : undefined;
  }

  #dedicatedTo(question: LineQuestion): readonly Ready[] {
    if (question.trunk === undefined || this.#dedicated.size === 0) return [];
    const found = this.#dedicated.get(question.trunk) ?? [];
    return found.filter(({ known }) => routingOf(known.content.routes, question) === 'right');
  }

  /** Of several, the one that fits the call best: its number, its days, its route. */
  #best(lines: readonly Ready[], question: LineQuestion, mine: readonly Ready[]): Ready | undefined {
    if (lines.length <= 1) return lines[0];
    const worth = (line: Ready): number =>
      (mine.includes(line) ? 4 : 0) +
      (standingOf(line, question.at) === 'active' ? 2 : 0) +
      (['open', 'right'].includes(routingOf(line.known.content.routes, question)) ? 1 : 0);
    return lines.reduce((best, line) => (worth(line) > worth(best) ? line : best));
  }

  /** The first that is valid and by whose route the call came for sure. */
  #proven(lines: readonly Ready[], question: LineQuestion): LineFinding | undefined {
    const proven = lines.find(
      (line) =>
        standingOf(line, question.at) === 'active' &&
        routingOf(line.known.content.routes, question) === 'right',
    );
    return proven && this.#finding(proven, question, true);
  }

  #finding(line: Ready, question: LineQuestion, authorised: boolean): LineFinding {
    const { known, hours, timeZone, until } = line;
    const { kind, owner, use, routes, abroad } = known.content;
    const { at } = question;
    return {
      id: known.id,
      kind,
      owner,
      use,
      standing: standingOf(line, at),
      expiredDays: at < until ? 0 : Math.floor((at - until) / DAY_MS) + 1,
      authorised,
      routing: routingOf(routes, question),
      withinHours: hours.length === 0 || isWithin(hours, at, this.#offset(at, timeZone)),
      abroad,
    };
  }

  #offset(at: number, timeZone: string): number {
    const step = Math.floor(at / STEP_MS);
    const last = this.#offsets.get(timeZone);
    if (last?.step === step) return last.offset;
    const offset = this.#parts.zone.offsetAt(at, timeZone);
    this.#offsets.set(timeZone, { step, offset });
    return offset;
  }
}

function trunksOf({ known }: Ready): string[] {
  return [...new Set(known.content.routes.map(({ trunk = '' }) => trunk))];
}

function standingOf({ known, from, until }: Ready, at: number): LineValidity {
  if (known.state === 'suspended') return 'suspended';
  if (at < from) return 'not-yet-valid';
  return at < until ? 'active' : 'expired';
}

function routingOf(routes: readonly LineRoute[], { trunk, carrier }: LineQuestion): LineRouting {
  if (routes.length === 0) return 'open';
  let untold = false;
  for (const route of routes) {
    const trunkFits = route.trunk === undefined || route.trunk === trunk;
    const carrierFits = route.carrier === undefined || route.carrier === carrier;
    if (trunkFits && carrierFits) return 'right';
    const maybe = (trunkFits || trunk === undefined) && (carrierFits || carrier === undefined);
    untold ||= maybe;
  }
  return untold ? 'untold' : 'wrong';
}
