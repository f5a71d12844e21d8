import { setupDone, setupTokenWrong } from '@fanzha/contract';
import { audit } from '../audit/entry.service.ts';
import type { Actor, Context } from '../context/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { AppError } from '../errors/app-error.ts';
import { hashToken, newToken, sameSecret } from './secret.ts';
import { type OpenedSession, type SessionRules, startSession } from './session.service.ts';
import { readSetupToken, replaceSetupToken, takeSetupToken } from './setup.store.ts';
import { prepareUser, storeUser } from './user.service.ts';
import { anyUser } from './user.store.ts';

/** Whether the first administrator is still to be made. */
export async function setupNeeded(ctx: Pick<Context, 'db'>): Promise<boolean> {
  return !(await anyUser(ctx));
}

/**
 * A new set-up token, which voids the one before; undefined when there is somebody already. Only its hash is stored.
 */
export async function issueSetupToken(ctx: Pick<Context, 'db' | 'clock'>): Promise<string | undefined> {
  if (!(await setupNeeded(ctx))) return undefined;
  const token = newToken();
  await replaceSetupToken(ctx, hashToken(token), ctx.clock.date());
  return token;
}

async function requireToken(ctx: Context, stored: Buffer | undefined, token: string): Promise<void> {
  if (await anyUser(ctx)) throw new AppError(setupDone);
  if (stored === undefined || !sameSecret(stored, hashToken(token))) throw new AppError(setupTokenWrong);
}

/**
 * Makes the first administrator and signs them in. Of two at once one wins and the other gets `setup-done`. Throws
 * `setup-done`, `setup-token-wrong`, `weak-password`.
 */
export async function runSetup(
  ctx: Context,
  rules: SessionRules,
  input: {
    readonly token: string;
    readonly name: string;
    readonly displayName?: string;
    readonly password: string;
  },
): Promise<OpenedSession> {
  const { token, ...person } = input;
  await requireToken(ctx, await readSetupToken(ctx), token);
  const prepared = await prepareUser(ctx, { ...person, roles: ['administrator'] });
  const { id, name } = prepared.user;
  const actor: Actor = { ...ctx.actor, kind: 'user', id, name };
  return inTransaction({ ...ctx, actor }, async (inside) => {
    await requireToken(inside, await takeSetupToken(inside), token);
    await storeUser(inside, prepared);
    const opened = await startSession(inside, rules, id);
    await audit(inside, 'setup.run', id, { name });
    return opened;
  });
}
