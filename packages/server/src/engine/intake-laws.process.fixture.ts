// Run as a process of its own by intake-laws.test.ts: a deciding process over the test kinds and the pack it is given.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPack, openVault, silentLogger, systemClock } from '../platform/index.ts';
import { hostCore } from './core-host.service.ts';
import { parentConnection } from './core-process.service.ts';
import { createDecider } from './decision.service.ts';
import { testNumbering } from './engine.fixture.ts';
import { openCore } from './engine-core.service.ts';
import { TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';

/** What the process is told. */
export interface LawStart {
  readonly dataFolder: string;
  readonly packFolder: string;
}

await hostCore(
  parentConnection(),
  {
    open: (knowledge, listener, onGrown) => {
      const { dataFolder, packFolder } = knowledge as LawStart;
      writeFileSync(join(dataFolder, 'pid'), String(process.pid));
      const pack = openPack(packFolder);
      const [clock, log, vault] = [systemClock, silentLogger, openVault(dataFolder)];
      const decider = createDecider({
        pack,
        kinds: TEST_KINDS,
        signals: TEST_SIGNALS,
        clock,
        numbering: testNumbering,
      });
      return openCore({ decider, pack, dataFolder, fsync: false, vault, clock, log, listener, onGrown });
    },
    learn: () => undefined,
  },
  silentLogger,
);
process.exit(0);
