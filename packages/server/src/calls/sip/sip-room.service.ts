import type { Decision, FanzhaEvent, HealthPart } from '@fanzha/contract';
import type { Locale, Numbering } from '@fanzha/vocabulary';
import type { Clock, Config, Logger, Metrics, Pack, Room, Vault } from '../../platform/index.ts';
import type { LineBook } from '../line.model.ts';
import { CallAnswerFile } from './call-answer.model.ts';
import { createCallAnswers } from './call-answer.service.ts';
import { type CallEnds, type CallEndsParts, createCallEnds } from './call-ends.service.ts';
import { callScreeningRoutes } from './call-screening.routes.ts';
import { type CallScreening, createCallScreening } from './call-screening.service.ts';
import { readCallSetting } from './call-setting.store.ts';
import { openCallSigning } from './call-signing-room.service.ts';
import { createEvapi, type Evapi } from './evapi.service.ts';
import { openRedirectDoor, type RedirectDoor } from './redirect-door.service.ts';

export interface SipRoomParts {
  readonly pack: Pack;
  readonly numbering: Numbering;
  readonly config: Pick<Config, 'evapi' | 'sipListen' | 'callSettings' | 'data' | 'publicUrl'>;
  readonly vault: Vault;
  /** The register of lines. */
  readonly lines: Pick<LineBook, 'find'>;
  /** Validates an event. Throws AppError(event-invalid). */
  parse(input: unknown, locale: Locale): FanzhaEvent;
  readonly engine: Pick<CallEndsParts, 'submit'> & {
    decide(ctx: { readonly locale: Locale }, input: unknown): Promise<Decision>;
  };
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const NO_CARDS =
  'rejected calls get 603 instead of 608: a card needs FANZHA_PUBLIC_URL and `operator` in FANZHA_CALL_SETTINGS';

/** Screening of calls in signalling: the doors for proxies, switches and SBCs. */
export function createSipRoom(parts: SipRoomParts): Room {
  const { pack, config, parse, engine, clock, log, metrics } = parts;
  const setting = readCallSetting(config.callSettings);
  const signing = openCallSigning({ ...parts, setting });
  const answers = createCallAnswers(pack.read('call-answers.json', CallAnswerFile), setting, signing.headers);
  const decide: SipRoomParts['engine']['decide'] = (ctx, input) => engine.decide(ctx, input);
  const screening = createCallScreening({ parse, decide, answers, clock, metrics });
  const submit: CallEndsParts['submit'] = (ctx, inputs) => engine.submit(ctx, inputs);
  const ends = createCallEnds({ parse, submit, clock, log });
  const evapi = createEvapi({
    proxies: config.evapi,
    screen: (call) => screening.screen(call, 'en'),
    end: (call) => ends.take(call),
    log,
    metrics,
  });
  const door = openRedirectDoor({ ...parts, setting, screen: (call) => screening.screen(call, 'en') });
  return {
    name: 'sip',
    routes: [...callScreeningRoutes(screening), ...signing.routes],
    start: async () => {
      const asked = config.evapi.length + config.sipListen.length > 0;
      const noCards = setting.operator === undefined || config.publicUrl === undefined;
      if (asked && noCards) log.warn({}, NO_CARDS);
      evapi.start();
      await door.start();
    },
    stop: async () => {
      await door.stop();
      await evapi.stop();
      await ends.stop();
    },
    health: () => healthOf(screening, evapi, ends, door),
  };
}

/** State and figures for the health page: `degraded` while a proxy that should be served is not there. */
function healthOf(screening: CallScreening, evapi: Evapi, ends: CallEnds, door: RedirectDoor): HealthPart {
  const { screened, undecided } = screening.figures();
  const { proxies, underWay } = evapi.figures();
  const away = proxies.filter(({ isConnected }) => !isConnected).map(({ proxy }) => proxy);
  const { waiting, lost } = ends.figures();
  const { calls, underWay: transactions, unscreened, dropped } = door.figures();
  const figure = (name: string, zh: string, en: string, value: number) => ({
    name,
    title: { 'zh-CN': zh, en },
    value,
    unit: '',
  });
  return {
    name: 'sip',
    title: { 'zh-CN': '呼叫筛查', en: 'Call screening' },
    state: away.length > 0 ? 'degraded' : 'ok',
    ...(away.length === 0
      ? {}
      : {
          text: {
            'zh-CN': `未连上 SIP 代理 ${away.join('、')}：其呼叫未经筛查`,
            en: `no connection with ${away.join(', ')}: calls there go on unscreened`,
          },
        }),
    figures: [
      figure('screened', '启动以来筛查的呼叫', 'Calls screened since the start', screened),
      figure('undecided', '未及时判定的呼叫', 'Calls not decided in time', undecided),
      figure('underWay', '代理等待答复的呼叫', 'Calls that proxies wait for', underWay),
      figure('proxies', '已连接的 SIP 代理', 'SIP proxies connected', proxies.length - away.length),
      figure('endsWaiting', '待记录的通话结束', 'Ends of calls that wait', waiting),
      figure('redirectCalls', 'SIP 重定向处理的呼叫', 'Calls that SBCs asked about by SIP', calls),
      figure('redirectTransactions', 'SIP 重定向未结束的事务', 'SIP transactions under way', transactions),
      figure(
        'redirectUnscreened',
        'SIP 重定向未经筛查放行',
        'Calls of SBCs let through unscreened',
        unscreened,
      ),
      figure('redirectDropped', '未予答复的 SIP 消息', 'SIP messages that got no answer', dropped),
      figure('endsLost', '丢失的通话结束', 'Ends of calls lost', lost),
    ],
  };
}
