import { setTimeout as wait } from 'node:timers/promises';
import { freePort, Kamailio, Sipp, type SippRun } from '../e2e/kamailio.fixture.ts';
import { Program } from '../e2e/program.fixture.ts';
import { answeredCaller, callee, rejectedCaller } from '../e2e/sipp.scenarios.ts';
import type { ScreenedCall } from '../packages/server/src/calls/sip/call-screening.service.ts';
import { createEvapi } from '../packages/server/src/calls/sip/evapi.service.ts';
import { silentLogger } from '../packages/server/src/platform/index.ts';
import type { Bench, BenchResult } from './result.ts';

const SECONDS = 10;
/** Calls before what is measured: to warm up the program. */
const WARM_UP = 2000;

interface Load {
  readonly name: string;
  readonly proxy: Kamailio;
  readonly perSecond: number;
  readonly seconds?: number;
  /** What a call that does not go as it should is. */
  readonly failure?: string;
  /** Status of rejections; absent where somebody answers. */
  readonly rejectedBy?: number;
  /** One who makes all calls; absent: ordinary subscribers of another network, each calling once. */
  readonly caller?: string;
}

/** Address of the trunk `carrier-2` in trunks.list. */
const INTERCONNECT = '127.0.0.2';

const subscribers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `+86138${String(10_000_000 + index)}`);

/** Calls at a steady rate through a proxy, and how long each waits for its answer. */
async function offer({ proxy, perSecond, seconds = SECONDS, rejectedBy, caller }: Load): Promise<SippRun> {
  const calls = perSecond * seconds;
  const { sip, onward } = proxy.ports;
  const common = { calls, trace: false, seconds: seconds + 30 };
  const answering =
    rejectedBy === undefined ? new Sipp({ scenario: callee(), port: onward, ...common }) : undefined;
  const from = caller === undefined ? { from: '<sip:[field0]@carrier.example>' } : {};
  const calling = new Sipp({
    scenario: rejectedBy === undefined ? answeredCaller(from) : rejectedCaller(rejectedBy, from),
    ...(caller === undefined ? { address: INTERCONNECT, callers: subscribers(calls) } : { keys: { caller } }),
    port: await freePort(),
    to: `127.0.0.1:${sip}`,
    service: '02161234567',
    perSecond,
    ...common,
  });
  try {
    return await calling.done();
  } finally {
    calling.remove();
    answering?.remove();
  }
}

async function* measure(load: Load): AsyncGenerator<BenchResult> {
  const { succeeded, failed, millis } = await offer(load);
  const sorted = [...millis].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const name = `kamailio: ${load.name}, ${load.perSecond}/s`;
  yield { name: `${name}: calls as they should be`, value: succeeded, unit: '' };
  yield { name: `${name}: ${load.failure ?? 'failures'}`, value: failed, unit: '' };
  yield { name: `${name}, p50`, value: at(0.5), unit: 'ms' };
  yield { name: `${name}, p99`, value: at(0.99), unit: 'ms' };
}

/** Decisions that take a time, all of which reject: what another system behind Fanzha's decision might take. */
function slowDecisions(ports: { evapi: number }, ms: number) {
  const answer: ScreenedCall['answer'] = {
    action: 'reject',
    decision: 'bench',
    code: 608,
    reason: 'Rejected',
    headers: [{ name: 'Call-Info', value: '<https://fraud.example/card>;purpose=jwscard' }],
  };
  return createEvapi({
    proxies: [`127.0.0.1:${ports.evapi}`],
    screen: async (call) => {
      await wait(ms);
      return { event: (call as { id: string }).id, answer };
    },
    end: () => undefined,
    log: silentLogger,
  });
}

const newPorts = async () => ({ sip: await freePort(), onward: await freePort(), evapi: await freePort() });

/**
 * The shipped configuration in a real Kamailio over evapi, SIPp as both ends of calls, all on this machine: decisions
 * that take 100 ms and 1 ms, then those of the real program, synced to disk.
 */
export const kamailioBench: Bench = async function* (say) {
  const ports = await newPorts();
  const proxy = new Kamailio('fanzha-evapi.cfg', ports, { FANZHA_WAIT: 1000, AWAY_AFTER: 1_000_000 });
  const program = new Program();
  try {
    await proxy.start();
    for (const [ms, perSecond] of [
      [100, 300],
      [1, 2000],
    ] as const) {
      const evapi = slowDecisions(ports, ms);
      evapi.start();
      await wait(500);
      const name = `decisions of ${ms} ms`;
      yield* measure({ name, proxy, perSecond, rejectedBy: 608, caller: '+8613912345678' });
      await evapi.stop();
      await wait(500);
    }
    await program.start([], ['--evapi', `127.0.0.1:${ports.evapi}`, '--log-level', 'error']);
    await wait(1000);
    // Without an appeal contact there is no card, and 603 stands in for 608.
    const real = { proxy, rejectedBy: 603, caller: '+8613912345678' };
    await offer({ ...real, name: '', perSecond: WARM_UP / 10, seconds: 10 });
    const failure = 'let through, not decided in 100 ms';
    yield* measure({ ...real, name: 'the program, rejected calls', perSecond: 500, failure });
    yield* measure({ name: 'the program, answered calls', proxy, perSecond: 200 });
  } finally {
    say(proxy.log.split('\n').slice(-5).join('\n'));
    await proxy.remove();
    await program.remove();
  }
};
