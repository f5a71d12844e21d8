import { LineContent, LineId } from '@fanzha/contract';
import type { Numbering } from '@fanzha/vocabulary';
import Type from 'typebox';
import { compileSchema, isTimeZone, type Pack } from '../platform/index.ts';
import type { LineDelta } from './line.model.ts';
import { checkContent, registrable } from './line-content.model.ts';
import { LineRegisterFile } from './line-setting.model.ts';

const closed = { additionalProperties: false };

/** A register as a file: lines as they stand, and kinds of which all are registered since an RFC 3339 instant. */
const RegisterContent = Type.Object(
  {
    lines: Type.Array(
      Type.Object({ id: LineId, suspended: Type.Optional(Type.Boolean()), content: LineContent }, closed),
    ),
    complete: Type.Array(
      Type.Object({ kind: Type.String(), since: Type.String({ format: 'date-time' }) }, closed),
    ),
  },
  closed,
);
const validator = compileSchema(RegisterContent);

/** Reads a register for a program without a database. Throws an Error that names every field that is wrong. */
export function readLineRegister(
  value: unknown,
  { pack, numbering }: { readonly pack: Pack; readonly numbering: Pick<Numbering, 'parse'> },
): LineDelta {
  if (!validator.check(value)) {
    const faults = validator.faults(value, 'en').map(({ field, reason }) => `${field || '(file)'} ${reason}`);
    throw new Error(faults.join('; '));
  }
  const setting = pack.read('line-register.json', LineRegisterFile);
  const rules = { setting, canonical: registrable(numbering), isTimeZone };
  const faults: string[] = [];
  const steps = value.lines.map(({ id, suspended, content: written }) => {
    const { content, faults: found } = checkContent(written, rules);
    faults.push(...found.map(({ field, reason }) => `${id}: ${field} ${reason.en}`));
    const state = suspended === true ? ('suspended' as const) : ('active' as const);
    return { id, line: { id, state, content } };
  });
  if (faults.length > 0) throw new Error(faults.join('; '));
  const complete = value.complete.map(({ kind, since }) => ({ kind, since: Date.parse(since) }));
  return { from: 0, to: 1, steps, complete };
}
