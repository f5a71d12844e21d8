import { CallAttempt, CallEnd, type FanzhaEvent } from '@fanzha/contract';
import type { Subject, SubjectKind } from '@fanzha/vocabulary';
import type { EventKind, EventReading } from '../engine/index.ts';
import { type CallNumbers, reached } from './call-number.model.ts';

/** The kinds of events that calls bring to the engine. */
export function createCallKinds(
  read: (call: CallAttempt) => CallNumbers,
  mark: NonNullable<EventKind['mark']>,
): EventKind[] {
  return [
    {
      name: 'call.attempt',
      schema: CallAttempt,
      // Device and cell tell who and where a person is: nobody browses them.
      personal: ['to', 'diversion', 'identity', 'device', 'cell'],
      roles: ['caller', 'callee', 'diverting', 'trunk', 'carrier', 'line', 'device', 'cell'],
      personalRoles: ['callee', 'diverting', 'device', 'cell'],
      decided: true,
      mark,
      read: (event: FanzhaEvent) =>
        event.kind === 'call.attempt' ? readingOf(event, read(event)) : { subjects: [] },
    },
    {
      name: 'call.end',
      schema: CallEnd,
      personal: [],
      roles: [],
      decided: false,
      continues: {
        kind: 'call.attempt',
        id: (event: FanzhaEvent) => (event.kind === 'call.end' ? event.attempt : ''),
        suspected: 'call.suspected',
      },
      read: () => ({ subjects: [] }),
    },
  ];
}

function readingOf(call: CallAttempt, { caller, callee, diverting }: CallNumbers): EventReading {
  const subjects: Subject[] = [];
  name(subjects, 'number', 'caller', caller.canonical);
  name(subjects, 'number', 'callee', reached(callee));
  name(subjects, 'number', 'diverting', diverting && reached(diverting));
  name(subjects, 'trunk', 'trunk', call.trunk);
  name(subjects, 'carrier', 'carrier', call.carrier);
  name(subjects, 'line', 'line', call.line);
  name(subjects, 'device', 'device', call.device);
  name(subjects, 'cell', 'cell', call.cell);
  const country = caller.country ?? call.originCountry;
  const channel = call.ingress;
  return country === undefined ? { subjects, channel } : { subjects, channel, country };
}

function name(subjects: Subject[], kind: SubjectKind, role: string, value: string | undefined): void {
  if (value !== undefined && value !== '') subjects.push({ kind, role, value });
}
