import Type from 'typebox';
import type { Jobs, Pack } from '../platform/index.ts';
import { RetentionFile } from './retention.model.ts';
import { expireDecisions } from './retention.service.ts';

/** Every night, lets go of what the pack's `retention.json` says has been kept long enough. */
export function defineRetention(jobs: Pick<Jobs, 'define'>, pack: Pack): void {
  const retention = pack.read('retention.json', RetentionFile);
  const nothing = Type.Object({}, { additionalProperties: false });
  jobs.define('engine.retention', nothing, (ctx, _data, signal) => expireDecisions(ctx, retention, signal), {
    schedule: { cron: '30 3 * * *', timeZone: pack.timeZone },
  });
}
