import { PlusOutlined } from '@ant-design/icons';
import type { User } from '@fanzha/contract';
import { Button, Input, notification } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useSession } from '../api/session.ts';
import { useChangeUser, useUsers } from '../api/users.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { Time } from '../ui/time.tsx';
import { useWord } from '../ui/use-word.ts';
import { Waiting } from '../ui/waiting.tsx';
import { PersonDrawer } from './person-drawer.tsx';
import { settingsTexts } from './texts.ts';

const UNDO_SECONDS = 10;

/** Disables or restores a person at once, and offers to undo it for ten seconds. */
function useSwitchPerson() {
  const t = useTexts(settingsTexts);
  const u = useTexts(uiTexts);
  const [notices, place] = notification.useNotification();
  const change = useChangeUser();
  const apply = ({ id, displayName, disabled }: User, undoable: boolean): void =>
    change.mutate(
      { id, disabled: !disabled },
      {
        onSuccess: (after) =>
          notices.info({
            key: id,
            title: t(after.disabled ? 'disabledNote' : 'restoredNote', { name: displayName }),
            duration: undoable ? UNDO_SECONDS : 3,
            actions: undoable ? <Button onClick={() => apply(after, false)}>{u('undo')}</Button> : null,
          }),
      },
    );
  return { apply: (user: User) => apply(user, true), place, error: change.error };
}

function People() {
  const t = useTexts(settingsTexts);
  const word = useWord();
  const me = useSession().data?.user.id;
  const [search, setSearch] = useState('');
  const [edited, setEdited] = useState<User>();
  const users = useUsers(useDeferredValue(search.trim()));
  const { apply, place, error } = useSwitchPerson();
  const roles = (user: User): string => user.roles.map((role) => word('person', role)).join(', ');
  const acts = (user: User) => (
    <span className="fz-row">
      <Button size="small" onClick={() => setEdited(user)}>
        {t('edit')}
      </Button>
      <Button size="small" disabled={user.id === me} onClick={() => apply(user)}>
        {t(user.disabled ? 'restore' : 'disable')}
      </Button>
    </span>
  );
  const seen = ({ lastSignInAt }: User) =>
    lastSignInAt === undefined ? t('never') : <Time at={lastSignInAt} />;
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (user) => (
        <>
          {user.displayName} <span className="fz-quiet">{user.name}</span>
        </>
      ),
    },
    { key: 'roles', title: t('roles'), render: roles },
    { key: 'state', title: t('state'), render: (user) => t(user.disabled ? 'disabled' : 'active') },
    { key: 'seen', title: t('lastSignIn'), render: seen },
    { key: 'acts', title: t('actions'), width: 170, render: acts },
  ];
  const rows = users.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      {place}
      <Input
        allowClear
        value={search}
        maxLength={64}
        onChange={(event) => setSearch(event.target.value)}
        placeholder={t('findPerson')}
        aria-label={t('findPerson')}
        style={{ maxWidth: 320 }}
      />
      {error ? <ProblemNotice error={error} while="changing" /> : null}
      <Waiting query={users}>
        {() => (
          <>
            <DataList
              caption={t('people')}
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              card={(user) => (
                <>
                  <strong>
                    {user.displayName} <span className="fz-quiet">{user.name}</span>
                  </strong>
                  <span>
                    {roles(user)} · {t(user.disabled ? 'disabled' : 'active')}
                  </span>
                  <span className="fz-quiet fz-small">
                    {t('lastSignIn')} {seen(user)}
                  </span>
                  {acts(user)}
                </>
              )}
            />
            <MoreRows query={users} count={rows.length} />
          </>
        )}
      </Waiting>
      {edited === undefined ? null : <PersonDrawer person={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

/** People who may sign in, their roles, and who is disabled. */
export function PeoplePage() {
  const t = useTexts(settingsTexts);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={t('people')}
      needs="user:manage"
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t('addPerson')}
        </Button>
      }
    >
      <People />
      {adding ? <PersonDrawer onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
