import { fileURLToPath } from 'node:url';
import { type Numbering, openNumbering } from '@fanzha/vocabulary';
import manifest from '../package.json' with { type: 'json' };
import { createCalls, createCallTraffic } from './calls/index.ts';
import {
  type BacktestSource,
  type CountingOptions,
  createDecider,
  createEngine,
  createEngineSignals,
  createModelRegistry,
  createModelRoom,
  createPolicyLife,
  createRuleWork,
  createSimulation,
  type Decider,
  defineRetention,
  ENGINE_MIGRATIONS,
  type EventKind,
  importPack,
  type ModelHost,
  type ModelSetting,
  openModelFolder,
  policyGround,
  type ReplayStart,
  readSetting,
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
  type Config,
  type Context,
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
  silentLogger,
  systemClock,
  type Vault,
} from './platform/index.ts';

/** What a channel brings: its kinds of events and what is known about them. */
interface Channel {
  readonly kinds: readonly EventKind[];
  readonly signals: readonly Signal[];
  readonly models?: readonly ModelHost[];
}

interface Ground {
  readonly pack: Pack;
  readonly numbering: Numbering;
  readonly intel: Intel;
  readonly channels: readonly Channel[];
}

type DeciderOptions = Pick<Parameters<typeof createDecider>[0], 'counting' | 'setting' | 'subjectToken'>;

function deciderOf(ground: Ground, clock: Clock, options: DeciderOptions = {}): Decider {
  return createDecider({ ...ground, ...sensesOf(ground), clock, ...options });
}

/** Kinds of events and what is known about them, of every channel. */
function sensesOf({ pack, intel, channels }: Ground): Channel {
  return {
    kinds: channels.flatMap(({ kinds }) => kinds),
    signals: [...createEngineSignals(pack), ...intel.signals, ...channels.flatMap(({ signals }) => signals)],
  };
}

function groundOf(packFolder: string): Ground {
  const pack = openPack(packFolder);
  const numbering = openNumbering(pack);
  const country = { pack, numbering };
  const channels = [createCalls(country), createMessages(country)];
  return { ...country, intel: createIntel(country), channels };
}

/**
 * The engine without storage, with every channel of the program: what `screen`, `eval cases` and the server share.
 * Throws when something in the pack is wrong, naming file, field and reason.
 */
export function composeDecider(packFolder: string, clock: Clock): Decider {
  return deciderOf(groundOf(packFolder), clock);
}

/** What an installation has changed since its pack; plain data. */
interface Knowledge {
  readonly lists: ListDelta;
  readonly models: ModelSetting;
}

