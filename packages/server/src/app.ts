import { fileURLToPath } from 'node:url';
import { type Numbering, openNumbering } from '@fanzha/vocabulary';
import manifest from '../package.json' with { type: 'json' };
import { createCalls, createCallTraffic } from './calls/index.ts';
import {
  type CountingOptions,
  createDecider,
  createEngine,
  createEngineSignals,
  createSimulation,
  type Decider,
  defineRetention,
  type EventKind,
  type Signal,
  type TrafficSource,
  windowSeed,
} from './engine/index.ts';
import { createIntel, createIntelRoom, type Intel } from './intel/index.ts';
import { createMessages, createMessageTraffic } from './messages/index.ts';
import {
  type Clock,
  type Config,
  contractOperations,
  createAudit,
  createAuth,
  createHealth,
  createHttpServer,
  createJobs,
  createMetrics,
  createOutbox,
  type DatabaseHandle,
  type Logger,
  lockDataFolder,
  migrate,
  openDatabase,
  openPack,
  openVault,
  outboxMigrations,
  type Pack,
  type Room,
  SYSTEM_ACTOR,
  systemClock,
} from './platform/index.ts';

/** What a channel brings: its kinds of events and what is known about them. */
interface Channel {
  readonly kinds: readonly EventKind[];
  readonly signals: readonly Signal[];
}

interface Ground {
  readonly pack: Pack;
  readonly numbering: Numbering;
  readonly intel: Intel;
}

const channelsOf = (ground: Ground): Channel[] => [createCalls(ground), createMessages(ground)];

function deciderOf(ground: Ground, clock: Clock, counting?: CountingOptions): Decider {
  const channels = channelsOf(ground);
  return createDecider({
    ...ground,
    clock,
    ...(counting === undefined ? {} : { counting }),
    kinds: channels.flatMap(({ kinds }) => kinds),
    signals: [
      ...createEngineSignals(ground.pack),
      ...ground.intel.signals,
      ...channels.flatMap(({ signals }) => signals),
    ],
  });
}

function groundOf(packFolder: string): Ground {
  const pack = openPack(packFolder);
  const numbering = openNumbering(pack);
  return { pack, numbering, intel: createIntel({ pack, numbering }) };
}

/**
 * The engine without storage, with every channel of the program: what `screen`, `eval cases` and the server share.
 * Throws when something in the pack is wrong, naming file, field and reason.
 */
export function composeDecider(packFolder: string, clock: Clock): Decider {
  return deciderOf(groundOf(packFolder), clock);
}

/** Where simulated traffic comes from: one source a channel. */
export function composeTraffic(pack: Pack): TrafficSource[] {
  return [createCallTraffic(pack), createMessageTraffic(pack)];
}

/** A program that serves. */
export interface RunningApp {
  /** Where API and console answer. */
  readonly address: string;
  /** One-time link for the first administrator, while there is none. */
  readonly setupLink?: string;
  /** Takes nothing new, finishes what is in flight, and lets go of everything. */
  stop(): Promise<void>;
}

/**
 * Starts everything: takes the data folder, opens and migrates the database, puts the rooms together and listens.
 * What was started is stopped again when a later step fails.
 */
export async function startApp(config: Config, log: Logger, clock: Clock = systemClock): Promise<RunningApp> {
  const undo = new AsyncDisposableStack();
  try {
    const ground = groundOf(config.pack);
    const lock = await lockDataFolder(config.data, { clock, onLost: () => giveUp(log) });
    undo.defer(() => lock.release());
    const database = await openDatabase(config, log);
    undo.defer(() => database.close());
    const running = await openDoors({ ground, config, log, clock, database, undo });
    return { ...running, stop: () => undo.disposeAsync() };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

interface House {
  readonly ground: Ground;
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly database: DatabaseHandle;
  readonly undo: AsyncDisposableStack;
}

async function openDoors(house: House): Promise<Omit<RunningApp, 'stop'>> {
  const { ground, config, log, clock, database, undo } = house;
  const { version } = manifest;
  const { db } = database;
  const metrics = createMetrics();
  const auth = openAuth(house, version);
  const audit = createAudit({ db, clock, log, dataFolder: config.data });
  const vault = openVault(config.data);
  const counting = {
    seed: windowSeed(vault),
    ...(config.windowsMegabytes === undefined ? {} : { budgetMegabytes: config.windowsMegabytes }),
  };
  const engine = await createEngine({
    ...ground,
    decider: deciderOf(ground, clock, counting),
    dataFolder: config.data,
    fsync: config.journalFsync,
    db,
    vault,
    clock,
    log,
    metrics,
  });
  undo.defer(() => engine.stop());
  const jobs = createJobs({ url: database.url, db, clock, log });
  defineRetention(jobs, ground.pack);
  const simulation = createSimulation({
    engine,
    jobs,
    sources: composeTraffic(ground.pack),
    timeZone: ground.pack.timeZone,
    ctx: { actor: SYSTEM_ACTOR, db, clock, locale: 'zh-CN', requestId: 'start', log },
  });
  const rooms: Room[] = [
    { ...outboxMigrations, ...createOutbox({ db, clock, log }) },
    auth,
    audit,
    engine,
    createIntelRoom({ ...ground, lists: ground.intel.lists, db, clock, log }),
    { name: 'jobs', start: jobs.start, stop: jobs.stop },
    simulation,
  ];
  rooms.push(createHealth({ clock, version, database, rooms }));
  await migrate(database.url, rooms, log);
  for (const room of rooms) {
    await room.start?.();
    if (room !== engine) undo.defer(() => room.stop?.());
  }
  const server = await createHttpServer({
    routes: rooms.flatMap(({ routes }) => routes ?? []),
    operations: contractOperations(),
    auth,
    db,
    clock,
    log,
    metrics,
    version,
    isReady: async () => engine.health().state !== 'down' && (await database.isReachable()),
    consoleFolder: fileURLToPath(new URL('../../console/dist', import.meta.url)),
    bodyLimit: config.bodyLimit,
    trustProxy: config.trustProxy,
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
  });
  undo.defer(() => server.close());
  const address = await server.listen({ host: config.host, port: config.port });
  const setupLink = await auth.setupLink(config.publicUrl ?? address);
  return { address, ...(setupLink === undefined ? {} : { setupLink }) };
}

function openAuth({ config, clock, database: { db } }: House, version: string) {
  return createAuth({
    db,
    clock,
    version,
    sessionHours: config.sessionHours,
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
  });
}

/** Another process took the data folder while this one stood still: going on would write over its work. */
function giveUp(log: Logger): void {
  log.error({}, 'the data folder was taken by another process; stopping at once');
  process.exit(4);
}
