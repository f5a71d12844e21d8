import type { HealthPart } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import Type from 'typebox';
import type { Clock, Context, Jobs, Logger, Outbox, Room } from '../platform/index.ts';
import type { Sealer } from './decision-record.model.ts';
import { expandTable } from './decision-table.model.ts';
import type { CompiledPolicy, PolicySetting } from './policy.model.ts';
import { createPolicyEdits } from './policy-edit.service.ts';
import { policySettingChanged } from './policy-event.service.ts';
import { expiringRules } from './policy-expiry.model.ts';
import { createPolicyMoves, type PolicyMoves } from './policy-move.service.ts';
import { type LoadedSetting, type PolicyParts, policyLife, readSetting } from './policy-setting.service.ts';
import { policyVersionRoutes } from './policy-version.routes.ts';
import { createPolicyVersions, type PolicyVersions } from './policy-version.service.ts';
import { snoozeRoutes } from './snooze.routes.ts';
import { createSnoozes, type SnoozeParts, type Snoozes } from './snooze.service.ts';

export interface PolicyLifeParts extends PolicyParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly sealer: Sealer;
  readonly numbering: SnoozeParts['numbering'];
  readonly outbox: Pick<Outbox, 'subscribe'>;
  readonly jobs: Pick<Jobs, 'define'>;
  /** What the engine was started with. */
  readonly loaded: LoadedSetting;
  /** Hands the engine the whole of what it shall decide by from `at` (ms since the epoch); the same again is no harm. */
  adopt(setting: PolicySetting, at: number): void | Promise<void>;
}

/** Versions of the policy, shadow and snoozes, as a room. */
export interface PolicyLifeRoom extends Room {
  readonly versions: PolicyVersions;
  readonly moves: PolicyMoves;
  readonly snoozes: Snoozes;
  /** Reads what is to be decided by and hands it to the engine. Throws what the engine throws. */
  refresh(ctx: Context): Promise<void>;
}

/** Every minute: what is past its end is written down as ended. */
const SNOOZE_CRON = '* * * * *';

export function createPolicyLife(parts: PolicyLifeParts): PolicyLifeRoom {
  const { pack, ground, clock, outbox, jobs } = parts;
  const life = policyLife(pack);
  const adoption = new Adoption(parts);
  const rules = () => adoption.rules();
  const versions = createPolicyVersions(parts);
  const moves = createPolicyMoves(versions, life);
  const snoozes = createSnoozes({ ...parts, life, rules });
  outbox.subscribe(policySettingChanged, 'engine-policy', (ctx) => adoption.refresh(ctx));
  jobs.define(
    'engine.snoozes',
    Type.Object({}, { additionalProperties: false }),
    async (ctx) => {
      await snoozes.endOverdue(ctx);
    },
    { schedule: { cron: SNOOZE_CRON, timeZone: pack.timeZone } },
  );
  const { timeZone } = pack;
  const adopt = (ctx: Context) => adoption.attempt(ctx);
  const edits = createPolicyEdits(versions, ground);
  return {
    name: 'policy',
    routes: [
      ...policyVersionRoutes({ versions, edits, moves, rules, timeZone, adopt }),
      ...snoozeRoutes(snoozes, adopt),
    ],
    versions,
    moves,
    snoozes,
    refresh: (ctx) => adoption.refresh(ctx),
    health: () => {
      const expiring = expiringRules(rules(), clock.now(), timeZone, life.expiryWarningDays);
      return policyHealth(adoption.state, expiring);
    },
  };
}

interface AdoptionState {
  readonly loaded: LoadedSetting;
  /** Why the engine has not taken the newest setting. */
  readonly problem?: string;
}

