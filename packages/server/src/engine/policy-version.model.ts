import type {
  PolicyAct,
  PolicyContent,
  PolicyFault,
  PolicyState,
  PolicyVersion,
  PolicyVersionRow,
} from '@fanzha/contract';
import type { PolicySource } from './policy.model.ts';
import { POLICY_MOVES } from './policy-life.model.ts';

/** Who did something, and when (ms since the epoch). */
export interface Act {
  readonly by: string;
  readonly name: string;
  readonly at: number;
}

/** A version of the policy as it is kept. */
export interface StoredVersion {
  readonly number: number;
  readonly title: string;
  readonly note: string;
  readonly origin: 'pack' | 'people';
  readonly packVersion?: string;
  readonly base?: number;
  readonly state: PolicyState;
  readonly content: PolicyContent;
  /** Of the content, made by the database: backtest and approval are for this content only. */
  readonly contentHash: string;
  /** Grows with every change. */
  readonly revision: number;
  readonly editors: readonly string[];
  readonly created: Act;
  readonly edited: Act;
  readonly changed: Act;
  readonly approved?: Act;
  readonly published?: Act;
  readonly ended?: Act;
  readonly urgentReason?: string;
  readonly endReason?: string;
  /** Since when it is in shadow, and for how many ms this content was before. */
  readonly shadowSince?: number;
  readonly shadowMs: number;
}

/** What the engine is given of a version. `label` is the version that decisions name. */
export function sourceOf(policyId: string, label: string, content: PolicyContent): PolicySource {
  return { id: policyId, version: label, ...content };
}

/** The version that decisions of a live policy name. */
export function liveLabel({ number }: Pick<StoredVersion, 'number'>): string {
  return String(number);
}

/** The version that shadow decisions name: number and content, so that what was edited is counted anew. */
export function shadowLabel({ number, contentHash }: Pick<StoredVersion, 'number' | 'contentHash'>): string {
  return `${number}-${contentHash.slice(0, 8)}`;
}

const actView = ({ by, name, at }: Act): PolicyAct => ({ by, name, at: new Date(at).toISOString() });

/** A row of the list of versions. */
export function versionRow(version: StoredVersion): PolicyVersionRow {
  const { approved, published, ended, shadowSince, packVersion, base, urgentReason, endReason } = version;
  return {
    number: version.number,
    title: version.title,
    note: version.note,
    state: version.state,
    origin: version.origin,
    revision: version.revision,
    contentHash: version.contentHash,
    rules: version.content.rules.length,
    tables: version.content.tables.length,
    created: actView(version.created),
    edited: actView(version.edited),
    ...(packVersion === undefined ? {} : { packVersion }),
    ...(base === undefined ? {} : { base }),
    ...(approved === undefined ? {} : { approved: actView(approved) }),
    ...(published === undefined ? {} : { published: actView(published) }),
    ...(ended === undefined ? {} : { ended: actView(ended) }),
    ...(shadowSince === undefined ? {} : { shadowSince: new Date(shadowSince).toISOString() }),
    ...(urgentReason === undefined ? {} : { urgentReason }),
    ...(endReason === undefined ? {} : { endReason }),
  };
}

/** A version with its content and what is wrong in it. */
export function versionView(
  version: StoredVersion,
  faults: readonly PolicyFault[],
  shadowMinutes: number,
): PolicyVersion {
  const { shadowSince, shadowMs } = version;
  const until = shadowSince === undefined ? undefined : shadowSince + shadowMinutes * 60_000 - shadowMs;
  return {
    ...versionRow(version),
    content: version.content,
    faults: [...faults],
    editors: [...version.editors],
    mayBecome: POLICY_MOVES[version.state].filter((to) => version.state !== 'draft' || to !== 'live'),
    ...(until === undefined ? {} : { shadowUntil: { at: new Date(until).toISOString() } }),
  };
}
