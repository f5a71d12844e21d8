import type { CounterNow, NumberContact, NumberContacts } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type ContactsAsked, useNumberContacts } from '../../api/numbers.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Choice } from '../../ui/choice.tsx';
import { counterTexts } from '../../ui/counter/texts.ts';
import { type Column, DataList } from '../../ui/data-list.tsx';
import { OpenDialog } from '../../ui/purpose/open-dialog.tsx';
import type { Purpose } from '../../ui/purpose/purpose-fields.tsx';
import { SubjectChip } from '../../ui/subject-chip.tsx';
import { Time } from '../../ui/time.tsx';
import { VerdictMark } from '../../ui/verdict.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { PurposePanel } from '../purpose-panel.tsx';
import { numbersTexts } from './texts.ts';

type Order = NonNullable<ContactsAsked['order']>;

interface RowsProps {
  readonly rows: readonly NumberContact[];
}

/** The other numbers, each with its newest decision; a masked one is opened there, for a purpose. */
function Rows({ rows }: RowsProps) {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const may = useMay()('decision:open');
  const [opening, setOpening] = useState<string>();
  const [opened, setOpened] = useState<ReadonlyMap<string, string>>(new Map());
  const who = ({ subject, decision }: NumberContact) => {
    const seen = opened.get(decision);
    if (seen !== undefined) return <code>{seen}</code>;
    return (
      <span className="fz-row fz-tight">
        <SubjectChip subject={subject} />
        {subject.masked && may ? (
          <Button size="small" type="text" onClick={() => setOpening(decision)}>
            {t('open')}
          </Button>
        ) : null}
      </span>
    );
  };
  const newest = ({ decision, verdict }: NumberContact) => (
    <Link to={`/decisions/${decision}`}>
      <VerdictMark verdict={verdict} />
    </Link>
  );
  const columns: Column<NumberContact>[] = [
    { key: 'who', title: t('contact'), render: who },
    { key: 'calls', title: t('calls'), number: true, render: ({ calls }) => format.number(calls) },
    { key: 'first', title: t('first'), render: ({ first }) => <Time at={first} /> },
    { key: 'last', title: t('last'), render: ({ last }) => <Time at={last} /> },
    { key: 'newest', title: t('newest'), render: newest },
  ];
  return (
    <>
      <DataList
        caption={t('contacts')}
        columns={columns}
        rows={rows}
        rowKey={({ decision }) => decision}
        card={(contact) => (
          <>
            <div className="fz-row fz-between">
              {who(contact)}
              <span className="fz-num">{format.number(contact.calls)}</span>
            </div>
            <span className="fz-row fz-between fz-quiet fz-small">
              {newest(contact)} <Time at={contact.last} />
            </span>
          </>
        )}
      />
      {opening === undefined ? null : (
        <OpenDialog
          id={opening}
          onClose={() => setOpening(undefined)}
          onOpened={(fields) => {
            const { to } = fields;
            setOpened(new Map(opened).set(opening, typeof to === 'string' ? to : '—'));
            setOpening(undefined);
          }}
        />
      )}
    </>
  );
}

const PEOPLE_CALLED = /^distinct\("callee", "caller", "(\d+)([hd])"\)$/;

interface PeopleCalled {
  readonly people: number;
  readonly count: number;
  readonly unit: 'h' | 'd';
}

/** How many people it called by the counter that reaches furthest back; it counts what is not listed too. */
function peopleCalled(counters: readonly CounterNow[]): PeopleCalled | undefined {
  const hours = ({ count, unit }: PeopleCalled): number => count * (unit === 'd' ? 24 : 1);
  return counters
    .flatMap(({ name, value }): PeopleCalled[] => {
      const [, count, unit] = PEOPLE_CALLED.exec(name) ?? [];
      if (count === undefined) return [];
      return [{ people: value, count: Number(count), unit: unit === 'd' ? 'd' : 'h' }];
    })
    .sort((a, b) => hours(b) - hours(a))[0];
}

/** What the contacts were read from, and what of it is not listed. */
function Read({
  contacts,
  counters,
}: {
  readonly contacts: NumberContacts;
  readonly counters: readonly CounterNow[];
}) {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const { from, decisions, truncated, plainRowsPerSecond } = contacts;
  const c = useTexts(counterTexts);
  const widest = peopleCalled(counters);
  return (
    <p className="fz-quiet fz-small">
      {t('read', { from: format.day(from), decisions: format.number(decisions) })}{' '}
      {truncated ? t('cut') : null} {t('unlisted', { rows: format.number(plainRowsPerSecond) })}{' '}
      {widest === undefined
        ? null
        : t('counted', {
            people: format.number(widest.people),
            window: c(`${widest.unit}.unit`, { count: widest.count }),
          })}
    </p>
  );
}

interface ContactsProps {
  readonly value: string;
  /** Its counters, which know of calls that are not listed. */
  readonly counters: readonly CounterNow[];
  /** For what a person is looked at, where that was said already. */
  readonly purpose: Purpose | undefined;
}

/** With whom a number has calls: whom it called, and for a purpose who called it. */
export function Contacts({ value, counters, purpose: given }: ContactsProps) {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const [direction, setDirection] = useState<'called' | 'calledBy'>('called');
  const [order, setOrder] = useState<Order>('most');
  const [said, setSaid] = useState<Purpose>();
  const purpose = said ?? given;
  const incoming = direction === 'calledBy' && purpose !== undefined;
  const query = useNumberContacts({
    number: value,
    order,
    ...(incoming
      ? { incoming, purpose: purpose.purpose, ...(purpose.note ? { note: purpose.note } : {}) }
      : {}),
  });
  const count = query.data?.called.total;
  return (
    <section className="fz-stack" aria-labelledby="number-contacts">
      <div className="fz-row fz-between">
        <h2 id="number-contacts">{t('contacts')}</h2>
        <span className="fz-row">
          <Choice
            label={t('contacts')}
            value={direction}
            onChange={(chosen) => setDirection(chosen)}
            options={[
              {
                value: 'called',
                label: t('called', { count: count === undefined ? '…' : format.number(count) }),
              },
              { value: 'calledBy', label: t('calledBy') },
            ]}
          />
          <Choice
            label={t('order')}
            value={order}
            onChange={(chosen) => setOrder(chosen)}
            options={(['most', 'latest'] as const).map((each) => ({ value: each, label: t(each) }))}
          />
        </span>
      </div>
      {direction === 'calledBy' && purpose === undefined ? (
        <>
          <p className="fz-quiet">{t('incoming')}</p>
          <PurposePanel onPurpose={setSaid} />
        </>
      ) : (
        <Waiting query={query}>
          {(contacts) => {
            const { items } = contacts[direction] ?? { items: [] };
            return (
              <>
                {items.length === 0 ? (
                  <p className="fz-panel fz-quiet">{t('noContacts')}</p>
                ) : (
                  <Rows key={direction} rows={items} />
                )}
                <Read contacts={contacts} counters={counters} />
              </>
            );
          }}
        </Waiting>
      )}
    </section>
  );
}
