import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFiles } from './model.model.ts';

/** Largest card or weights that are read: a model of a million features and fifteen labels has 19 MB. */
const MOST_BYTES = 128 * 1024 * 1024;
/** Most files of the folder that are looked at. */
const MOST_FILES = 100;

/** A card in the data folder's `models/`, with its weights beside it; or why it cannot be read. */
export interface FoundFiles {
  readonly file: string;
  readonly files?: ModelFiles;
  readonly problem?: string;
}

/** The models of a data folder: what people put there, and what was started, kept under a name of its own. */
export interface ModelFolder {
  found(): Promise<FoundFiles[]>;
  kept(name: string): Promise<ModelFiles>;
  keep(name: string, files: ModelFiles): Promise<void>;
}

async function readBounded(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`${path} is larger than ${MOST_BYTES} bytes`);
  return readFile(path);
}

/** Opens `models/` of a data folder; it need not be there. */
export function openModelFolder(dataFolder: string): ModelFolder {
  const folder = join(dataFolder, 'models');
  const keptFolder = join(folder, 'kept');
  const readPair = async (base: string): Promise<ModelFiles> => ({
    card: await readBounded(`${base}.json`),
    weights: await readBounded(`${base}.bin`),
  });
  return {
    async found() {
      const names = await readdir(folder).catch(() => []);
      const cards = names.filter((name) => name.endsWith('.json')).sort();
      return Promise.all(
        cards.slice(0, MOST_FILES).map(async (file): Promise<FoundFiles> => {
          try {
            return { file, files: await readPair(join(folder, file.slice(0, -'.json'.length))) };
          } catch (error) {
            return { file, problem: (error as Error).message };
          }
        }),
      );
    },
    kept: (name) => readPair(join(keptFolder, name)),
    async keep(name, { card, weights }) {
      await mkdir(keptFolder, { recursive: true });
      for (const [ending, bytes] of [
        ['bin', weights],
        ['json', card],
      ] as const) {
        const path = join(keptFolder, `${name}.${ending}`);
        await writeFile(`${path}.new`, bytes);
        await rename(`${path}.new`, path);
      }
    },
  };
}
