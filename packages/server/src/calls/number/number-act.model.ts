import type { NumberAct, Permission } from '@fanzha/contract';

/** An entry of the audit log, as far as it is told here. */
export interface LoggedAct {
  readonly seq: number;
  readonly at: string;
  readonly actor: { readonly name: string };
  readonly action: string;
  readonly target?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What nouns of the log are about, and who may read of them: those who may read the noun itself. */
const ABOUT: Readonly<Record<string, { readonly about: NumberAct['about']; readonly needs: Permission }>> = {
  label: { about: 'decision', needs: 'decision:read' },
  snooze: { about: 'snooze', needs: 'policy:read' },
  list: { about: 'list', needs: 'list:read' },
  line: { about: 'line', needs: 'line:read' },
  // Who looked at personal data is for those who inspect.
  decision: { about: 'look', needs: 'audit:read' },
  subject: { about: 'look', needs: 'audit:read' },
  number: { about: 'look', needs: 'audit:read' },
};

/** Of an entry's detail, what says what was done and why. */
const TOLD = ['outcome', 'fraudType', 'source', 'list', 'act', 'state', 'rule', 'reason', 'purpose', 'note'];

/** An entry as whoever has these permissions reads it; undefined where it is not for them. */
export function actView(entry: LoggedAct, permissions: ReadonlySet<Permission>): NumberAct | undefined {
  const known = ABOUT[entry.action.split('.')[0] ?? ''];
  if (known === undefined || !permissions.has(known.needs)) return undefined;
  const told = TOLD.flatMap((name): [string, string][] => {
    const value = entry.detail[name];
    return typeof value === 'string' && value !== '' ? [[name, value]] : [];
  });
  return {
    seq: entry.seq,
    at: entry.at,
    by: entry.actor.name,
    action: entry.action,
    ...(entry.target === undefined || known.about === 'look' ? {} : { target: entry.target }),
    about: known.about,
    detail: Object.fromEntries(told),
  };
}
