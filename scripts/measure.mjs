// Times the two commands on a clean clone, as a newcomer sees them: `npm run measure`. Figures for the README.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const scratch = mkdtempSync(join(tmpdir(), 'fanzha-measure-'));
const house = join(scratch, 'fanzha');
const { FANZHA_DATA: _data, FANZHA_PORT: _port, DATABASE_URL: _url, ...env } = process.env;

const seconds = (since) => Number(((performance.now() - since) / 1000).toFixed(1));
const mebibytes = (path) => Number(execFileSync('du', ['-sm', path], { encoding: 'utf8' }).split('\t')[0]);

/** Starts, waits until it says where to look, stops it; how long it took to get there. */
function start() {
  const since = performance.now();
  const child = spawn('npm', ['start', '--', '--port', '0'], { cwd: house, env, detached: true });
  let output = '';
  return new Promise((done, fail) => {
    let ready;
    const look = (chunk) => {
      output += chunk;
      if (ready === undefined && output.includes('Ctrl-C')) {
        ready = seconds(since);
        process.kill(-child.pid, 'SIGINT');
      }
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('close', () => (ready === undefined ? fail(new Error(output)) : done(ready)));
  });
}

function test() {
  const since = performance.now();
  const output = execFileSync('npm', ['test'], {
    cwd: house,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { seconds: seconds(since), result: output.trimEnd().split('\n').at(-1) };
}

try {
  execFileSync('git', ['clone', '-q', join(import.meta.dirname, '..'), house]);
  const figures = {
    machine: `${cpus().length} × ${cpus()[0]?.model}`,
    clonedMiB: mebibytes(house),
    firstStartSeconds: await start(),
    installedMiB: mebibytes(join(house, 'node_modules')),
    consoleMiB: mebibytes(join(house, 'packages', 'console', 'dist')),
    emptyDataMiB: mebibytes(join(house, 'data')),
    secondStartSeconds: await start(),
    test: test(),
  };
  console.log(JSON.stringify(figures, undefined, 2));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
