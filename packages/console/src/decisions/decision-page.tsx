import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import { useDecision } from '../api/decisions.ts';
import { useMay } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { DecisionView } from '../ui/decision/decision-view.tsx';
import type { OpenedFields } from '../ui/decision/event-input.tsx';
import { decisionTexts } from '../ui/decision/texts.ts';
import { Page } from '../ui/page.tsx';
import { OpenDialog } from '../ui/purpose/open-dialog.tsx';
import { SimulatedFrame } from '../ui/simulated.tsx';
import { useKeys } from '../ui/use-keys.ts';
import { Waiting } from '../ui/waiting.tsx';
import { LabelPanel } from './label/label-panel.tsx';
import { decisionsTexts } from './texts.ts';

function neighboursOf(state: unknown): readonly string[] {
  if (typeof state !== 'object' || state === null || !('neighbours' in state)) return [];
  return Array.isArray(state.neighbours) ? state.neighbours.map(String) : [];
}

/** Steps through the list that one came from, by buttons and by `j` and `k`. */
function Steps({ id }: { readonly id: string }) {
  const t = useTexts(decisionsTexts);
  const navigate = useNavigate();
  const { state } = useLocation();
  const ids = neighboursOf(state);
  const at = ids.indexOf(id);
  const before = ids[at - 1];
  const after = at < 0 ? undefined : ids[at + 1];
  const commands = useMemo(() => {
    const go = (to: string | undefined): void => {
      if (to !== undefined) void navigate(`/decisions/${to}`, { state, replace: true });
    };
    return { k: () => go(before), j: () => go(after) };
  }, [navigate, state, before, after]);
  useKeys(commands);
  if (at < 0) return null;
  return (
    <>
      <Button
        icon={<LeftOutlined />}
        disabled={before === undefined}
        onClick={commands.k}
        aria-label={t('previous')}
      />
      <Button
        icon={<RightOutlined />}
        disabled={after === undefined}
        onClick={commands.j}
        aria-label={t('next')}
      />
    </>
  );
}

function OneDecision({ id }: { readonly id: string }) {
  const d = useTexts(decisionTexts);
  const may = useMay();
  const decision = useDecision(id);
  const [asking, setAsking] = useState(false);
  const [opened, setOpened] = useState<OpenedFields>();
  const openable = may('decision:open') && (decision.data?.maskedFields.length ?? 0) > 0;
  const act = openable ? (
    <div>
      <Button onClick={() => (opened === undefined ? setAsking(true) : setOpened(undefined))}>
        {d(opened === undefined ? 'openFields' : 'hideFields')}
      </Button>
    </div>
  ) : null;
  return (
    <Waiting query={decision} lines={8}>
      {(data) => (
        <SimulatedFrame on={data.simulated}>
          <DecisionView
            decision={data}
            recorded
            opened={opened}
            openAct={act}
            outcome={<LabelPanel decision={data} />}
          />
          {asking ? (
            <OpenDialog
              id={id}
              onClose={() => setAsking(false)}
              onOpened={(fields) => {
                setOpened(fields);
                setAsking(false);
              }}
            />
          ) : null}
        </SimulatedFrame>
      )}
    </Waiting>
  );
}

/** One decision with everything behind it. Opened fields last until another decision or page is shown. */
export function DecisionPage() {
  const t = useTexts(decisionsTexts);
  const { id = '' } = useParams();
  return (
    <Page title={t('one', { id: id.slice(0, 8) })} needs="decision:read" actions={<Steps id={id} />}>
      <OneDecision key={id} id={id} />
    </Page>
  );
}