/** Hands settings to the engine, one after the other, so that an older one never comes last. */
class Adoption {
  readonly #parts: PolicyLifeParts;
  #state: AdoptionState;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: PolicyLifeParts) {
    this.#parts = parts;
    this.#state = { loaded: parts.loaded };
    this.#tell(parts.loaded);
  }

  get state(): AdoptionState {
    return this.#state;
  }

  /** Rules of the live policy, rows of tables too. */
  rules(): CompiledPolicy['rules'] {
    const { live } = this.#state.loaded.setting;
    return [
      ...live.rules,
      ...live.tables.flatMap((table) => expandTable(table).rules.map(({ rule }) => rule)),
    ];
  }

  refresh(ctx: Context): Promise<void> {
    const next = this.#queue.then(() => this.#adopt(ctx));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  /** What was changed is committed: the answer does not fail with it, and the outbox tries again. */
  attempt(ctx: Context): Promise<void> {
    return this.refresh(ctx).catch((error: unknown) => {
      ctx.log.error({ err: error }, 'the engine has not taken the policy; it will be tried again');
    });
  }

  async #adopt(ctx: Context): Promise<void> {
    const loaded = await readSetting(ctx, this.#parts);
    try {
      await this.#parts.adopt(loaded.setting, ctx.clock.now());
    } catch (error) {
      this.#state = { loaded: this.#state.loaded, problem: (error as Error).message };
      throw error;
    }
    this.#state = { loaded };
    this.#tell(loaded);
  }

  #tell({ instead, shadowFault }: LoadedSetting): void {
    const { log } = this.#parts;
    if (instead) log.error(instead, 'the live policy does not compile with this program; an older one runs');
    if (shadowFault !== undefined)
      log.error({ version: shadowFault }, 'the policy in shadow does not compile');
  }
}

const text = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });

function policyHealth(
  { loaded, problem }: AdoptionState,
  expiring: ReturnType<typeof expiringRules>,
): HealthPart {
  const { setting, instead, shadowFault } = loaded;
  const expired = expiring.filter(({ daysLeft }) => daysLeft < 0);
  const told = [
    ...(problem === undefined
      ? []
      : [text(`引擎未能采用新策略：${problem}`, `The engine could not take the new policy: ${problem}`)]),
    ...(instead
      ? [
          text(
            `现行版本 ${instead.live} 无法用本程序编译，改由 ${instead.running} 运行：${instead.fault}`,
            `Live version ${instead.live} does not compile with this program, ${instead.running} runs: ${instead.fault}`,
          ),
        ]
      : []),
    ...(shadowFault === undefined
      ? []
      : [text(`影子版本 ${shadowFault} 无法编译`, `Version ${shadowFault} in shadow does not compile`)]),
    ...(expired.length > 0 ? [expiryText(expired, '已到期', 'have expired')] : []),
    ...(expiring.length > expired.length
      ? [expiryText(expiring.slice(expired.length), '即将到期', 'expire soon')]
      : []),
  ];
  const figure = (name: string, title: Localized, value: number) => ({ name, title, value, unit: '' });
  return {
    name: 'policy',
    title: text('策略', 'Policy'),
    state: told.length === 0 ? 'ok' : 'degraded',
    ...(told.length === 0
      ? {}
      : {
          text: text(told.map((each) => each['zh-CN']).join('；'), told.map((each) => each.en).join('; ')),
        }),
    figures: [
      figure(
        'rulesExpiring',
        text('即将到期的规则', 'Rules that expire soon'),
        expiring.length - expired.length,
      ),
      figure('rulesExpired', text('已到期的规则', 'Expired rules'), expired.length),
      figure('snoozes', text('生效的暂停', 'Snoozes in force'), setting.snoozes.length),
    ],
  };
}

/** Most rules that one line names. */
const NAMED = 5;

function expiryText(rules: ReturnType<typeof expiringRules>, zh: string, en: string): Localized {
  const names = rules
    .slice(0, NAMED)
    .map(({ rule }) => rule)
    .join(', ');
  const rest = rules.length > NAMED ? ' …' : '';
  return text(`${rules.length} 条规则${zh}：${names}${rest}`, `${rules.length} rules ${en}: ${names}${rest}`);
}
