import { join } from 'node:path';
import { type Numbering, openNumbering } from '@fanzha/vocabulary';
import {
  type Calls,
  createCalls,
  createCallTraffic,
  createLineRoom,
  type LineDelta,
  readLineRegister,
} from './calls/index.ts';
import {
  type BacktestSource,
  type CountingOptions,
  createDecider,
  createEngineSignals,
  createModelRegistry,
  type Decider,
  type EventKind,
  type HostedCore,
  type ModelHost,
  type ModelSetting,
  openCore,
  openModelFolder,
  type PolicySetting,
  type ReplayStart,
  type Signal,
  SUBJECT_TOKEN,
  type TrafficSource,
  useModels,
  windowSeed,
} from './engine/index.ts';
import { createIntel, createIntelRoom, type Intel, type ListDelta } from './intel/index.ts';
import { createMessages, createMessageTraffic } from './messages/index.ts';
import {
  type Clock,
  type Context,
  type Logger,
  lockAfterOther,
  openPack,
  openVault,
  type Pack,
  silentLogger,
  systemClock,
  type Vault,
} from './platform/index.ts';

/** What a channel brings: its kinds of events and what is known about them. */
export interface Channel {
  readonly kinds: readonly EventKind[];
  readonly signals: readonly Signal[];
  readonly models?: readonly ModelHost[];
}

/** A pack, and what every room makes of it. */
export interface Ground {
  readonly pack: Pack;
  readonly numbering: Numbering;
  readonly intel: Intel;
  readonly channels: readonly Channel[];
  /** The register of lines. */
  readonly lines: Calls['lines'];
}

type DeciderOptions = Pick<Parameters<typeof createDecider>[0], 'counting' | 'setting' | 'subjectToken'>;

/** What decides over a ground, with the policy of the pack unless another is given. */
export function deciderOf(ground: Ground, clock: Clock, options: DeciderOptions = {}): Decider {
  return createDecider({ ...ground, ...sensesOf(ground), clock, ...options });
}

/** Kinds of events and what is known about them, of every channel. */
export function sensesOf({ pack, intel, channels }: Ground): Channel {
  return {
    kinds: channels.flatMap(({ kinds }) => kinds),
    signals: [...createEngineSignals(pack), ...intel.signals, ...channels.flatMap(({ signals }) => signals)],
  };
}

/** Throws when something in the pack is wrong. */
export function groundOf(packFolder: string): Ground {
  const pack = openPack(packFolder);
  const numbering = openNumbering(pack);
  const country = { pack, numbering };
  const calls = createCalls(country);
  const channels = [calls, createMessages(country)];
  return { ...country, intel: createIntel(country), channels, lines: calls.lines };
}

/**
 * The engine without storage, with every channel of the program: what `screen`, `eval cases` and the server share.
 * Throws when something in the pack is wrong, naming file, field and reason.
 */
export function composeDecider(packFolder: string, clock: Clock): Decider {
  return deciderOf(groundOf(packFolder), clock);
}

/** The same with a register of lines, as the content of its file. Throws an Error that names every wrong field of it. */
export async function composeDeciderWith(
  packFolder: string,
  clock: Clock,
  register: unknown,
): Promise<Decider> {
  const ground = groundOf(packFolder);
  if (register !== undefined) await ground.lines.apply(readLineRegister(register, ground));
  return deciderOf(ground, clock);
}

/** What detection is measured with: the policy of the pack, and a register of lines to be told. */
export function composeDetection(packFolder: string, windowsMegabytes: number) {
  const pack = openPack(packFolder);
  const numbering = openNumbering(pack);
  const calls = createCalls({ pack, numbering });
  const { lines } = calls;
  const ground = { pack, numbering, intel: createIntel({ pack, numbering }), channels: [calls], lines };
  const counting = { budgetMegabytes: windowsMegabytes };
  return { pack, numbering, decider: deciderOf(ground, systemClock, { counting }), lines };
}

/** What an installation has changed since its pack; plain data. */
export interface Knowledge {
  readonly lists: ListDelta;
  readonly models: ModelSetting;
  readonly lines: LineDelta;
}

/** Takes in what an installation has changed. */
async function learn(
  ground: Ground,
  dataFolder: string,
  { lists, models, lines }: Knowledge,
  log: Logger,
): Promise<void> {
  await ground.intel.lists.apply(lists);
  await ground.lines.apply(lines);
  await useModels(hostsOf(ground), openModelFolder(dataFolder), models, log);
}

