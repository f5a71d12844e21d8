import {
  AuditOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  HeartOutlined,
  KeyOutlined,
  ReadOutlined,
  TeamOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import type { Permission } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { useMay } from '../../api/session.ts';
import { Glyph } from './glyph.tsx';
import type { shellTexts } from './texts.ts';

export interface Destination {
  readonly path: string;
  readonly title: keyof (typeof shellTexts)['en'];
  readonly needs: Permission;
  readonly icon: ReactNode;
  /** Whether it is one of the few in the bottom bar of a phone. */
  readonly main?: boolean;
}

const DESTINATIONS: readonly Destination[] = [
  { path: '/', title: 'overview', needs: 'decision:read', icon: <DashboardOutlined />, main: true },
  {
    path: '/decisions',
    title: 'decisions',
    needs: 'decision:read',
    icon: <UnorderedListOutlined />,
    main: true,
  },
  { path: '/try', title: 'try', needs: 'decision:try', icon: <ExperimentOutlined />, main: true },
  { path: '/policy', title: 'policy', needs: 'policy:read', icon: <ReadOutlined /> },
  { path: '/rule-health', title: 'ruleHealth', needs: 'policy:read', icon: <Glyph shape="pulse" /> },
  { path: '/snoozes', title: 'snoozes', needs: 'policy:read', icon: <Glyph shape="pause" /> },
  { path: '/labels', title: 'labels', needs: 'decision:read', icon: <Glyph shape="tag" /> },
  { path: '/lists', title: 'lists', needs: 'list:read', icon: <Glyph shape="sheet" /> },
  { path: '/calls/live', title: 'liveCalls', needs: 'decision:read', icon: <Glyph shape="pulse" /> },
  { path: '/calls/records', title: 'callRecords', needs: 'cdr:read', icon: <Glyph shape="inbox" /> },
  { path: '/lines', title: 'lines', needs: 'line:read', icon: <Glyph shape="wire" /> },
  { path: '/models', title: 'models', needs: 'model:read', icon: <Glyph shape="dots" /> },
  { path: '/engine', title: 'engine', needs: 'system:read', icon: <Glyph shape="bolt" /> },
  { path: '/health', title: 'health', needs: 'system:read', icon: <HeartOutlined /> },
  { path: '/settings/people', title: 'people', needs: 'user:manage', icon: <TeamOutlined /> },
  { path: '/settings/keys', title: 'keys', needs: 'key:manage', icon: <KeyOutlined /> },
  { path: '/settings/audit', title: 'audit', needs: 'audit:read', icon: <AuditOutlined /> },
];

/** The pages that the person may open. */
export function useDestinations(): readonly Destination[] {
  const may = useMay();
  return DESTINATIONS.filter(({ needs }) => may(needs));
}
