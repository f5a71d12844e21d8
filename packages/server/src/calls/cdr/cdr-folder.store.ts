import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file as it lies in a folder. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  /** ms since the epoch */
  readonly changedAt: number;
  /** Differs when anything of the file may have changed. */
  readonly print: string;
}

/** Where a subfolder says how its records are read. */
export const SETTING_FILE = 'source.json';
/** Names that programs give to what they are still writing, until they rename it. */
const UNFINISHED = /^\.|^#|~$|\.(tmp|temp|part|partial|filepart|crdownload|swp|writing|lock)$/i;
const MAX_SETTING_BYTES = 1024 * 1024;

/** Names of the subfolders, sorted. Throws the system's error. */
export async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/** The files of a folder that are not marked as unfinished, the one that was written longest ago first. */
export async function recordFiles(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const name of await readdir(folder)) {
    if (UNFINISHED.test(name) || name === SETTING_FILE) continue;
    const path = join(folder, name);
    // What goes while it is looked at was renamed or removed.
    const info = await stat(path).catch(() => undefined);
    if (!info?.isFile() || info.size === 0) continue;
    const { size, mtimeMs, ino } = info;
    found.push({ path, name, size, changedAt: mtimeMs, print: `${ino} ${size} ${mtimeMs}` });
  }
  return found.sort((a, b) => a.changedAt - b.changedAt || (a.path < b.path ? -1 : 1));
}

/** A subfolder's setting as it is written, and when it was; undefined when there is none. */
export async function settingFile(
  folder: string,
): Promise<{ readonly path: string; readonly text: string; readonly print: string } | undefined> {
  const path = join(folder, SETTING_FILE);
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return undefined;
  const text = info.size > MAX_SETTING_BYTES ? '' : await readFile(path, 'utf8');
  return { path, text, print: `${info.ino} ${info.size} ${info.mtimeMs}` };
}
