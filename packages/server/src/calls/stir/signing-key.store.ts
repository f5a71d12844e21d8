import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileSchema, type Vault } from '../../platform/index.ts';
import { KeptKeys } from './signing-key.model.ts';

const PLACE = 'call-signing-keys';

/** The sealed file of signing keys of a data folder. */
export interface SigningKeyFile {
  /** Undefined while there is none. Throws when it cannot be opened. */
  read(): KeptKeys | undefined;
  write(keys: KeptKeys): void;
  /** Changes whenever the file does. */
  stamp(): string;
}

/** `<data>/secrets/call-signing.sealed`, sealed by the vault; never kept open in plain. */
export function signingKeyFile(dataFolder: string, vault: Vault): SigningKeyFile {
  const path = join(dataFolder, 'secrets', 'call-signing.sealed');
  return {
    read() {
      if (!existsSync(path)) return undefined;
      const value: unknown = JSON.parse(vault.open(readFileSync(path), PLACE));
      if (compileSchema(KeptKeys).check(value)) return value;
      throw new Error(`${path} does not hold signing keys: restore it from the backup`);
    },
    write(keys) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const temporary = `${path}.new`;
      writeFileSync(temporary, vault.seal(JSON.stringify(keys), PLACE), { mode: 0o600, flush: true });
      renameSync(temporary, path);
    },
    stamp() {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? '' : `${found.mtimeMs} ${found.ino} ${found.size}`;
    },
  };
}
