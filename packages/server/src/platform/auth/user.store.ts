import type { Role, User } from '@fanzha/contract';
import { type ExpressionBuilder, sql } from 'kysely';
import { type Database, tables } from '../db/database.ts';

interface UserTables {
  platform_user: {
    id: string;
    name: string;
    name_key: string;
    display_name: string;
    roles: Role[];
    password_hash: string;
    disabled: boolean;
    created_at: Date;
    last_sign_in_at: Date | null;
  };
}
type Row = UserTables['platform_user'];
type Reader = { readonly db: Database };

/** A person with the parts that never leave the server. */
export interface StoredUser {
  readonly user: User;
  readonly nameKey: string;
  readonly passwordHash: string;
}

function toUser(row: Row): StoredUser {
  return {
    user: {
      id: row.id,
      name: row.name,
      displayName: row.display_name,
      roles: row.roles,
      disabled: row.disabled,
      createdAt: row.created_at.toISOString(),
      ...(row.last_sign_in_at === null ? {} : { lastSignInAt: row.last_sign_in_at.toISOString() }),
    },
    nameKey: row.name_key,
    passwordHash: row.password_hash,
  };
}

const db = (ctx: Reader) => tables<UserTables>(ctx);

/** Whether anybody has been added yet. */
export async function anyUser(ctx: Reader): Promise<boolean> {
  return (await db(ctx).selectFrom('platform_user').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** The person of a folded name. */
export async function findUserByName(ctx: Reader, nameKey: string): Promise<StoredUser | undefined> {
  const query = db(ctx).selectFrom('platform_user').selectAll().where('name_key', '=', nameKey);
  const row = await query.executeTakeFirst();
  return row && toUser(row);
}

/** The person of an id. */
export async function findUser(ctx: Reader, id: string): Promise<StoredUser | undefined> {
  const row = await db(ctx).selectFrom('platform_user').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toUser(row);
}

/** The person of an id, locked until the transaction ends. */
export async function lockUser(ctx: Reader, id: string): Promise<StoredUser | undefined> {
  const query = db(ctx).selectFrom('platform_user').selectAll().where('id', '=', id).forUpdate();
  const row = await query.executeTakeFirst();
  return row && toUser(row);
}

/** Ids of the administrators who can sign in, locked: two transactions cannot both take "the other one" away. */
export async function lockAdministrators(ctx: Reader): Promise<string[]> {
  const rows = await db(ctx)
    .selectFrom('platform_user')
    .select('id')
    .where(sql<boolean>`'administrator' = any(roles)`)
    .where('disabled', '=', false)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

/** Adds a person; false when the name is taken. */
export async function insertUser(ctx: Reader, { user, nameKey, passwordHash }: StoredUser): Promise<boolean> {
  const inserted = await db(ctx)
    .insertInto('platform_user')
    .values({
      id: user.id,
      name: user.name,
      name_key: nameKey,
      display_name: user.displayName,
      roles: user.roles,
      password_hash: passwordHash,
      disabled: user.disabled,
      created_at: new Date(user.createdAt),
      last_sign_in_at: null,
    })
    .onConflict((conflict) => conflict.column('name_key').doNothing())
    .returning('id')
    .execute();
  return inserted.length === 1;
}

export interface UserUpdate {
  readonly displayName?: string;
  readonly roles?: Role[];
  readonly disabled?: boolean;
  readonly passwordHash?: string;
  readonly lastSignInAt?: Date;
}

/** Changes the named fields. */
export async function updateUser(ctx: Reader, id: string, update: UserUpdate): Promise<void> {
  await db(ctx)
    .updateTable('platform_user')
    .set({
      ...(update.displayName === undefined ? {} : { display_name: update.displayName }),
      ...(update.roles === undefined ? {} : { roles: update.roles }),
      ...(update.disabled === undefined ? {} : { disabled: update.disabled }),
      ...(update.passwordHash === undefined ? {} : { password_hash: update.passwordHash }),
      ...(update.lastSignInAt === undefined ? {} : { last_sign_in_at: update.lastSignInAt }),
    })
    .where('id', '=', id)
    .execute();
}

/** A page of people in the order of their names. */
export async function listUsers(
  ctx: Reader,
  page: { readonly search?: string; readonly after?: string; readonly limit: number },
): Promise<StoredUser[]> {
  const { search, after, limit } = page;
  let query = db(ctx).selectFrom('platform_user').selectAll().orderBy('name_key').limit(limit);
  if (after !== undefined) query = query.where('name_key', '>', after);
  if (search !== undefined) {
    const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where((where: ExpressionBuilder<UserTables, 'platform_user'>) =>
      where.or([where('name', 'ilike', like), where('display_name', 'ilike', like)]),
    );
  }
  return (await query.execute()).map(toUser);
}
