import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import {
  CALL_MIGRATIONS,
  callTally,
  createCdrRoom,
  createLineRoom,
  createNumberRoom,
  createPatternRoom,
  createSipRoom,
} from './calls/index.ts';
import {
  type CoreStart,
  composeTraffic,
  countingOf,
  deciderOf,
  type Ground,
  groundOf,
  hostsOf,
  type Knowledge,
  sensesOf,
} from './compose.ts';
import {
  type CoreListener,
  createEngine,
  createModelRoom,
  createPolicyLife,
  createRuleWork,
  createSimulation,
  type Decider,
  defineRetention,
  ENGINE_MIGRATIONS,
  type EngineCore,
  importPack,
  type ModelSetting,
  openCore,
  openRemoteCore,
  overloadSetting,
  policyGround,
  type RemoteCore,
  readSetting,
  SUBJECT_TOKEN,
  startCoreProcess,
  viewJournal,
} from './engine/index.ts';
import { createIntelRoom } from './intel/index.ts';
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
  openVault,
  outboxMigrations,
  type Room,
  SYSTEM_ACTOR,
  systemClock,
  type Vault,
} from './platform/index.ts';

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

/** Tables of rooms that others open. */
const TABLES = [
  { name: 'engine', migrations: ENGINE_MIGRATIONS },
  { name: 'calls', migrations: CALL_MIGRATIONS },
];

async function openDoors(house: House): Promise<Omit<RunningApp, 'stop'>> {
  const { ground, config, log, clock, database, undo } = house;
  const { version } = manifest;
  const { db } = database;
  const metrics = createMetrics();
  const auth = openAuth(house, version);
  const audit = createAudit({ db, clock, log, dataFolder: config.data });
  const vault = openVault(config.data);
  const jobs = createJobs({ url: database.url, db, clock, log });
  const outbox = createOutbox({ db, clock, log });
  const told: Told = {};
  const models = openModels(house, jobs, (setting) => void told.core?.learn('models', setting));
  const intel = createIntelRoom({ ...ground, lists: ground.intel.lists, db, clock, log });
  const lines = createLineRoom({ ...ground, db, log });
  const ctx = { actor: SYSTEM_ACTOR, db, clock, locale: 'zh-CN', requestId: 'start', log } as const;
  await migrate(database.url, [outboxMigrations, auth, audit, ...TABLES, models, intel], log);
  const policy = await openPolicy(house, { ctx, vault, jobs, outbox, told });
  const { decider } = policy;
  const knowledge = async (): Promise<Knowledge> => ({
    lists: await intel.listChangesSince(0),
    models: await models.modelSetting(),
    lines: await lines.lineChangesSince(0),
  });
  const engine = await createEngine({
    ...ground,
    decider,
    vault,
    clock,
    log,
    newTally: models.newTally,
    tallies: [callTally],
    db,
    metrics,
    open: (listener) => openDeciding(house, { decider, vault, knowledge, told, listener }),
  });
  intel.watchLists((delta) => void tell(told, 'lists', delta, () => intel.listChangesSince(0)));
  lines.watchLines((delta) => void tell(told, 'lines', delta, () => lines.lineChangesSince(0)));
  undo.defer(() => engine.stop());
  defineRetention(jobs, ground.pack);
  const simulation = openSimulation(ground, { engine, jobs, ctx });
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
    lines,
    ...openCalls(house, { decider, engine, intel, metrics, vault, jobs, ctx }),
  ];
  rooms.push(createHealth({ clock, version, database, rooms }));
  for (const room of rooms) {
    await room.start?.();
    if (room !== engine) undo.defer(() => room.stop?.());
  }
  return listen(house, { rooms, auth, metrics, engine });
}

/** Made-up traffic; what was counted of it goes when it is removed. */
function openSimulation(
  { pack }: Ground,
  parts: Pick<Parameters<typeof createSimulation>[0], 'engine' | 'jobs' | 'ctx'>,
): Room {
  const { timeZone } = pack;
  return createSimulation({ ...parts, sources: composeTraffic(pack), tallies: [callTally], timeZone });
}

type CallTools = Pick<Doors, 'engine' | 'metrics'> &
  Pick<PolicyTools, 'ctx' | 'jobs'> & {
    readonly decider: Decider;
    readonly intel: ReturnType<typeof createIntelRoom>;
    readonly vault: Vault;
  };

