import { composeCore } from './compose.ts';
import { hostCore, parentConnections } from './engine/index.ts';
import { collectRarely, createLogger, type LogLevel, systemClock } from './platform/index.ts';

// The process in which events are decided, started by the one that serves. A terminal tells the whole group to stop;
// this one ends when the other lets go of the connection, and everything acknowledged is written.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
collectRarely();
const log = createLogger((process.argv[2] ?? 'info') as LogLevel);
await hostCore(parentConnections(), composeCore(log, systemClock), log);
process.exit(0);
