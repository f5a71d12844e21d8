import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { CommandError, EXIT } from './terminal.ts';

/** The register of lines that lies beside a file of cases: `calls.lines.json` for `calls.jsonl`. */
export function besideCases(file: string): string | undefined {
  if (!file.endsWith('.jsonl')) return undefined;
  const beside = file.replace(/\.jsonl$/, '.lines.json');
  return existsSync(beside) ? beside : undefined;
}

/** The content of a register file, not checked yet; undefined without a file. Throws CommandError. */
export async function readRegisterFile(file: string | undefined): Promise<unknown> {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file}: ${(error as Error).message}`, EXIT.unreadable);
  }
}
