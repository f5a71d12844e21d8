import { EditOutlined } from '@ant-design/icons';
import type { LineView } from '@fanzha/contract';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';
import { type LineTurn, useLine, useLineHistory, useLineSetting, useTurnLine } from '../api/lines.ts';
import { rowsOf } from '../api/paged.ts';
import { ProblemError } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { NotFoundPage } from '../ui/broken-page.tsx';
import { MoreRows } from '../ui/data-list.tsx';
import { linkTo } from '../ui/decision-filters.ts';
import { StandingTag } from '../ui/line/standing-tag.tsx';
import { Page } from '../ui/page.tsx';
import { subjectLink } from '../ui/subject-place.ts';
import { Time } from '../ui/time.tsx';
import { Skeleton, Waiting } from '../ui/waiting.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { ChangeTag, ChangeWho, useChangeActs } from './line-changes.tsx';
import { LineDrawer } from './line-drawer.tsx';
import { useContentText, useLineTitles } from './line-words.tsx';
import { StepDiff } from './steps-drawer.tsx';
import { lineChangeTexts, linesTexts } from './texts.ts';
import { useTold } from './use-told.tsx';

/** Numbers of a line that are shown at once. */
const SHOWN_NUMBERS = 60;

/** Numbers as links to their pages, ranges as they stand. */
function Numbers({ numbers }: { readonly numbers: readonly string[] }) {
  const t = useTexts(linesTexts);
  const [all, setAll] = useState(false);
  if (numbers.length === 0) return t('noNumbers');
  const shown = all ? numbers : numbers.slice(0, SHOWN_NUMBERS);
  return (
    <span className="fz-row" style={{ gap: '2px 12px' }}>
      {shown.map((value) =>
        value.includes('..') ? (
          <span key={value}>{value}</span>
        ) : (
          <Link key={value} {...subjectLink({ kind: 'number', role: 'caller', value, display: value })}>
            {value}
          </Link>
        ),
      )}
      {shown.length === numbers.length ? null : (
        <Button size="small" type="text" onClick={() => setAll(true)}>
          {t('numbersCount', { count: String(numbers.length) })}
        </Button>
      )}
    </span>
  );
}

function About({ line }: { readonly line: LineView }) {
  const t = useTexts(linesTexts);
  const titles = useLineTitles();
  const text = useContentText();
  const { content, standing, suspendedFor, waiting } = line;
  const pairs: [string, ReactNode][] = [
    [
      t('standing'),
      <span key="standing" className="fz-row">
        <StandingTag standing={standing} />
        {waiting ? <Tag weight="warn">{t('waiting')}</Tag> : null}
        {suspendedFor === undefined ? null : `${t('suspendedFor')}: ${suspendedFor}`}
      </span>,
    ],
    [t('owner'), content.owner],
    ...(content.ownerCode === undefined ? [] : ([[t('ownerCode'), content.ownerCode]] as const)).map(
      ([name, value]): [string, ReactNode] => [name, value],
    ),
    [t('kind'), titles.kind(content.kind)],
    [t('use'), titles.use(content.use)],
    [t('numbers'), <Numbers key="numbers" numbers={content.numbers} />],
    [t('routes'), `${text('routes', content)} · ${text('dedicated', content)} · ${text('abroad', content)}`],
    [
      t('hours'),
      `${text('hours', content)}${content.timeZone === undefined ? '' : ` (${content.timeZone})`}`,
    ],
    [t('validity'), `${content.validFrom} – ${content.validUntil ?? t('noEnd')}`],
    [t('document'), content.document],
    ...(content.note === undefined ? [] : [[t('note'), content.note] as [string, ReactNode]]),
    [
      t('changed'),
      <span key="changed">
        {line.changedBy} <Time at={line.changedAt} />
      </span>,
    ],
  ];
  return (
    <section className="fz-panel">
      <dl className="fz-about">
        {pairs.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt className="fz-quiet">{name}</dt>
            <dd style={{ overflowWrap: 'anywhere' }}>{value}</dd>
          </div>
        ))}
      </dl>
      <p style={{ marginTop: 10 }}>
        <Link {...linkTo({ subject: line.id })}>{t('openDecisions')}</Link>
      </p>
    </section>
  );
}

