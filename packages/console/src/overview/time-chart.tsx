import type { DecisionStats } from '@fanzha/contract';
import { VERDICTS, type Verdict } from '@fanzha/vocabulary';
import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { type Format, useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { useScheme } from '../ui/theme.ts';
import { useWord } from '../ui/use-word.ts';
import { overviewTexts } from './texts.ts';

use([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

const DAY_SECONDS = 86_400;

interface TimeChartProps {
  readonly stats: DecisionStats;
  onOpen(verdict: Verdict, from: string, to: string): void;
}

function axisLabel(format: Format, stats: DecisionStats, at: string): string {
  return stats.bucketSeconds >= DAY_SECONDS / 4 ? format.dateTime(at) : format.clock(at, false);
}

function chartOptions(stats: DecisionStats, format: Format, name: (verdict: Verdict) => string) {
  const styles = getComputedStyle(document.documentElement);
  const colour = (token: string): string => styles.getPropertyValue(`--fz-${token}`).trim();
  const axis = { axisLine: { lineStyle: { color: colour('line') } }, axisLabel: { color: colour('ink-2') } };
  return {
    animation: false,
    textStyle: { fontFamily: styles.getPropertyValue('--fz-font') },
    grid: { left: 8, right: 8, top: 10, bottom: 4, outerBoundsMode: 'same' as const },
    tooltip: {
      trigger: 'axis' as const,
      axisPointer: { type: 'shadow' as const },
      backgroundColor: colour('surface'),
      borderColor: colour('line'),
      textStyle: { color: colour('ink'), fontSize: 12 },
    },
    xAxis: {
      type: 'category' as const,
      data: stats.series.map(({ at }) => axisLabel(format, stats, at)),
      axisTick: { show: false },
      ...axis,
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitLine: { lineStyle: { color: colour('line') } },
      ...axis,
    },
    series: VERDICTS.map((verdict) => ({
      type: 'bar' as const,
      name: name(verdict),
      stack: 'verdicts',
      itemStyle: { color: colour(verdict) },
      barCategoryGap: '15%',
      data: stats.series.map(({ counts }) => counts[verdict] ?? 0),
    })),
  };
}

/** Decisions over time, stacked by verdict; a bar opens what it counted. The same figures stand in a table for readers. */
export function TimeChart({ stats, onOpen }: TimeChartProps) {
  const t = useTexts(overviewTexts);
  const word = useWord();
  const format = useFormat();
  const { dark } = useScheme();
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ stats, onOpen });
  useEffect(() => {
    latest.current = { stats, onOpen };
  }, [stats, onOpen]);

  const chart = useRef<ReturnType<typeof init>>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = init(element);
    chart.current = made;
    made.on('click', ({ dataIndex, seriesIndex }) => {
      const { stats: shown, onOpen: open } = latest.current;
      const from = shown.series[dataIndex]?.at;
      const verdict = VERDICTS[seriesIndex ?? -1];
      if (from === undefined || verdict === undefined) return;
      open(verdict, from, new Date(Date.parse(from) + shown.bucketSeconds * 1000).toISOString());
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  // Colours are read from the style sheet, so the scheme is one of the things that ask for drawing again.
  const drawnFor = dark ? 'dark' : 'light';
  useEffect(() => {
    chart.current?.setOption({
      darkMode: drawnFor === 'dark',
      ...chartOptions(stats, format, (verdict) => word('verdict', verdict)),
    });
  }, [stats, format, word, drawnFor]);

  return (
    <figure>
      <div ref={place} className="fz-chart" aria-hidden="true" />
      <table className="fz-hidden">
        <caption>{t('seriesTable')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('at')}</th>
            {VERDICTS.map((verdict) => (
              <th key={verdict} scope="col">
                {word('verdict', verdict)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stats.series.map(({ at, counts }) => (
            <tr key={at}>
              <th scope="row">{format.dateTime(at)}</th>
              {VERDICTS.map((verdict) => (
                <td key={verdict}>{format.number(counts[verdict] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
