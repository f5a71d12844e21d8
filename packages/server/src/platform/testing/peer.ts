import { accessSync, constants, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { testEnvironment } from '../config/environment.ts';

type Counterpart = 'chromium' | 'kamailio' | 'secsipidx' | 'sipp';

/** Programs that a counterpart may be installed as, where not under its own name. */
const PROGRAMS: Partial<Record<Counterpart, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
};
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Chromium as Playwright installs it, newest first. */
function playwrightChromium(home: string | undefined): string[] {
  if (home === undefined) return [];
  const cache = join(home, '.cache', 'ms-playwright');
  try {
    const versions = readdirSync(cache).filter((name) => name.startsWith('chromium-'));
    return versions
      .sort()
      .reverse()
      .map((name) => join(cache, name, 'chrome-linux', 'chrome'));
  } catch {
    return [];
  }
}

/**
 * Path of an installed counterpart that a test talks to (`it.skipIf(!peer('chromium'))`), or undefined when the machine
 * has none; then `npm test` names it at the end. Under REQUIRE_PEERS=1 a missing one throws instead.
 */
export function peer(name: Counterpart): string | undefined {
  const { path, home, requirePeers, missingPeersFolder } = testEnvironment();
  const programs = PROGRAMS[name] ?? [name];
  const installed = programs.flatMap((program) =>
    path.split(delimiter).map((folder) => join(folder, program)),
  );
  const elsewhere = name === 'chromium' ? [MAC_CHROME, ...playwrightChromium(home)] : [];
  const found = [...installed, ...elsewhere].find(isExecutable);
  if (found !== undefined) return found;
  if (requirePeers)
    throw new Error(`REQUIRE_PEERS=1, but this machine has no ${name} (${programs.join(', ')})`);
  if (missingPeersFolder !== undefined) {
    mkdirSync(missingPeersFolder, { recursive: true });
    writeFileSync(join(missingPeersFolder, name), '');
  }
  return undefined;
}
