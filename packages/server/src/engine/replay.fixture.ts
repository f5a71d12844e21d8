import { parentPort, workerData } from 'node:worker_threads';
import { openPack, openVault, systemClock } from '../platform/index.ts';
import { windowSeed } from './counting.service.ts';
import { createDecider } from './decision.service.ts';
import { SUBJECT_TOKEN } from './decision-record.model.ts';
import { testNumbering } from './engine.fixture.ts';
import { TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import type { ReplayStart } from './replay-message.model.ts';
import { serveReplays } from './replay-worker.service.ts';

// The thread of a replay, over the test kinds.
const { packFolder, dataFolder } = workerData as ReplayStart;
const pack = openPack(packFolder);
const parts = {
  pack,
  kinds: TEST_KINDS,
  signals: TEST_SIGNALS,
  clock: systemClock,
  numbering: testNumbering,
};
const vault = openVault(dataFolder);
if (parentPort) {
  serveReplays(parentPort, {
    pack,
    ground: createDecider(parts).ground,
    seed: windowSeed(vault),
    subjectToken: (value) => vault.token(SUBJECT_TOKEN, value),
    dataFolder,
    sealer: vault,
    displayNumber: testNumbering.display,
  });
}
