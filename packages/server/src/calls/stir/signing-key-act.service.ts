import { invalidInput } from '@fanzha/contract';
import { AppError, audit, type Context, inTransaction } from '../../platform/index.ts';
import { type KeptKey, type SigningKey, SigningKeyRefused } from './signing-key.model.ts';
import type { SigningKeys } from './signing-key.service.ts';

/** A signing key for people; nothing of the key itself. */
export interface SigningKeyView {
  readonly id: string;
  readonly current: boolean;
  readonly origin: KeptKey['origin'];
  readonly madeAt: string;
  readonly notAfter: string;
  /** Service provider codes and numbers it may sign for; none: cards and labels only. */
  readonly authority: readonly string[];
  readonly url?: string;
}

/** What may be done with signing keys; any of it is undone by `use` of the key before. */
export type SigningKeyAct =
  | { readonly kind: 'rotate'; readonly providerCodes: readonly string[] }
  | { readonly kind: 'import'; readonly key: Pick<KeptKey, 'privateKey' | 'chain' | 'url'> }
  | { readonly kind: 'use'; readonly id: string };

export function listSigningKeys(keys: SigningKeys): SigningKeyView[] {
  const current = keys.current().id;
  return keys.list().map((key) => viewOf(key, current));
}

/** Does one of the acts and records it. Throws AppError(invalid-input) with the reason when a key is refused. */
export async function actOnSigningKeys(
  ctx: Context,
  keys: SigningKeys,
  act: SigningKeyAct,
): Promise<SigningKeyView> {
  const before = keys.current().id;
  return inTransaction(ctx, async (inside) => {
    const key = perform(keys, act);
    await audit(inside, `call-signing-key.${act.kind}`, key.id, { before });
    return viewOf(key, key.id);
  });
}

function perform(keys: SigningKeys, act: SigningKeyAct): SigningKey {
  try {
    if (act.kind === 'rotate') return keys.rotate(act.providerCodes);
    return act.kind === 'import' ? keys.import(act.key) : keys.use(act.id);
  } catch (error) {
    if (!(error instanceof SigningKeyRefused)) throw error;
    throw new AppError(invalidInput, { detail: error.message });
  }
}

function viewOf({ id, origin, madeAt, certificate, url }: SigningKey, current: string): SigningKeyView {
  const { authority, notAfter } = certificate;
  const ranges = authority?.ranges.map(({ start, count }) => `${start}+${count}`) ?? [];
  return {
    id,
    current: id === current,
    origin,
    madeAt,
    notAfter: new Date(notAfter).toISOString(),
    authority: [...(authority?.providers ?? []), ...ranges, ...(authority?.numbers ?? [])],
    ...(url === undefined ? {} : { url }),
  };
}
