import { execFileSync } from 'node:child_process';
import { existsSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** How the database's programs are run. PostgreSQL refuses to run as root, so root has to hand over to somebody. */
export interface Account {
  /** Arguments to put before the program, e.g. a user namespace. */
  readonly prefix: readonly string[];
  /** To drop to; undefined when the programs run as we do. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

const AS_WE_ARE: Account = { prefix: [], user: undefined };
/** In a user namespace root keeps access to its files but is seen, also by PostgreSQL, as an ordinary user. */
const NAMESPACED: Account = {
  prefix: ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'],
  user: undefined,
};
const SERVICE_USERS = ['postgres', 'nobody'];

function mayTraverse(stats: Stats, user: { uid: number; gid: number }): boolean {
  if (stats.uid === user.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === user.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}

/** The first folder on the way to `path` that the user may not pass; undefined when all is open. */
function closedFolder(path: string, user: { uid: number; gid: number }): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) && !mayTraverse(statSync(folder), user)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function runs(program: string, account: Account): boolean {
  const [command = program, ...args] = [...account.prefix, program, '--version'];
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 10_000, ...account.user, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

function serviceUser(name: string): { uid: number; gid: number } | undefined {
  try {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    const user = { uid: id('-u'), gid: id('-g') };
    return Number.isInteger(user.uid) && user.uid > 0 ? user : undefined;
  } catch {
    return undefined;
  }
}

function ownerOf(path: string): { uid: number; gid: number } | undefined {
  if (!existsSync(path)) return undefined;
  const { uid, gid } = statSync(path);
  return { uid, gid };
}

/**
 * Chooses who runs the database: the owner of an existing cluster; else, for root, the owner of the data folder, a
 * service user that can reach programs and data, or a user namespace. Throws an Error that says what to change.
 *
 * @param program the `postgres` program
 * @param pgdata the cluster's folder, which may not exist yet; its parent does
 */
export function chooseAccount(program: string, pgdata: string): Account {
  const self = process.geteuid?.();
  const owner = ownerOf(pgdata);
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return AS_WE_ARE;
    throw new Error(
      `the database in ${pgdata} belongs to user id ${owner.uid}, but this program runs as ${self}: ` +
        'start it as the user who started it first, or as root',
    );
  }
  const candidates = owner ? [owner] : [ownerOf(dirname(pgdata)), ...SERVICE_USERS.map(serviceUser)];
  const closed: string[] = [];
  for (const user of candidates) {
    if (user === undefined || user.uid === 0) continue;
    const folder = closedFolder(dirname(pgdata), user);
    const account: Account = { prefix: [], user };
    if (folder === undefined && runs(program, account)) return account;
    closed.push(folder ?? dirname(program));
  }
  if ((owner === undefined || owner.uid === 0) && runs(program, NAMESPACED)) return NAMESPACED;
  const doors = [...new Set(closed)].join(' and ');
  throw new Error(
    'PostgreSQL does not run as root, and no other user can run it here' +
      `${doors === '' ? '' : `: other users may not enter ${doors}`}. ` +
      'Start fanzha as an ordinary user, or give other users access to these folders (chmod o+x), ' +
      'or put FANZHA_DATA elsewhere, or use your own PostgreSQL with DATABASE_URL',
  );
}
