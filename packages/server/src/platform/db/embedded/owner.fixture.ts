import { createLogger } from '../../log/log.ts';
import { startCluster } from './cluster.ts';

/** A program that owns a cluster, for tests that kill it: `owner.fixture.ts DATA` prints the server's pid when ready. */
const [data = ''] = process.argv.slice(2);
const cluster = await startCluster({ data, log: createLogger('silent') });
process.stdout.write(`${cluster.pid()}\n`);
setInterval(() => undefined, 1000);
