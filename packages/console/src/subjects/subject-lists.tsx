import type { ListChangeView, ListEntryView, ListView } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useChangeList, useHolders, useLists, useUndoChange } from '../api/lists.ts';
import { useMay } from '../api/session.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import type { SubjectAsked } from '../ui/subject-place.ts';
import { Until } from '../ui/time.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { useUndo } from '../ui/work/use-undo.tsx';
import { AddDialog } from './add-dialog.tsx';
import { subjectsTexts } from './texts.ts';

interface Held {
  readonly list: ListView;
  readonly entry: ListEntryView;
}

/** What a list of this kind of subject is kept of; undefined where there are none. */
export function listKindOf(kind: SubjectAsked['kind']): ListView['kind'] | undefined {
  if (kind === 'number' || kind === 'sender') return 'number';
  return kind === 'host' ? 'host' : undefined;
}

function RemoveDialog({
  held,
  onDone,
  onClose,
}: {
  held: Held;
  onDone(c: ListChangeView): void;
  onClose(): void;
}) {
  const t = useTexts(subjectsTexts);
  const localized = useLocalized();
  const change = useChangeList();
  const { list, entry } = held;
  const submit = (reason: string): void => {
    const source = entry.source ?? list.source;
    change.mutate(
      { id: list.id, body: { act: 'remove', lines: entry.value, source, reason } },
      { onSuccess: (done) => onDone(done.change) },
    );
  };
  return (
    <ReasonDialog
      title={t('removeTitle', { list: localized(list.title) })}
      text={t('removeText')}
      label={t('reason')}
      submit={t('remove')}
      pending={change.isPending}
      error={change.error}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}

function HeldRow({ held, onRemove }: { readonly held: Held; onRemove(held: Held): void }) {
  const t = useTexts(subjectsTexts);
  const localized = useLocalized();
  const may = useMay()('list:write');
  const { list, entry } = held;
  return (
    <li>
      <span className="fz-row">
        <Link to={`/lists/${list.id}`}>{localized(list.title)}</Link>
        {list.purpose === 'protect' ? <Tag weight="on">{t('protect')}</Tag> : null}
        {entry.title === undefined ? null : <span>{localized(entry.title)}</span>}
        <span className="fz-quiet fz-small">
          {entry.reason}
          {entry.expiresAt === undefined ? null : (
            <>
              {' '}
              {t('until')} <Until at={entry.expiresAt} />
            </>
          )}
        </span>
      </span>
      {may && list.origin === 'own' ? (
        <Button size="small" onClick={() => onRemove(held)}>
          {t('remove')}
        </Button>
      ) : null}
    </li>
  );
}

/** Says what became of a change of a list, with undo where it is in force. */
function useTold() {
  const t = useTexts(subjectsTexts);
  const undo = useUndoChange();
  const { place, tell } = useUndo();
  const told = ({ id, state, act }: ListChangeView): void => {
    if (state === 'asked') {
      tell(t('toldAsked'));
      return;
    }
    tell(t(act === 'add' ? 'toldAdded' : 'toldRemoved'), () =>
      undo.mutate({ id, reason: t('undoReason') }, { onSuccess: () => tell(t('toldUndone')) }),
    );
  };
  return { place, told };
}

/** The lists that a subject is on, with adding and removing. */
export function SubjectLists({ subject }: { readonly subject: SubjectAsked }) {
  const t = useTexts(subjectsTexts);
  const may = useMay()('list:write');
  const lists = useLists().data?.items ?? [];
  const kind = listKindOf(subject.kind);
  const fitting = lists.filter((list) => list.kind === kind);
  const holders = useHolders(
    fitting.map(({ id }) => id),
    subject.value,
  );
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Held>();
  const { place, told } = useTold();
  const held = holders.flatMap(({ list: id, entry }): Held[] => {
    const list = fitting.find((each) => each.id === id);
    return list === undefined ? [] : [{ list, entry }];
  });
  const finish = (change: ListChangeView): void => {
    setAdding(false);
    setRemoving(undefined);
    told(change);
  };
  return (
    <section className="fz-panel" aria-labelledby="subject-lists">
      {place}
      <header>
        <h2 id="subject-lists">{t('lists')}</h2>
        {may && kind !== undefined ? (
          <Button size="small" onClick={() => setAdding(true)}>
            {t('addToList')}
          </Button>
        ) : null}
      </header>
      {held.length === 0 ? (
        <p className="fz-quiet">{t(kind === undefined ? 'notListed' : 'noLists')}</p>
      ) : (
        <ul className="fz-rows">
          {held.map((each) => (
            <HeldRow key={each.list.id} held={each} onRemove={setRemoving} />
          ))}
        </ul>
      )}
      {adding ? (
        <AddDialog
          subject={subject}
          lists={fitting.filter(({ origin }) => origin === 'own')}
          onDone={finish}
          onClose={() => setAdding(false)}
        />
      ) : null}
      {removing === undefined ? null : (
        <RemoveDialog held={removing} onDone={finish} onClose={() => setRemoving(undefined)} />
      )}
    </section>
  );
}
