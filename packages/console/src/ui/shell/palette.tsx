import { Input, Modal } from 'antd';
import { type KeyboardEvent, useId, useState } from 'react';
import { type To, useNavigate } from 'react-router';
import { useMay } from '../../api/session.ts';
import { useTexts } from '../../i18n/texts.ts';
import { placeOf } from '../decision-filters.ts';
import { kindOf, rolesOf, subjectLink } from '../subject-place.ts';
import { useDestinations } from './navigation.tsx';
import { type Pasted, readPasted } from './palette.model.ts';
import { shellTexts } from './texts.ts';

interface Choice {
  readonly key: string;
  readonly words: string;
  readonly to: To;
  readonly state?: unknown;
}

const SHOWN_LETTERS = 60;

function usePastedChoices(): (pasted: Pasted) => readonly Choice[] {
  const t = useTexts(shellTexts);
  const short = (text: string): string =>
    text.length > SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS)}…` : text;
  return (pasted) => {
    if (pasted.kind === 'decision') {
      const to = `/decisions/${encodeURIComponent(pasted.id)}`;
      return [{ key: 'decision', words: t('openDecision', { id: pasted.id }), to }];
    }
    if (pasted.kind === 'message') {
      return [
        {
          key: 'message',
          words: t('tryText', { text: short(pasted.text) }),
          to: '/try',
          state: { text: pasted.text },
        },
      ];
    }
    const { value } = pasted;
    const { state, ...to } = placeOf({ subject: value });
    const kind = kindOf(value);
    const [role = kind] = rolesOf(kind);
    const page = subjectLink({ kind, role, value, display: value });
    return [
      { key: 'subject', words: t('findSubject', { text: short(value) }), to, state },
      { key: 'subject-page', words: t('openSubject', { text: short(value) }), ...page },
    ];
  };
}

/** Paste anything or type a page's name; arrows choose, Enter goes. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(shellTexts);
  const may = useMay();
  const navigate = useNavigate();
  const destinations = useDestinations();
  const choicesOf = usePastedChoices();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();

  const asked = text.trim().toLowerCase();
  const pages = destinations
    .map(({ path, title }) => ({ key: path, words: t(title), to: path }))
    .concat({ key: 'profile', words: t('profile'), to: '/profile' })
    .filter(({ words, to }) => words.toLowerCase().includes(asked) || to.includes(asked));
  const pasted = readPasted(text)
    .filter(({ kind }) => may(kind === 'message' ? 'decision:try' : 'decision:read'))
    .flatMap(choicesOf);
  const choices: readonly Choice[] = [...pages, ...pasted];
  const chosen = Math.min(at, choices.length - 1);

  const go = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    void navigate(choice.to, { state: choice.state });
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((chosen + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) go(choices[chosen]);
    else return;
    event.preventDefault();
  };

  return (
    <Modal open title={t('paletteTitle')} footer={null} onCancel={onClose} width={560} style={{ top: 80 }}>
      <Input
        autoFocus
        size="large"
        value={text}
        placeholder={t('palettePlaceholder')}
        aria-label={t('palettePlaceholder')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={`${listId}-${chosen}`}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div className="fz-results" id={listId} role="listbox" aria-label={t('paletteResults')}>
        {choices.map((choice, index) => (
          <div
            key={choice.key}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onMouseMove={() => setAt(index)}
            onClick={() => go(choice)}
            onKeyDown={press}
          >
            {choice.words}
          </div>
        ))}
      </div>
      {choices.length === 0 ? <p className="fz-quiet">{t('nothingFound')}</p> : null}
    </Modal>
  );
}
