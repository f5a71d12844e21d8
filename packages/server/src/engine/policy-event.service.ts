import Type from 'typebox';
import { eventType } from '../platform/index.ts';

/** Something about what the engine decides by has changed; whoever runs it reads the whole setting anew. */
export const policySettingChanged = eventType(
  'policy.setting-changed',
  Type.Object({ cause: Type.String(), target: Type.String() }),
);
