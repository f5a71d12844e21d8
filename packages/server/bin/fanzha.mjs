#!/usr/bin/env node
// Runs on any Node from 20 on: the program itself needs Node 24, which npm has installed beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAJOR = 24;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function bundledNode() {
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Runs main.ts with the bundled Node and ends as it ends. The channel tells it when this process is killed. */
function hand(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => {
    console.error(`fanzha: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeListener(name, forward);
    if (signal !== null) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}

if (Number(process.versions.node.split('.')[0]) >= MAJOR) {
  await import(main);
} else {
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `fanzha: needs Node ${MAJOR}, which "npm install" brings; install scripts must be allowed to run`,
    );
    process.exitCode = 1;
  } else {
    hand(node);
  }
}
