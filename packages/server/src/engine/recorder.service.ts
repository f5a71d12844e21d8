import { remembered } from '@fanzha/vocabulary';
import type { Decider } from './decider.model.ts';
import {
  type DecisionRecord,
  type RecordParts,
  type Sealer,
  SUBJECT_TOKEN,
  subjectKey,
  toRecord,
  toShownRecord,
} from './decision-record.model.ts';
import type { JournalEntry } from './journal-entry.model.ts';
import { declaredFacts } from './policy.service.ts';

/** Makes of what the journal holds what is kept in the database and what people see. */
export interface Recorder {
  /** Personal fields masked and sealed, with the tokens that find it. */
  kept(entry: JournalEntry): DecisionRecord;
  /** Personal fields masked. */
  shown(entry: JournalEntry): DecisionRecord;
}

/** Subjects whose tokens are kept, 10 MB or so. */
const REMEMBERED_SUBJECTS = 30_000;

export function createRecorder(
  decider: Pick<Decider, 'kinds' | 'signals' | 'texts' | 'read' | 'deduce' | 'counting'>,
  vault: Sealer,
): Recorder {
  const facts = declaredFacts(decider.signals);
  const sealer = rememberingSubjects(vault);
  const { displayNumber } = decider.texts;
  const partsOf = (entry: JournalEntry): RecordParts => {
    const { event, decision } = completed(entry, decider);
    const kind = decider.kinds.get(event.kind);
    if (!kind) throw new Error(`no such kind of event: ${event.kind}`);
    return { event, decision, kind, facts, displayNumber };
  };
  return {
    kept: (entry) => toRecord(partsOf(entry), sealer),
    shown: (entry) => toShownRecord(partsOf(entry)),
  };
}

/** A plain decision with what was known of the event, which the journal does not keep. */
function completed(
  { event, decision, plain }: JournalEntry,
  decider: Pick<Decider, 'read' | 'deduce' | 'counting'>,
): JournalEntry {
  if (!plain) return { event, decision };
  const { reading, facts: known } = decider.read(event);
  const facts = { ...known };
  // The journal names no counter that was 0.
  for (const name of decider.counting.factsOf(event.kind)) facts[name] = 0;
  Object.assign(facts, decision.facts);
  decider.deduce(event.kind, facts);
  return { event, decision: { ...decision, reading, facts } };
}

/** Trunks, carriers and busy numbers come with event after event: their tokens are made once. */
function rememberingSubjects(sealer: Sealer): Sealer {
  const token = remembered((value) => subjectKey(value, sealer), REMEMBERED_SUBJECTS);
  return {
    seal: sealer.seal,
    open: sealer.open,
    token: (kind, value) => (kind === SUBJECT_TOKEN ? token(value) : sealer.token(kind, value)),
  };
}
