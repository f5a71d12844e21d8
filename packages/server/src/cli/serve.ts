import type { Command } from 'commander';
import {
  type Config,
  collectRarely,
  createLogger,
  type Logger,
  OPTION_NAMES,
  OPTIONS,
  readConfig,
} from '../platform/index.ts';
import { CommandError, EXIT, say } from './terminal.ts';

/** What is in flight may take this long to end after a stop was asked for. */
const STOP_WITHIN_MS = 30_000;
/** A terminal, npm and our launcher may each pass on one Ctrl-C: only a later one is a second. */
const SAME_SIGNAL_MS = 1000;

interface RunningApp {
  readonly address: string;
  readonly setupLink?: string;
  stop(): Promise<void>;
}

/** `fanzha serve`. */
export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('run the server and the console until stopped · 启动服务与控制台');
  for (const name of OPTION_NAMES) {
    const { flag, doc, variable } = OPTIONS[name];
    command.option(`${flag} <value>`, `${doc.en} · ${doc['zh-CN']} (${variable})`);
  }
  command.action(async (flags: Partial<Record<keyof Config, string>>) => {
    const { config } = readConfig(flags);
    collectRarely();
    const log = createLogger(config.logLevel);
    const asked = stopRequest();
    const app = await start(config, log);
    announce(app, config);
    await asked.first;
    await stop(app, asked.second);
    // Whatever still holds the process open has had its time.
    process.exit(EXIT.ok);
  });
}

async function start(config: Config, log: Logger): Promise<RunningApp> {
  const { startApp } = await import('../app.ts');
  try {
    return await startApp(config, log);
  } catch (error) {
    throw portProblem(error as NodeJS.ErrnoException, config) ?? error;
  }
}

function portProblem(error: NodeJS.ErrnoException, { host, port }: Config): CommandError | undefined {
  const other = '--port, FANZHA_PORT';
  switch (error.code) {
    case 'EADDRINUSE':
      return new CommandError(
        `端口 ${port} 已被占用，请换一个 / port ${port} is in use, choose another (${other})`,
        EXIT.busy,
      );
    case 'EACCES':
      if (error.syscall !== 'listen') return undefined;
      return new CommandError(
        `无权使用端口 ${port} / not permitted to use port ${port}, choose one from 1024 on (${other})`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CommandError(
        `本机没有地址 ${host} / this machine has no address ${host} (--host, FANZHA_HOST)`,
      );
    default:
      return undefined;
  }
}

function announce(app: RunningApp, config: Config): void {
  say('');
  say(`  Fanzha 反诈        ${app.address}`);
  if (app.setupLink !== undefined) {
    say(`  首次设置 / set up  ${app.setupLink}`);
    say('                     一次有效，用于创建第一位管理员 / works once, makes the first administrator');
  }
  say(`  数据 / data        ${config.data}`);
  if (['127.0.0.1', 'localhost', '::1'].includes(config.host)) {
    say('  仅限本机访问，对外开放用 --host 0.0.0.0 / this machine only; --host 0.0.0.0 lets others in');
  }
  say('  停止 / stop        Ctrl-C');
  say('');
}

/** Settles when somebody wants the program to end: by signal, or because the launcher that started it is gone. */
function stopRequest(): { readonly first: Promise<void>; readonly second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let since: number | undefined;
  const ask = (): void => {
    const now = performance.now();
    since ??= now;
    if (now - since > SAME_SIGNAL_MS) second.resolve();
    else first.resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  if (process.connected) process.once('disconnect', ask);
  // Listening must not keep a program alive that could not start.
  process.channel?.unref();
  return { first: first.promise, second: second.promise };
}

async function stop(app: RunningApp, forced: Promise<void>): Promise<void> {
  say(
    '正在停止：先做完手上的请求，再次 Ctrl-C 强制结束 / stopping: finishing what is in flight, Ctrl-C again forces',
  );
  const tooLate = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => tooLate.resolve('late'), STOP_WITHIN_MS);
  const end = await Promise.race([
    app.stop().then(() => 'done' as const),
    forced.then(() => 'forced' as const),
    tooLate.promise,
  ]);
  clearTimeout(timer);
  if (end === 'done') return;
  const why = end === 'forced' ? '已强制结束 / forced' : '超时 / not finished in 30 s';
  throw new CommandError(`${why}: 未完成的请求被中断 / what was in flight is cut off`);
}
