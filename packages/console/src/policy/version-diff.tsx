import type { PolicyChange } from '@fanzha/contract';
import { Select } from 'antd';
import { diffWordsWithSpace } from 'diff';
import { Fragment, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useVersionDiff, useVersions } from '../api/policy-versions.ts';
import { useTexts } from '../i18n/texts.ts';
import { Waiting } from '../ui/waiting.tsx';
import { fieldKey } from './field-words.ts';
import { placeOfPart } from './places.ts';
import { policyTexts } from './texts.ts';

/** Two writings of a text in one: what went is struck out, what came is underlined. */
export function WordDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const parts = diffWordsWithSpace(before, after);
  return parts.map(({ value, added, removed }, index) => {
    // Parts have no identity but their place.
    const key = `${index} ${value}`;
    if (added) return <ins key={key}>{value}</ins>;
    return removed ? <del key={key}>{value}</del> : <Fragment key={key}>{value}</Fragment>;
  });
}

function Field({ before, after }: { readonly before?: string; readonly after?: string }): ReactNode {
  if (before === undefined) return <ins>{after}</ins>;
  if (after === undefined) return <del>{before}</del>;
  return <WordDiff before={before} after={after} />;
}

function Change({ change, to }: { readonly change: PolicyChange; readonly to: number }) {
  const t = useTexts(policyTexts);
  const { part, id, fields } = change;
  const opens = change.change !== 'removed' && (part === 'rule' || part === 'table');
  const place = placeOfPart(to, part === 'rule' ? 'rule' : 'table', id);
  return (
    <section className="fz-change" aria-label={id}>
      <div className="fz-row">
        <span className="fz-change-kind">
          {t(`change.${change.change}`)} · {t(`part.${part}`)}
        </span>
        {opens ? (
          <Link to={place}>
            <code>{id}</code>
          </Link>
        ) : (
          <code>{id}</code>
        )}
      </div>
      <dl className="fz-stack" style={{ gap: 3 }}>
        {fields
          .filter(({ before = '', after = '' }) => before !== after)
          .map((field) => {
            const words = fieldKey(field.field);
            const code = /^(when|rows|inputs|values)/.test(field.field);
            return (
              <div key={field.field} className="fz-change-field">
                <dt>{words === undefined ? <code>{field.field}</code> : t(words)}</dt>
                <dd className={code ? 'fz-mono' : undefined}>
                  <Field {...field} />
                </dd>
              </div>
            );
          })}
      </dl>
    </section>
  );
}

const ORDER = ['added', 'removed', 'changed', 'moved'] as const;

/** What a version changes, against the live one or any other. */
export function VersionDiff({ number }: { readonly number: number }) {
  const t = useTexts(policyTexts);
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get('from') ?? Number.NaN);
  const from = Number.isSafeInteger(asked) && asked > 0 ? asked : undefined;
  const query = useVersionDiff(number, from);
  const versions = useVersions('').data?.pages.flatMap(({ items }) => items) ?? [];
  const choose = (chosen: number): void => {
    search.set('from', String(chosen));
    setSearch(search, { replace: true });
  };
  return (
    <Waiting query={query} lines={8}>
      {({ changes, from: base }) => {
        const counts = Object.fromEntries(
          ORDER.map((kind) => [kind, changes.filter(({ change }) => change === kind).length]),
        );
        return (
          <section className="fz-panel">
            <div className="fz-row fz-between" style={{ marginBottom: 8 }}>
              <div className="fz-row">
                <span>{t('against')}</span>
                <Select
                  aria-label={t('against')}
                  value={base}
                  onChange={choose}
                  popupMatchSelectWidth={false}
                  style={{ width: 260, maxWidth: '70vw' }}
                  options={versions
                    .filter((each) => each.number !== number)
                    .map((each) => ({
                      value: each.number,
                      label: `#${each.number} ${each.title} · ${t(`state.${each.state}`)}`,
                    }))}
                />
              </div>
              <span className="fz-quiet">{t('countChanges', counts)}</span>
            </div>
            {changes.length === 0 ? <p>{t('noChanges', { number: base })}</p> : null}
            {ORDER.flatMap((kind) => changes.filter(({ change }) => change === kind)).map((change) => (
              <Change key={`${change.part} ${change.id} ${change.change}`} change={change} to={number} />
            ))}
          </section>
        );
      }}
    </Waiting>
  );
}
