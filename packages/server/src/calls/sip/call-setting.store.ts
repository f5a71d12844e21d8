import { readFileSync } from 'node:fs';
import { compileSchema } from '../../platform/index.ts';
import { CallSetting } from './call-setting.model.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads the installation's settings of calls; without a file everything is as the pack says. Throws an Error that
 * names file, field and reason.
 */
export function readCallSetting(path: string | undefined): CallSetting {
  if (path === undefined) return {};
  let value: unknown;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MAX_BYTES) throw new Error('larger than 4 MiB');
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Error(`FANZHA_CALL_SETTINGS: ${path}: ${(error as Error).message}`);
  }
  const validator = compileSchema(CallSetting);
  if (validator.check(value)) return value;
  const faults = validator.faults(value, 'en').map(({ field, reason }) => `${field || '(file)'} ${reason}`);
  throw new Error(`FANZHA_CALL_SETTINGS: ${path}: ${faults.join('; ')}`);
}
