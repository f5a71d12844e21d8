// Two commands for a clean clone, on any Node from 20 on: `npm start` and `npm test`.
// Both install what the lock file says (once) and build the console (when its sources changed).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const node = at('node_modules', '.bin', 'node');
const consoleMark = at('packages', 'console', 'dist', '.built-from');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

class Failure extends Error {}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a program to its end with our terminal; signals go to it, and it learns through the channel when we die. */
function run(program, args, { quiet = false, channel = false, env = {} } = {}) {
  const stdio = ['inherit', quiet ? 'ignore' : 'inherit', 'inherit', ...(channel ? ['ipc'] : [])];
  const child = spawn(program, args, {
    cwd: channel ? process.cwd() : root,
    stdio,
    env: { ...process.env, ...env },
  });
  const forward = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => {
      for (const name of SIGNALS) process.removeListener(name, forward);
      done({ code: code ?? 1, signal });
    });
  });
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Whether node_modules holds what package-lock.json asks for, by the list that npm keeps of what it installed. */
function isInstalled() {
  const listed = at('node_modules', '.package-lock.json');
  if (!existsSync(listed) || !existsSync(node)) return false;
  const installed = readJson(listed).packages;
  return Object.entries(readJson(at('package-lock.json')).packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    // Packages for other systems are in the lock file, but not on the disk.
    if (found === undefined)
      return wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
    return found.version === wanted.version;
  });
}

/** Runs the npm that runs us, or the one in the path; true when it succeeded. */
async function npm(args) {
  const { npm_execpath: self } = process.env;
  const [program, ...first] = self?.endsWith('.js') ? [process.execPath, self] : ['npm'];
  return (await run(program, [...first, ...args], { quiet: true })).code === 0;
}

async function install() {
  if (isInstalled()) return;
  say('安装依赖，首次约需一分钟 / installing packages, about a minute the first time ...');
  const flags = ['--no-audit', '--no-fund'];
  // A mirror may lack packages for other systems: `ci` insists on them, `install` does not need them.
  const done =
    (await npm(['ci', ...flags, '--silent'])) ||
    (await npm(['install', '--no-save', ...flags, '--loglevel=error']));
  if (!done) {
    throw new Failure(
      '安装失败，请检查网络与 npm 源 / the packages could not be installed: check the network and the npm registry',
    );
  }
  if (!existsSync(node)) {
    throw new Failure('缺少 Node 24 / Node 24 was not installed: npm must be allowed to run install scripts');
  }
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  if (!statSync(folder).isDirectory()) return [folder];
  return readdirSync(folder)
    .filter((name) => name !== 'dist' && name !== 'node_modules')
    .sort()
    .flatMap((name) => filesUnder(join(folder, name)));
}

function consoleSources() {
  const hash = createHash('sha256');
  const places = [
    'packages/console',
    'packages/contract/src',
    'packages/vocabulary/src',
    'package-lock.json',
  ];
  for (const file of places.flatMap((place) => filesUnder(at(place)))) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

async function buildConsole() {
  const sources = consoleSources();
  if (existsSync(consoleMark) && readFileSync(consoleMark, 'utf8') === sources) return;
  say('构建控制台 / building the console ...');
  const vite = at('node_modules', 'vite', 'bin', 'vite.js');
  const { code } = await run(node, [vite, 'build', '--logLevel', 'warn', at('packages', 'console')], {
    quiet: true,
  });
  if (code !== 0) throw new Failure('控制台构建失败 / the console could not be built');
  writeFileSync(consoleMark, sources);
}

async function start(args) {
  await install();
  await buildConsole();
  const { code, signal } = await run(node, [at('packages/server/src/main.ts'), 'serve', ...args], {
    channel: true,
  });
  if (signal !== null) process.kill(process.pid, signal);
  return code;
}

/** The figures of a test run. A file that could not even be loaded counts as one failed test. */
function figures(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = readJson(report);
  const unloaded = testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
  });
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloaded.length,
    skipped: numPendingTests + (numTodoTests ?? 0),
  };
}

/** A console that cannot be built is one failed test; the others are still worth running. */
function tellFailure(error) {
  say(error.message);
  return 1;
}

async function test(args) {
  await install();
  const consoleFailed = await buildConsole().then(() => 0, tellFailure);
  const folder = mkdtempSync(join(tmpdir(), 'fanzha-test-report-'));
  try {
    const report = join(folder, 'report.json');
    const missing = join(folder, 'missing');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { code } = await run(node, [at('node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args], {
      env: { MISSING_PEERS_DIR: missing },
    });
    const { passed, skipped, ...counted } = figures(report);
    const failed = counted.failed + consoleFailed;
    if (existsSync(missing)) {
      say(
        `本机缺少，相关测试未运行 / left out, not on this machine: ${readdirSync(missing).sort().join(', ')}`,
      );
    }
    process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    return code !== 0 || failed > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const commands = { start, test };
const [name, ...args] = process.argv.slice(2);
try {
  const command = commands[name];
  if (command === undefined) throw new Failure('usage: node scripts/launch.mjs start|test [arguments]');
  process.exitCode = await command(args);
} catch (error) {
  say(error instanceof Failure ? error.message : error.stack);
  process.exitCode = 1;
}
