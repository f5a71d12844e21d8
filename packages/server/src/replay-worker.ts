import { parentPort, workerData } from 'node:worker_threads';
import { composeReplay } from './compose.ts';
import { type ReplayStart, serveReplays } from './engine/index.ts';

// The thread in which recorded events are decided again: backtests and trials of rules.
if (parentPort) serveReplays(parentPort, await composeReplay(workerData as ReplayStart));