/** What a replay of a data folder decides with. */
export async function composeReplay({
  packFolder,
  dataFolder,
  knowledge,
}: ReplayStart): Promise<BacktestSource> {
  const ground = groundOf(packFolder);
  if (knowledge !== undefined) await learn(ground, dataFolder, knowledge as Knowledge, silentLogger);
  const vault = openVault(dataFolder);
  return {
    pack: ground.pack,
    ground: deciderOf(ground, systemClock).ground,
    seed: windowSeed(vault),
    subjectToken: (value) => vault.token(SUBJECT_TOKEN, value),
    dataFolder,
    sealer: vault,
    displayNumber: (canonical) => ground.numbering.display(canonical),
  };
}

/** Models of every channel. */
export const hostsOf = ({ channels }: Ground): ModelHost[] => channels.flatMap(({ models }) => models ?? []);

/** The same, with what the database of an installation knows. */
export async function composeReplayOf(
  { db, clock, log }: Context,
  folders: Omit<ReplayStart, 'knowledge'>,
): Promise<BacktestSource> {
  const ground = groundOf(folders.packFolder);
  const intel = createIntelRoom({ ...ground, lists: ground.intel.lists, db, clock, log });
  const registry = createModelRegistry(hostsOf(ground), openModelFolder(folders.dataFolder), log);
  const register = createLineRoom({ ...ground, db, log });
  const knowledge: Knowledge = {
    lists: await intel.listChangesSince(0),
    models: await registry.setting({ db }),
    lines: await register.lineChangesSince(0),
  };
  return composeReplay({ ...folders, knowledge });
}

/** Where simulated traffic comes from: one source a channel. */
export function composeTraffic(pack: Pack): TrafficSource[] {
  return [createCallTraffic(pack), createMessageTraffic(pack)];
}

/** What the deciding process is told at its beginning; plain data. */
export interface CoreStart extends Knowledge {
  readonly packFolder: string;
  readonly dataFolder: string;
  readonly fsync: boolean;
  readonly windowsMegabytes?: number;
  readonly setting: PolicySetting;
}

/** The deciding part of the program, for a process of its own. */
export function composeCore(log: Logger, clock: Clock): HostedCore {
  let ground: Ground | undefined;
  let dataFolder = '';
  return {
    open: async (knowledge, listener, onGrown) => {
      const start = knowledge as CoreStart;
      dataFolder = start.dataFolder;
      ground = groundOf(start.packFolder);
      await learn(ground, dataFolder, start, log);
      const lock = await lockJournal(dataFolder, log, clock);
      const vault = openVault(dataFolder);
      const decider = deciderOf(ground, clock, {
        counting: countingOf(vault, start.windowsMegabytes),
        setting: start.setting,
        subjectToken: (value) => vault.token(SUBJECT_TOKEN, value),
      });
      const { pack } = ground;
      return openCore({
        decider,
        pack,
        dataFolder,
        fsync: start.fsync,
        vault,
        clock,
        log,
        listener,
        onGrown,
        onStopped: () => lock.release(),
      });
    },
    learn: async (what, news) => {
      if (!ground) throw new Error('the core is not open yet');
      if (what === 'models') {
        await useModels(hostsOf(ground), openModelFolder(dataFolder), news as ModelSetting, log);
        return;
      }
      const book = what === 'lines' ? ground.lines : ground.intel.lists;
      if ((await book.apply(news as LineDelta & ListDelta)) === 'gap') {
        throw new Error(`changes of ${what} are missing between those known and these`);
      }
    },
  };
}

/** A deciding process that has lost the one that started it writes down what it knows: this long it may take. */
const LAST_WRITES_MS = 20_000;

/** Two deciding processes must never write one journal: the one of a killed program has to be gone. */
function lockJournal(dataFolder: string, log: Logger, clock: Clock) {
  return lockAfterOther(join(dataFolder, 'journal'), {
    clock,
    killAfterMs: LAST_WRITES_MS,
    onWait: ({ pid }) =>
      log.warn({ pid }, 'the deciding process of a killed program still writes: waiting for it'),
    onKill: ({ pid }) => log.error({ pid }, 'the deciding process of a killed program hangs: ended it'),
    onLost: () => {
      log.error({}, 'the journal was taken by another process; stopping at once');
      process.exit(4);
    },
  });
}

/** How counters are kept: hashed by a lasting secret of the installation. */
export function countingOf(vault: Vault, megabytes: number | undefined): CountingOptions {
  return { seed: windowSeed(vault), ...(megabytes === undefined ? {} : { budgetMegabytes: megabytes }) };
}