/** What calls need beside the engine: doors in signalling, the pages of numbers, and call records. */
function openCalls(
  { ground, config, clock, log }: House,
  { decider, intel, ctx, jobs, ...tools }: CallTools,
): Room[] {
  const parse: Decider['parse'] = (input, locale) => decider.parse(input, locale);
  const { texts } = decider;
  const { study } = tools.engine;
  const { listChangesOf } = intel;
  const { data: dataFolder, cdrFolder } = config;
  const cdr = { ...tools, pack: ground.pack, parse, jobs, dataFolder, ctx };
  return [
    createSipRoom({ ...ground, config, parse, clock, log, ...tools }),
    createNumberRoom({ ...ground, study, words: texts, listChangesOf }),
    createPatternRoom({
      pack: ground.pack,
      jobs,
      countryName: (code) => texts.value('caller.country', code),
    }),
    createCdrRoom({ ...cdr, ...(cdrFolder === undefined ? {} : { folder: cdrFolder }) }),
  ];
}

/** A process that decides, once there is one: it is told what changes here. */
interface Told {
  core?: RemoteCore;
}

interface Deciding {
  readonly decider: Decider;
  readonly vault: Vault;
  readonly knowledge: () => Promise<Knowledge>;
  readonly told: Told;
  readonly listener: CoreListener;
}

/** Opens what decides: here, or in a process of its own. */
async function openDeciding(
  { ground, config, clock, log }: House,
  { decider, vault, knowledge, told, listener }: Deciding,
): Promise<EngineCore> {
  const { data: dataFolder, pack: packFolder, journalFsync: fsync, windowsMegabytes } = config;
  if (!config.engineApart) {
    return openCore({ decider, pack: ground.pack, dataFolder, fsync, vault, clock, log, listener });
  }
  const program = new URL('./engine-process.ts', import.meta.url);
  told.core = await openRemoteCore({
    connect: (onNews) => startCoreProcess(program, [config.logLevel], onNews),
    knowledge: async (): Promise<CoreStart> => ({
      ...(await knowledge()),
      packFolder,
      dataFolder,
      fsync,
      ...(windowsMegabytes === undefined ? {} : { windowsMegabytes }),
      setting: decider.setting,
    }),
    listener,
    standIn: { decider, setting: overloadSetting(ground.pack) },
    view: viewJournal({ folder: join(dataFolder, 'journal'), sealer: vault, log }),
    log,
  });
  return told.core;
}

/** A process that missed a change is told everything again. */
async function tell<T>(
  { core }: Told,
  what: 'lists' | 'lines',
  delta: T,
  all: () => Promise<T>,
): Promise<void> {
  if (!core) return;
  await core.learn(what, delta).catch(async () => core.learn(what, await all()));
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

function openModels(
  { ground, config, database: { db }, log }: House,
  jobs: ReturnType<typeof createJobs>,
  onChanged: (setting: ModelSetting) => void,
) {
  return createModelRoom({
    hosts: hostsOf(ground),
    signals: sensesOf(ground).signals,
    pack: ground.pack,
    dataFolder: config.data,
    db,
    jobs,
    log,
    onChanged,
  });
}

interface PolicyTools {
  readonly ctx: Context;
  readonly vault: Vault;
  readonly jobs: ReturnType<typeof createJobs>;
  readonly outbox: ReturnType<typeof createOutbox>;
  readonly told: Told;
}

/** The policy that is live here, the decider that decides by it, and the room where people work on it. */
async function openPolicy(
  { ground, clock, config }: House,
  { ctx, vault, told, ...tools }: PolicyTools,
): Promise<{ decider: Decider; room: Room }> {
  const { kinds, signals } = sensesOf(ground);
  const parts = { pack: ground.pack, ground: policyGround(ground.pack, kinds, signals) };
  await importPack(ctx, parts);
  const loaded = await readSetting(ctx, parts);
  const subjectToken = (value: string) => vault.token(SUBJECT_TOKEN, value);
  const decider = deciderOf(ground, clock, {
    counting: countingOf(vault, config.windowsMegabytes),
    setting: loaded.setting,
    subjectToken,
  });
  const { numbering } = ground;
  const room = createPolicyLife({
    ...parts,
    ...tools,
    clock,
    log: ctx.log,
    numbering,
    sealer: vault,
    loaded,
    adopt: async (setting, at) => {
      decider.adopt(setting, at);
      await told.core?.adopt(setting, at);
    },
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
