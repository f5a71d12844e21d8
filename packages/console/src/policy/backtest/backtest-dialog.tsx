import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useStartBacktest } from '../../api/backtests.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Choice } from '../../ui/choice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { uiTexts } from '../../ui/texts.ts';
import { backtestTexts } from './texts.ts';

const DAY_MS = 86_400_000;
const PERIODS = { lastDay: 1, lastWeek: 7, lastMonth: 30 } as const;
type Period = keyof typeof PERIODS | 'own';
const CHOICES: readonly Period[] = ['lastDay', 'lastWeek', 'lastMonth', 'own'];

interface BacktestDialogProps {
  readonly version: number;
  onStarted(id: string): void;
  onClose(): void;
}

/** `2026-11-23T10:00` in the reader's zone, as the browser's own field writes it. */
function localInput(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Asks for the period and starts a backtest of a version. */
export function BacktestDialog({ version, onStarted, onClose }: BacktestDialogProps) {
  const t = useTexts(backtestTexts);
  const u = useTexts(uiTexts);
  const start = useStartBacktest();
  const [period, setPeriod] = useState<Period>('lastWeek');
  const [own, setOwn] = useState(() => ({
    from: localInput(Date.now() - 7 * DAY_MS),
    to: localInput(Date.now()),
  }));
  const bad = period === 'own' && !(Date.parse(own.from) < Date.parse(own.to));
  const go = (): void => {
    const to = period === 'own' ? Date.parse(own.to) : Date.now();
    const from = period === 'own' ? Date.parse(own.from) : to - PERIODS[period] * DAY_MS;
    start.mutate(
      { version, from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      { onSuccess: ({ id }) => onStarted(id) },
    );
  };
  return (
    <Modal
      open
      title={t('startTitle', { version })}
      okText={t('start')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: start.isPending || bad }}
      onOk={go}
      onCancel={onClose}
    >
      <div className="fz-stack">
        <p>{t('startText')}</p>
        <Choice<Period>
          label={t('period')}
          value={period}
          options={CHOICES.map((value) => ({ value, label: t(value) }))}
          onChange={setPeriod}
        />
        {period === 'own' ? (
          <div className="fz-row">
            {(['from', 'to'] as const).map((name) => (
              <label key={name} htmlFor={`backtest-${name}`} className="fz-row">
                {t(name)}
                <Input
                  id={`backtest-${name}`}
                  type="datetime-local"
                  value={own[name]}
                  onChange={({ target }) => setOwn({ ...own, [name]: target.value })}
                  style={{ width: 200 }}
                />
              </label>
            ))}
          </div>
        ) : null}
        {bad ? <p role="alert">{t('badPeriod')}</p> : null}
        {start.error ? <ProblemNotice error={start.error} while="changing" /> : null}
      </div>
    </Modal>
  );
}
