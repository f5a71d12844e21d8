import { CallAttempt, CallEnd, type FanzhaEvent } from '@fanzha/contract';
import type { Subject, SubjectKind } from '@fanzha/vocabulary';
import type { EventKind, EventReading } from '../engine/index.ts';
import { type CallNumbers, reached } from './call-number.model.ts';

/** The kinds of events that calls bring to the engine. */
export function createCallKinds(read: (call: CallAttempt) => CallNumbers): EventKind[] {
  return [
    {
      name: 'call.attempt',
      schema: CallAttempt,
      personal: ['to', 'diversion'],
      roles: ['caller', 'callee', 'diverting', 'trunk', 'carrier', 'line'],
      personalRoles: ['callee', 'diverting'],
      decided: true,
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
      },
      read: () => ({ subjects: [] }),
    },
  ];
}

function readingOf(call: CallAttempt, { caller, callee, diverting }: CallNumbers): EventReading {
  const subject = (kind: SubjectKind, role: string, value: string | undefined): Subject[] =>
    value === undefined || value === '' ? [] : [{ kind, role, value }];
  const country = caller.country ?? call.originCountry;
  return {
    subjects: [
      ...subject('number', 'caller', caller.canonical),
      ...subject('number', 'callee', reached(callee)),
      ...subject('number', 'diverting', diverting && reached(diverting)),
      ...subject('trunk', 'trunk', call.trunk),
      ...subject('carrier', 'carrier', call.carrier),
      ...subject('line', 'line', call.line),
    ],
    channel: call.ingress,
    ...(country === undefined ? {} : { country }),
  };
}
