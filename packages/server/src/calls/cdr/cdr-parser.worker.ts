import { parentPort, workerData } from 'node:worker_threads';
import { openVault } from '../../platform/index.ts';
import { serveParser } from './cdr-parser-thread.service.ts';

// The thread in which files from outside are read: a file that takes too much of it costs this thread, not the server.
if (parentPort) serveParser(parentPort, openVault((workerData as { dataFolder: string }).dataFolder));
