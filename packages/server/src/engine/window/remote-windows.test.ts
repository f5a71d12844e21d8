import { afterEach } from 'vitest';
import { describeWindowStore, LATENESS_MS } from './conformance.fixture.ts';
import { EXACT_UP_TO } from './layout.model.ts';
import { RemoteWindows } from './remote-windows.fixture.ts';
import { createWindows } from './windows.service.ts';

const seed = Uint8Array.from({ length: 16 }, (_, index) => index * 37);
const open: RemoteWindows[] = [];
afterEach(() => {
  for (const remote of open.splice(0)) remote.close();
});

describeWindowStore(
  'a store behind a message channel',
  EXACT_UP_TO,
  (specs, budgetBytes = 1024 * 1024) => {
    const options = { specs, budgetBytes, seed, latenessMs: LATENESS_MS, startedAt: 0 };
    const remote = new RemoteWindows(createWindows(options));
    open.push(remote);
    return remote;
  },
  10,
);
