import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVault } from '../../platform/index.ts';
import { type TestClock, testClock } from '../../platform/testing/index.ts';
import type { SigningKey } from './signing-key.model.ts';
import { openSigningKeys } from './signing-key.service.ts';
import { signingKeyFile } from './signing-key.store.ts';

export const PUBLIC = 'https://fraud.example';

export const certificateUrl = ({ id, url }: SigningKey): string =>
  url ?? `${PUBLIC}/v1/calls/certificates/${id}`;

/** Signing keys of a new installation. */
export function newSigning(clock: TestClock = testClock()) {
  const folder = mkdtempSync(join(tmpdir(), 'fanzha-signing-'));
  const vault = openVault(folder);
  const open = () => openSigningKeys(signingKeyFile(folder, vault), clock);
  return { folder, vault, clock, keys: open(), open };
}
