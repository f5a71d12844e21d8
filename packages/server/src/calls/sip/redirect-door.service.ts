import type { Clock, Config, Logger, Metrics } from '../../platform/index.ts';
import type { CallSetting } from './call-setting.model.ts';
import { createRedirect, type RedirectFigures, type RedirectParts } from './redirect.service.ts';
import { createRedirectServer } from './redirect-server.service.ts';
import { sourceFinder } from './redirect-source.model.ts';

export interface RedirectDoorParts {
  readonly config: Pick<Config, 'sipListen'>;
  readonly setting: CallSetting;
  readonly screen: RedirectParts['screen'];
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The door for SBCs that ask by SIP; closed where no address is given. */
export interface RedirectDoor {
  start(): Promise<void>;
  stop(): Promise<void>;
  figures(): RedirectFigures;
}

/** Throws an Error when it is to listen and nobody may ask, or when a network is none. */
export function openRedirectDoor({ config, setting, ...tools }: RedirectDoorParts): RedirectDoor {
  const { sources = [], contactHeaders = false } = setting;
  if (config.sipListen.length > 0 && sources.length === 0) {
    throw new Error(
      'FANZHA_SIP_LISTEN needs `sources` in the file FANZHA_CALL_SETTINGS: who may ask, and what comes from there',
    );
  }
  const sourceOf = sourceFinder(sources);
  const redirect = createRedirect({ ...tools, sourceOf, contactHeaders });
  const server = createRedirectServer({
    redirect,
    listen: config.sipListen,
    isKnown: (address) => sourceOf(address) !== undefined,
    log: tools.log,
  });
  return {
    start: () => server.start(),
    stop: () => server.stop(),
    figures: () => redirect.figures(),
  };
}
