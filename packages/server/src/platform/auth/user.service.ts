import { randomUUID } from 'node:crypto';
import {
  conflict,
  forbidden,
  lastAdministrator,
  notFound,
  type Role,
  type User,
  weakPassword,
} from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import { audit } from '../audit/entry.service.ts';
import type { Context } from '../context/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { AppError } from '../errors/app-error.ts';
import type { ActorCache } from './actor-cache.ts';
import { foldName, passwordFault } from './password.model.ts';
import { hashPassword } from './secret.ts';
import { deleteSessionsOf } from './session.store.ts';
import {
  insertUser,
  listUsers,
  lockAdministrators,
  lockUser,
  type StoredUser,
  updateUser,
} from './user.store.ts';

const TEXTS = {
  nameTaken: { 'zh-CN': '已被使用', en: 'is taken' },
  ownRoles: { 'zh-CN': '不能修改自己的角色', en: 'You cannot change your own roles' },
  ownDisabled: { 'zh-CN': '不能停用自己', en: 'You cannot disable yourself' },
  ownPassword: {
    'zh-CN': '修改自己的密码需提供现用密码（PUT /v1/session/password）',
    en: 'Change your own password with your present one (PUT /v1/session/password)',
  },
} as const satisfies Record<string, Localized>;

export interface NewUser {
  readonly name: string;
  readonly displayName?: string;
  readonly password: string;
  readonly roles: Role[];
}

export interface UserChange {
  readonly displayName?: string;
  readonly roles?: Role[];
  readonly disabled?: boolean;
  readonly password?: string;
}

/** Throws `weak-password` with the reason. */
export function requireGoodPassword(ctx: Context, password: string, userName: string): void {
  const fault = passwordFault(password, userName);
  if (fault === undefined) return;
  throw new AppError(weakPassword, { fields: [{ field: 'password', reason: fault[ctx.locale] }] });
}

/** A person ready to be stored: the slow part, so do it outside the transaction. */
export async function prepareUser(ctx: Context, input: NewUser): Promise<StoredUser> {
  requireGoodPassword(ctx, input.password, input.name);
  const name = input.name.normalize('NFC');
  return {
    user: {
      id: randomUUID(),
      name,
      displayName: input.displayName ?? name,
      roles: input.roles,
      disabled: false,
      createdAt: ctx.clock.date().toISOString(),
    },
    nameKey: foldName(name),
    passwordHash: await hashPassword(input.password),
  };
}

/** Stores a prepared person. Throws `conflict` when the name is taken. */
export async function storeUser(ctx: Context, prepared: StoredUser): Promise<void> {
  if (await insertUser(ctx, prepared)) return;
  throw new AppError(conflict, { fields: [{ field: 'name', reason: TEXTS.nameTaken[ctx.locale] }] });
}

/** Adds a person. Throws `conflict` or `weak-password`. */
export async function addUser(ctx: Context, input: NewUser): Promise<User> {
  const prepared = await prepareUser(ctx, input);
  await inTransaction(ctx, async (inside) => {
    await storeUser(inside, prepared);
    const { id, name, roles } = prepared.user;
    await audit(inside, 'user.add', id, { name, roles });
  });
  return prepared.user;
}

function refuseOnOneself(ctx: Context, change: UserChange): void {
  const text =
    (change.roles !== undefined && TEXTS.ownRoles) ||
    (change.disabled === true && TEXTS.ownDisabled) ||
    (change.password !== undefined && TEXTS.ownPassword);
  if (text) throw new AppError(forbidden, { detail: text[ctx.locale] });
}

/** Whether somebody who is an active administrator would no longer be one. */
function stepsDown(user: User, change: UserChange): boolean {
  if (user.disabled || !user.roles.includes('administrator')) return false;
  return change.disabled === true || (change.roles !== undefined && !change.roles.includes('administrator'));
}

/**
 * Changes a person. Disabling and a new password end their sessions at once. Throws `not-found`, `forbidden` (what
 * nobody may do to oneself), `last-administrator`, `weak-password`.
 */
export async function changeUser(
  ctx: Context,
  cache: ActorCache,
  id: string,
  change: UserChange,
): Promise<User> {
  if (ctx.actor.kind === 'user' && ctx.actor.id === id) refuseOnOneself(ctx, change);
  const { password, ...fields } = change;
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  const user = await inTransaction(ctx, async (inside) => {
    const administrators = await lockAdministrators(inside);
    const stored = await lockUser(inside, id);
    if (stored === undefined) throw new AppError(notFound);
    if (password !== undefined) requireGoodPassword(ctx, password, stored.user.name);
    if (stepsDown(stored.user, change) && administrators.length <= 1) throw new AppError(lastAdministrator);
    await updateUser(inside, id, { ...fields, ...(passwordHash === undefined ? {} : { passwordHash }) });
    if (change.disabled === true || password !== undefined) await deleteSessionsOf(inside, id);
    await audit(inside, 'user.change', id, {
      ...fields,
      ...(change.roles === undefined ? {} : { rolesBefore: stored.user.roles }),
      ...(password === undefined ? {} : { passwordReset: true }),
    });
    return { ...stored.user, ...fields };
  });
  cache.forget();
  return user;
}

/** A page of people in the order of their names; `after` is the folded name of the last one seen. */
export function findUsers(
  ctx: Context,
  page: { readonly search?: string; readonly after?: string; readonly limit: number },
): Promise<StoredUser[]> {
  return listUsers(ctx, page);
}
