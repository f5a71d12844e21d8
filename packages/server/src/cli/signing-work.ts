import {
  actOnSigningKeys,
  listSigningKeys,
  openSigningKeys,
  type SigningKeyAct,
  type SigningKeyView,
  signingKeyFile,
} from '../calls/index.ts';
import { openVault, readConfig, systemClock } from '../platform/index.ts';
import { type DatabaseFlags, withDatabase } from './connect.ts';

/** The signing keys of a data folder, and what may be done with them. */
export async function openSigning(flags: DatabaseFlags): Promise<{
  readonly list: () => SigningKeyView[];
  readonly perform: (act: SigningKeyAct) => Promise<SigningKeyView>;
}> {
  const { config } = readConfig(flags.data === undefined ? {} : { data: flags.data });
  const keys = openSigningKeys(signingKeyFile(config.data, openVault(config.data)), systemClock);
  return {
    list: () => listSigningKeys(keys),
    perform: (act) => withDatabase(flags, (ctx) => actOnSigningKeys(ctx, keys, act)),
  };
}
