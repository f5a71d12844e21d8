import Type, { type Static, type TSchema } from 'typebox';

/** File of a pack with the limits that the engine runs under; each part of the engine owns a section of it. */
const FILE = 'engine.json';

/** A policy pack, as far as it is read here. */
interface PackReader {
  read<S extends TSchema>(file: string, schema: S): Static<S>;
}

/**
 * One section of a pack's `engine.json`, checked against its owner's schema; other sections are their owners' to check.
 * Throws an Error that names file, field and reason when it is missing or wrong.
 */
export function engineSection<S extends TSchema>(pack: PackReader, name: string, schema: S): Static<S> {
  const file = Type.Object({ [name]: schema }, { additionalProperties: true });
  return (pack.read(FILE, file) as Readonly<Record<string, Static<S>>>)[name] as Static<S>;
}
