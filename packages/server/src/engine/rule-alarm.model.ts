import type { RuleAlarm } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { AlarmState, Finding } from './rule-health.model.ts';

/** An alarm as it is kept. Times are milliseconds since the epoch. */
export interface StoredAlarm extends Finding {
  readonly id: number;
  readonly state: AlarmState;
  readonly openedAt: number;
  readonly seenAt: number;
  readonly acknowledgedAt?: number;
  readonly acknowledgedBy?: string;
  readonly note?: string;
  readonly closedAt?: number;
}

/** What makes a finding the same alarm as before. */
export function alarmKey({ kind, rule, other = '' }: Pick<Finding, 'kind' | 'rule' | 'other'>): string {
  return `${kind} ${rule} ${other}`;
}

export function alarmView(alarm: StoredAlarm): RuleAlarm {
  const { id, kind, state, rule, other, figures } = alarm;
  const instant = (at: number) => new Date(at).toISOString();
  return {
    id: String(id),
    kind,
    state,
    rule,
    ...(other === undefined ? {} : { other }),
    text: textOf(alarm),
    figures: { ...figures },
    openedAt: instant(alarm.openedAt),
    seenAt: instant(alarm.seenAt),
    ...(alarm.acknowledgedAt === undefined ? {} : { acknowledgedAt: instant(alarm.acknowledgedAt) }),
    ...(alarm.acknowledgedBy === undefined ? {} : { acknowledgedBy: alarm.acknowledgedBy }),
    ...(alarm.note === undefined ? {} : { note: alarm.note }),
    ...(alarm.closedAt === undefined ? {} : { closedAt: instant(alarm.closedAt) }),
  };
}

function textOf({ kind, other, figures }: Finding): Localized {
  const figure = (name: string): string => String(figures[name] ?? 0);
  switch (kind) {
    case 'rate-high':
    case 'rate-low': {
      const more = kind === 'rate-high';
      return {
        'zh-CN': `最近一小时命中 ${figure('hits')} 次，明显${more ? '高于' : '低于'}往常同一时段（约 ${figure('expected')} 次）`,
        en: `${figure('hits')} hits in the last hour, far ${more ? 'above' : 'below'} the usual at this time (about ${figure('expected')})`,
      };
    }
    case 'never-fires':
      return {
        'zh-CN': `${figure('days')} 天内询问 ${figure('asked')} 个事件，从未命中`,
        en: `no hit in ${figure('days')} days, although ${figure('asked')} events were asked`,
      };
    case 'always-agrees':
      return {
        'zh-CN': `命中几乎总与 ${other} 相同：共同命中 ${figure('together')} 次，本规则 ${figure('hits')} 次，对方 ${figure('otherHits')} 次`,
        en: `nearly always speaks with ${other}: ${figure('together')} hits together, ${figure('hits')} of its own, ${figure('otherHits')} of the other`,
      };
    case 'ends-soon':
      return {
        'zh-CN': `还有 ${figure('days')} 天到期`,
        en: `ends in ${figure('days')} days`,
      };
    case 'ended':
      return {
        'zh-CN': `已到期 ${figure('days')} 天，不再生效`,
        en: `ended ${figure('days')} days ago and is no longer asked`,
      };
  }
}