/** What a replay of a data folder decides with. */
export async function composeReplay({
  packFolder,
  dataFolder,
  knowledge,
}: ReplayStart): Promise<BacktestSource> {
  const ground = groundOf(packFolder);
  if (knowledge !== undefined) {
    const { lists, models } = knowledge as Knowledge;
    await ground.intel.lists.apply(lists);
    await useModels(hostsOf(ground), openModelFolder(dataFolder), models, silentLogger);
  }
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

const hostsOf = ({ channels }: Ground): ModelHost[] => channels.flatMap(({ models }) => models ?? []);

/** The same, with what the database of an installation knows. */
export async function composeReplayOf(
  { db, clock, log }: Context,
  folders: Omit<ReplayStart, 'knowledge'>,
): Promise<BacktestSource> {
  const ground = groundOf(folders.packFolder);
  const intel = createIntelRoom({ ...ground, lists: ground.intel.lists, db, clock, log });
  const registry = createModelRegistry(hostsOf(ground), openModelFolder(folders.dataFolder), log);
  const lists = await intel.listChangesSince(0);
  const knowledge: Knowledge = { lists, models: await registry.setting({ db }) };
  return composeReplay({ ...folders, knowledge });
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
  const jobs = createJobs({ url: database.url, db, clock, log });
  const outbox = createOutbox({ db, clock, log });
  const models = openModels(house, jobs);
  const intel = createIntelRoom({ ...ground, lists: ground.intel.lists, db, clock, log });
  const ctx = { actor: SYSTEM_ACTOR, db, clock, locale: 'zh-CN', requestId: 'start', log } as const;
  const engineTables = { name: 'engine', migrations: ENGINE_MIGRATIONS };
  await migrate(database.url, [outboxMigrations, auth, audit, engineTables, models, intel], log);
  const policy = await openPolicy(house, { ctx, vault, jobs, outbox, counting });
  const { decider } = policy;
  const engine = await createEngine({
    ...ground,
    decider,
    newTally: models.newTally,
    dataFolder: config.data,
    fsync: config.journalFsync,
    db,
    vault,
    clock,
    log,
    metrics,
  });
  undo.defer(() => engine.stop());
  defineRetention(jobs, ground.pack);
  const simulation = createSimulation({
    engine,
    jobs,
    sources: composeTraffic(ground.pack),
    timeZone: ground.pack.timeZone,
    ctx,
  });
  const knowledge = async (): Promise<Knowledge> => ({
    lists: await intel.listChangesSince(0),
    models: await models.modelSetting(),
  });
  const ruleWork = openRuleWork(house, { decider, jobs, ctx, knowledge });
  const rooms: Room[] = [
    { ...outboxMigrations, ...outbox },
    auth,
    audit,
    engine,
    policy.room,
    models,
    intel,
    ruleWork,
    { name: 'jobs', start: jobs.start, stop: jobs.stop },
    simulation,
  ];
  rooms.push(createHealth({ clock, version, database, rooms }));
  for (const room of rooms) {
    await room.start?.();
    if (room !== engine) undo.defer(() => room.stop?.());
  }
  return listen(house, { rooms, auth, metrics, engine });
}

interface Doors {
  readonly rooms: readonly Room[];
  readonly auth: ReturnType<typeof openAuth>;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly engine: Awaited<ReturnType<typeof createEngine>>;
}

async function listen(house: House, { rooms, auth, metrics, engine }: Doors) {
  const { config, log, clock, database, undo } = house;
  const server = await createHttpServer({
    routes: rooms.flatMap(({ routes }) => routes ?? []),
    operations: contractOperations(),
    auth,
    db: database.db,
    clock,
    log,
    metrics,
    version: manifest.version,
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

function openModels({ ground, config, database: { db }, log }: House, jobs: ReturnType<typeof createJobs>) {
  return createModelRoom({
    hosts: hostsOf(ground),
    signals: sensesOf(ground).signals,
    pack: ground.pack,
    dataFolder: config.data,
    db,
    jobs,
    log,
  });
}

interface PolicyTools {
  readonly ctx: Context;
  readonly vault: Vault;
  readonly jobs: ReturnType<typeof createJobs>;
  readonly outbox: ReturnType<typeof createOutbox>;
  readonly counting: CountingOptions;
}

/** The policy that is live here, the decider that decides by it, and the room where people work on it. */
async function openPolicy(
  { ground, clock }: House,
  { ctx, vault, counting, ...tools }: PolicyTools,
): Promise<{ decider: Decider; room: Room }> {
  const { kinds, signals } = sensesOf(ground);
  const parts = { pack: ground.pack, ground: policyGround(ground.pack, kinds, signals) };
  await importPack(ctx, parts);
  const loaded = await readSetting(ctx, parts);
  const subjectToken = (value: string) => vault.token(SUBJECT_TOKEN, value);
  const decider = deciderOf(ground, clock, { counting, setting: loaded.setting, subjectToken });
  const { numbering } = ground;
  const room = createPolicyLife({
    ...parts,
    ...tools,
    clock,
    log: ctx.log,
    numbering,
    sealer: vault,
    loaded,
    adopt: decider.adopt,
  });
  return { decider, room };
}

type RuleWork = Parameters<typeof createRuleWork>[0];

/** Backtests, labels and the health of rules; replays run in a thread of their own. */
function openRuleWork(
  { ground, config }: House,
  parts: Pick<RuleWork, 'decider' | 'jobs' | 'ctx' | 'knowledge'>,
) {
  return createRuleWork({
    ...parts,
    pack: ground.pack,
    packFolder: config.pack,
    dataFolder: config.data,
    worker: new URL('./replay-worker.ts', import.meta.url),
  });
}

/** Another process took the data folder while this one stood still: going on would write over its work. */
function giveUp(log: Logger): void {
  log.error({}, 'the data folder was taken by another process; stopping at once');
  process.exit(4);
}
