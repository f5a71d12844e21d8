import { readFile, stat } from 'node:fs/promises';
import type { PolicyFault } from '@fanzha/contract';
import { PolicyPart } from '../engine/index.ts';
import { compileSchema } from '../platform/index.ts';
import { CommandError, EXIT, say } from './terminal.ts';

/** Most bytes of a policy file: some thousand rules with everything at its limit. */
const MAX_FILE = 32 * 1024 * 1024;

/** Reads a file with any of rules, tables, guards, reasons. Throws CommandError that names what is wrong. */
export async function readPolicyFile(file: string): Promise<PolicyPart> {
  const unreadable = (reason: string) => new CommandError(`${file}: ${reason}`, EXIT.unreadable);
  let value: unknown;
  try {
    if ((await stat(file)).size > MAX_FILE) throw new Error(`larger than ${MAX_FILE} bytes`);
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(`无法读取 / cannot be read: ${(error as Error).message}`);
  }
  const validator = compileSchema(PolicyPart);
  if (validator.check(value)) return value;
  const faults = validator.faults(value, 'en').map(({ field, reason }) => `${field || '(file)'} ${reason}`);
  throw unreadable(faults.slice(0, 20).join('; '));
}

/** Names every fault on a line of its own; the error to end with. */
export function tellFaults(faults: readonly PolicyFault[]): CommandError {
  for (const { part, id, field, position, message } of faults) {
    const place = position === undefined ? '' : `, ${position}`;
    say(`${part} ${id}: ${field}${place}: ${message['zh-CN']} / ${message.en}`);
  }
  return new CommandError(`策略有 ${faults.length} 处错误 / the policy has ${faults.length} faults`);
}
