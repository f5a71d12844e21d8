/**
 * What may be done, named `noun:verb`. An operation names exactly one; roles and API keys are sets of them.
 */
export const PERMISSIONS = [
  'event:submit',
  'decision:try',
  'decision:read',
  'decision:open',
  'policy:read',
  'backtest:run',
  'label:write',
  'rule-alarm:handle',
  'simulation:run',
  'model:read',
  'model:manage',
  'model:approve',
  'list:read',
  'list:write',
  'list:approve',
  'user:manage',
  'key:manage',
  'audit:read',
  'system:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = [
  'administrator',
  'analyst',
  'reviewer',
  'integrator',
  'duty-officer',
  'inspector',
] as const;
export type Role = (typeof ROLES)[number];

/** What each role may do. An administrator runs the installation but opens no personal data. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: [
    'event:submit',
    'decision:try',
    'decision:read',
    'policy:read',
    'backtest:run',
    'label:write',
    'rule-alarm:handle',
    'simulation:run',
    'model:read',
    'model:manage',
    'model:approve',
    'list:read',
    'list:write',
    'list:approve',
    'user:manage',
    'key:manage',
    'audit:read',
    'system:read',
  ],
  analyst: [
    'decision:try',
    'decision:read',
    'decision:open',
    'policy:read',
    'backtest:run',
    'label:write',
    'rule-alarm:handle',
    'simulation:run',
    'model:read',
    'model:manage',
    'list:read',
    'list:write',
  ],
  reviewer: [
    'decision:try',
    'decision:read',
    'decision:open',
    'policy:read',
    'backtest:run',
    'label:write',
    'rule-alarm:handle',
    'model:read',
    'model:approve',
    'list:read',
    'list:write',
    'list:approve',
  ],
  integrator: [
    'event:submit',
    'decision:try',
    'decision:read',
    'policy:read',
    'model:read',
    'list:read',
    'key:manage',
    'system:read',
  ],
  'duty-officer': [
    'decision:try',
    'decision:read',
    'decision:open',
    'policy:read',
    'model:read',
    'list:read',
    'label:write',
  ],
  inspector: [
    'decision:read',
    'decision:open',
    'policy:read',
    'model:read',
    'list:read',
    'audit:read',
    'system:read',
  ],
};

/** Permissions that an API key may carry: keys are for machines, never for looking at people or managing them. */
export const KEY_SCOPES = [
  'event:submit',
  'decision:try',
  'decision:read',
  'policy:read',
  'label:write',
  'audit:read',
  'system:read',
] as const satisfies readonly Permission[];
export type KeyScope = (typeof KEY_SCOPES)[number];