function History({ line }: { readonly line: LineView }) {
  const t = useTexts(linesTexts);
  const c = useTexts(lineChangeTexts);
  const query = useLineHistory(line.id);
  const { acts, place } = useChangeActs();
  const rows = rowsOf(query);
  return (
    <section className="fz-stack" aria-labelledby="line-history">
      <h2 id="line-history">{t('history')}</h2>
      {place}
      <Waiting query={query}>
        {() =>
          rows.length === 0 ? (
            <p className="fz-panel fz-empty">{t('noHistory')}</p>
          ) : (
            <>
              <ul className="fz-cards">
                {rows.map((step) => (
                  <li key={step.change.id}>
                    <div className="fz-row fz-between">
                      <span className="fz-row">
                        <ChangeTag state={step.change.state} />
                        <strong>{c(`act.${step.change.act}`)}</strong>
                        <span>{step.change.reason}</span>
                      </span>
                      {acts(step.change, step.change.lines > 1)}
                    </div>
                    <StepDiff step={step} />
                    <span className="fz-quiet">
                      <ChangeWho change={step.change} />
                    </span>
                  </li>
                ))}
              </ul>
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
    </section>
  );
}

interface TurnProps {
  readonly line: LineView;
  readonly turn: LineTurn;
  readonly onDone: ReturnType<typeof useTold>['told'];
  onClose(): void;
}

function TurnDialog({ line, turn, onDone, onClose }: TurnProps) {
  const t = useTexts(linesTexts);
  const setting = useLineSetting();
  const act = useTurnLine();
  const two = setting.data?.secondPerson.includes(turn) ?? true;
  return (
    <ReasonDialog
      title={t('turnTitle', { act: t(turn), id: line.id })}
      text={`${t(`turnText.${turn}`)} ${t(two ? 'needsTwo' : 'effectNow')}`}
      label={t('reason')}
      submit={t(turn)}
      pending={act.isPending}
      error={act.error}
      onSubmit={(reason) =>
        act.mutate(
          { turn, id: line.id, reason },
          {
            onSuccess: (change) => {
              onDone(change);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    />
  );
}

/** What may be asked for in each state; the server holds the table of moves. */
const TURNS: Readonly<Record<LineView['state'], readonly LineTurn[]>> = {
  draft: [],
  active: ['suspend', 'close'],
  suspended: ['resume', 'close'],
  closed: [],
  refused: [],
};

function OneLine({ line }: { readonly line: LineView }) {
  const t = useTexts(linesTexts);
  const may = useMay()('line:write');
  const [turn, setTurn] = useState<LineTurn>();
  const [editing, setEditing] = useState(false);
  const { place, told } = useTold();
  const editable = may && (line.state === 'active' || line.state === 'suspended');
  const acts = may ? (
    <>
      {editable ? (
        <Button type="primary" icon={<EditOutlined />} onClick={() => setEditing(true)}>
          {t('edit')}
        </Button>
      ) : null}
      {TURNS[line.state].map((each) => (
        <Button key={each} onClick={() => setTurn(each)}>
          {t(each)}
        </Button>
      ))}
    </>
  ) : null;
  return (
    <Page title={`${line.content.owner} · ${line.id}`} needs="line:read" actions={acts}>
      {place}
      <About line={line} />
      <History line={line} />
      {turn === undefined ? null : (
        <TurnDialog line={line} turn={turn} onDone={told} onClose={() => setTurn(undefined)} />
      )}
      {editing ? (
        <LineDrawer
          line={line}
          onClose={() => setEditing(false)}
          onDone={(change) => {
            setEditing(false);
            told(change);
          }}
        />
      ) : null}
    </Page>
  );
}

/** One line: what is registered of it, what may be done, and how it came to be so. */
export function LinePage() {
  const { id = '' } = useParams();
  const query = useLine(id);
  const { error, data } = query;
  if (data === undefined && !error) return <Skeleton lines={8} />;
  if (error instanceof ProblemError && error.status === 404) return <NotFoundPage />;
  return <Waiting query={query}>{(line) => <OneLine key={id} line={line} />}</Waiting>;
}
