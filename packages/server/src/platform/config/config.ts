import type { LogLevel } from '../log/log.ts';

/** What the program runs with. Read once at the start; nothing else looks at the environment. */
export interface Config {
  /** TCP port of API and console; 0 lets the system choose. */
  readonly port: number;
  /** Address to listen on. */
  readonly host: string;
  /** Absolute path of the data folder. */
  readonly data: string;
  /** Absolute path of the policy pack's folder. */
  readonly pack: string;
  /** Absent: the embedded database. */
  readonly databaseUrl?: string;
  readonly logLevel: LogLevel;
  /** Address that people and systems use, without a slash at the end; `https` makes cookies secure. */
  readonly publicUrl?: string;
  /** Bytes of a request body that is read whole. */
  readonly bodyLimit: number;
  /** Addresses or networks of reverse proxies whose X-Forwarded-For is believed; empty for none. */
  readonly trustProxy: readonly string[];
  /** Whether an event reaches the disk before it is acknowledged. */
  readonly journalFsync: boolean;
  /** Memory of the engine's counters in MiB; absent: as the pack's `engine.json` says. */
  readonly windowsMegabytes?: number;
  /** Whether events are decided in a process of their own, so that nothing else on the machine delays them. */
  readonly engineApart: boolean;
  /** `host:port` of the evapi modules of SIP proxies to serve; empty for none. */
  readonly evapi: readonly string[];
  /** Absolute path of the watched folder of call records; absent: none is watched. */
  readonly cdrFolder?: string;
  /** Hours without use after which a session ends. */
  readonly sessionHours: number;
  /** Absolute path of the file that says what only this installation knows about its calls. */
  readonly callSettings?: string;
  /** Addresses where SBCs ask by SIP, e.g. `udp://127.0.0.1:5070`; empty for none. */
  readonly sipListen: readonly string[];
}
