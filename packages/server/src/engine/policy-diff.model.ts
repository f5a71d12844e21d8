import type { PolicyChange, PolicyContent } from '@fanzha/contract';

type Part = PolicyChange['part'];
type Fields = Readonly<Record<string, unknown>>;

/** What was added, removed, changed field by field, or put into another order between two contents. */
export function diffPolicies(before: PolicyContent, after: PolicyContent): PolicyChange[] {
  return [
    ...diffPart('rule', byId(before.rules), byId(after.rules)),
    ...diffPart('table', byId(before.tables), byId(after.tables)),
    ...diffPart('guard', byId(before.guards), byId(after.guards)),
    ...diffPart(
      'reason',
      new Map(Object.entries(before.reasons)),
      new Map(Object.entries(after.reasons)),
      false,
    ),
  ];
}

const byId = (items: readonly { readonly id: string }[]): Map<string, Fields> =>
  new Map(items.map(({ id, ...fields }) => [id, fields]));

function diffPart(
  part: Part,
  before: ReadonlyMap<string, Fields>,
  after: ReadonlyMap<string, Fields>,
  isOrdered = true,
): PolicyChange[] {
  const moved = isOrdered ? movedOf([...before.keys()], [...after.keys()]) : new Set<string>();
  const changes: PolicyChange[] = [];
  for (const [id, fields] of after) {
    const old = before.get(id);
    const changed = fieldChanges(old ?? {}, fields);
    if (old === undefined) changes.push({ part, id, change: 'added', fields: changed });
    else if (changed.length > 0) changes.push({ part, id, change: 'changed', fields: changed });
    else if (moved.has(id)) changes.push({ part, id, change: 'moved', fields: [] });
  }
  for (const [id, fields] of before) {
    if (!after.has(id)) changes.push({ part, id, change: 'removed', fields: fieldChanges(fields, {}) });
  }
  return changes;
}

function fieldChanges(before: Fields, after: Fields): PolicyChange['fields'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((field) => {
    const [old, now] = [readable(before[field]), readable(after[field])];
    if (old === now) return [];
    return [
      { field, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) },
    ];
  });
}

/** Texts as they are, lists of texts with commas, the rest as JSON with names in order. */
function readable(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Ids whose order among those that both have is another: all but a longest run that kept it. */
function movedOf(before: readonly string[], after: readonly string[]): Set<string> {
  const places = new Map(before.map((id, place) => [id, place]));
  const common = after.filter((id) => places.has(id));
  const tails: { readonly id: string; readonly place: number; readonly previous: string | undefined }[] = [];
  const previous = new Map<string, string | undefined>();
  for (const id of common) {
    const place = places.get(id) ?? 0;
    let length = tails.findIndex((tail) => tail.place > place);
    if (length === -1) length = tails.length;
    previous.set(id, tails[length - 1]?.id);
    tails[length] = { id, place, previous: tails[length - 1]?.id };
  }
  const moved = new Set(common);
  for (let id = tails.at(-1)?.id; id !== undefined; id = previous.get(id)) moved.delete(id);
  return moved;
}
