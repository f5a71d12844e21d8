import type { DecisionRow, SubjectView } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import type { Column } from '../ui/data-list.tsx';
import { useFraudType } from '../ui/decision/decision-view.tsx';
import { SimulatedTag } from '../ui/simulated.tsx';
import { SubjectChip } from '../ui/subject-chip.tsx';
import { Time } from '../ui/time.tsx';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { decisionsTexts } from './texts.ts';

export const COLUMN_KEYS = [
  'verdict',
  'time',
  'kind',
  'who',
  'whom',
  'channel',
  'country',
  'reason',
  'fraudType',
  'score',
] as const;
export type ColumnKey = (typeof COLUMN_KEYS)[number];

export interface DecisionColumn extends Column<DecisionRow> {
  readonly key: ColumnKey;
  /** The same as text, for export: masked as it is seen. */
  text(row: DecisionRow): string;
}

const SENDING = new Set(['caller', 'sender']);
const RECEIVING = new Set(['callee', 'recipient']);

function withRole(row: DecisionRow, roles: ReadonlySet<string>): SubjectView | undefined {
  return row.subjects.find(({ role }) => roles.has(role));
}

export function senderOf(row: DecisionRow): SubjectView | undefined {
  return withRole(row, SENDING);
}

export function receiverOf(row: DecisionRow): SubjectView | undefined {
  return withRole(row, RECEIVING);
}

/** Every column of the list of decisions, as it is drawn and as it is exported. */
export function useDecisionColumns(): readonly DecisionColumn[] {
  const t = useTexts(decisionsTexts);
  const word = useWord();
  const format = useFormat();
  const localized = useLocalized();
  const fraudType = useFraudType();
  const reasons = (row: DecisionRow): string => row.reasons.map(({ text }) => localized(text)).join('; ');
  const chip = (subject: SubjectView | undefined, country?: string): ReactNode =>
    subject === undefined ? null : <SubjectChip subject={subject} country={country} />;
  const plain = (key: ColumnKey, text: (row: DecisionRow) => string, number = false): DecisionColumn => ({
    key,
    title: t(key),
    number,
    text,
    render: text,
  });
  /** A few words or digits that must not break in two. */
  const tight = (...column: Parameters<typeof plain>): DecisionColumn => ({
    ...plain(...column),
    render: (row) => <span className="fz-tight">{column[1](row)}</span>,
  });
  return [
    {
      ...plain('verdict', (row) => word('verdict', row.verdict)),
      render: (row) => <VerdictMark verdict={row.verdict} />,
    },
    {
      ...plain('time', (row) => row.at),
      render: (row) => (
        <span className="fz-row fz-tight">
          <Time at={row.at} />
          {row.simulated ? <SimulatedTag /> : null}
        </span>
      ),
    },
    tight('kind', (row) => word('kind', row.kind)),
    {
      ...plain('who', (row) => senderOf(row)?.display ?? ''),
      render: (row) => chip(senderOf(row), row.country),
    },
    { ...plain('whom', (row) => receiverOf(row)?.display ?? ''), render: (row) => chip(receiverOf(row)) },
    tight('channel', (row) => (row.channel === undefined ? '' : word('channel', row.channel))),
    plain('country', (row) => (row.country === undefined ? '' : format.country(row.country))),
    {
      ...plain('reason', reasons),
      // The foremost tells why; the others are on the decision's page and in the export.
      render: (row) => (
        <>
          {row.reasons[0] ? localized(row.reasons[0].text) : null}
          {row.reasons.length > 1 ? <span className="fz-quiet"> +{row.reasons.length - 1}</span> : null}
        </>
      ),
    },
    plain('fraudType', (row) => (row.fraudType === undefined ? '' : fraudType(row.fraudType))),
    tight('score', (row) => format.number(row.score, 2), true),
  ];
}

/** A decision on a phone. */
export function DecisionCard({
  row,
  link,
}: {
  readonly row: DecisionRow;
  readonly link: (words: ReactNode) => ReactNode;
}) {
  const word = useWord();
  const localized = useLocalized();
  const sender = senderOf(row);
  return (
    <>
      <div className="fz-row fz-between">
        {link(<VerdictMark verdict={row.verdict} />)}
        <span className="fz-row fz-quiet fz-small">
          {row.simulated ? <SimulatedTag /> : null}
          <Time at={row.at} />
        </span>
      </div>
      <div className="fz-row">
        {sender === undefined ? null : <SubjectChip subject={sender} country={row.country} />}
        <span className="fz-quiet fz-small">
          {word('kind', row.kind)}
          {row.channel === undefined ? '' : ` · ${word('channel', row.channel)}`}
        </span>
      </div>
      {row.reasons[0] ? <span>{localized(row.reasons[0].text)}</span> : null}
    </>
  );
}
