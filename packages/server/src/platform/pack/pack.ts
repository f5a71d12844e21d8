import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Localized } from '@fanzha/vocabulary';
import Type, { type Static, type TSchema } from 'typebox';
import { compileSchema } from '../schema/validator.ts';

const Manifest = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,31}$' }),
    version: Type.String(),
    title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    callingCode: Type.String({ pattern: '^[1-9][0-9]{0,2}$' }),
    timeZone: Type.String(),
  },
  { additionalProperties: false },
);

/**
 * A policy pack: everything national as data. Files are read and checked when the program starts; a pack that does
 * not fit its schema stops the start with the file, the field and the reason.
 */
export interface Pack {
  readonly id: string;
  readonly version: string;
  readonly title: Localized;
  /** ISO 3166-1 alpha-2 of the country it is for. */
  readonly country: string;
  readonly callingCode: string;
  readonly timeZone: string;
  /** A JSON file of the pack, checked against the schema of the room that reads it. */
  read<S extends TSchema>(file: string, schema: S): Static<S>;
  /** Names of the files of a folder of the pack, sorted; empty when there is none. */
  list(folder: string): string[];
  /** A binary file of the pack, e.g. model weights. */
  bytes(file: string): Buffer;
}

/** Opens the pack in a folder. Throws an Error that names file, field and reason when something in it is wrong. */
export function openPack(folder: string): Pack {
  const root = resolve(folder);
  const pathOf = (file: string): string => {
    const path = resolve(root, file);
    if (!path.startsWith(root + sep)) throw new Error(`pack file outside the pack: ${file}`);
    return path;
  };
  const read = <S extends TSchema>(file: string, schema: S): Static<S> => {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(pathOf(file), 'utf8'));
    } catch (error) {
      throw new Error(`policy pack ${join(folder, file)}: ${(error as Error).message}`);
    }
    const validator = compileSchema(schema);
    if (validator.check(value)) return value;
    const faults = validator.faults(value, 'en').map(({ field, reason }) => `${field || '(file)'} ${reason}`);
    throw new Error(`policy pack ${join(folder, file)}: ${faults.join('; ')}`);
  };
  return {
    ...read('pack.json', Manifest),
    read,
    list: (name) => (existsSync(pathOf(name)) ? readdirSync(pathOf(name)).sort() : []),
    bytes: (file) => readFileSync(pathOf(file)),
  };
}
