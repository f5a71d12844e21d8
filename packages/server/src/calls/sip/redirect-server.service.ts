import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { clearInterval, setInterval } from 'node:timers';
import type { Logger } from '../../platform/index.ts';
import type { Redirect } from './redirect.service.ts';
import { SipFramer } from './sip-framing.model.ts';

const TICK_MS = 100;
/** Datagrams wait in the system while calls come in bursts. */
const RECEIVE_BYTES = 4 * 1024 * 1024;
const MAX_CONNECTIONS = 1000;
/** A connection without a message for so long is closed (keep-alives count). */
const IDLE_MS = 10 * 60_000;
/** An SBC that does not read its answers is let go. */
const MAX_UNREAD = 1024 * 1024;
const PONG = Buffer.from('\r\n');

export interface RedirectServerParts {
  readonly redirect: Redirect;
  /** `udp://host:port` and `tcp://host:port`. */
  readonly listen: readonly string[];
  /** Whether an address may connect. */
  readonly isKnown: (address: string) => boolean;
  readonly log: Logger;
}

export interface RedirectServer {
  /** Rejects with the address that cannot be taken, and why. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Addresses in use, in the order of `listen`; ports that were 0 are real ones. */
  addresses(): readonly string[];
}

/** The sockets of the redirect server. */
export function createRedirectServer({
  redirect,
  listen,
  isKnown,
  log,
}: RedirectServerParts): RedirectServer {
  const doors: Door[] = [];
  let ticking: ReturnType<typeof setInterval> | undefined;
  return {
    async start() {
      for (const address of listen) {
        const { protocol, hostname, port } = new URL(address);
        const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
        const open = protocol === 'udp:' ? openDatagrams : openStreams;
        doors.push(
          await open(place, { redirect, isKnown, log }).catch((cause: Error) => refuse(address, cause)),
        );
      }
      if (doors.length === 0) return;
      ticking = setInterval(() => redirect.tick(), TICK_MS);
      log.info({ addresses: doors.map((door) => door.address) }, 'SIP redirect server listens');
    },
    async stop() {
      if (ticking !== undefined) clearInterval(ticking);
      await Promise.all(doors.splice(0).map((door) => door.close()));
    },
    addresses: () => doors.map(({ address }) => address),
  };
}

function refuse(address: string, cause: Error): never {
  throw new Error(`FANZHA_SIP_LISTEN: ${address}: ${cause.message}`, { cause });
}

interface Door {
  readonly address: string;
  close(): Promise<void>;
}
interface Place {
  readonly host: string;
  readonly port: number;
}
type Tools = Pick<RedirectServerParts, 'redirect' | 'isKnown' | 'log'>;

async function openDatagrams({ host, port }: Place, { redirect, log }: Tools): Promise<Door> {
  const socket: DatagramSocket = createSocket({
    type: host.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BYTES,
  });
  socket.on('message', (bytes, { address, port: from }) => {
    redirect.receive(bytes, { transport: 'udp', address, port: from }, (answer, to) => {
      // A datagram that cannot be sent is one that was lost: the request comes again.
      socket.send(answer, to, address, () => undefined);
    });
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  socket.on('error', (error) => log.error({ err: error }, 'SIP over UDP failed'));
  const { address, port: taken } = socket.address();
  return {
    address: `udp://${shown(address)}:${taken}`,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

async function openStreams({ host, port }: Place, tools: Tools): Promise<Door> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    if (!tools.isKnown(socket.remoteAddress ?? '')) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveStream(socket, tools);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', (error) => tools.log.error({ err: error }, 'SIP over TCP failed'));
  const bound = server.address();
  const taken = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    address: `tcp://${shown(host)}:${taken}`,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function serveStream(socket: Socket, { redirect, log }: Tools): void {
  const framer = new SipFramer();
  const peer = {
    transport: 'tcp',
    address: socket.remoteAddress ?? '',
    port: socket.remotePort ?? 0,
  } as const;
  const write = (bytes: Buffer): void => {
    if (socket.writableLength > MAX_UNREAD) socket.destroy();
    else if (socket.writable) socket.write(bytes);
  };
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    try {
      for (const frame of framer.push(chunk)) {
        if (frame.kind === 'ping') write(PONG);
        else redirect.receive(frame.bytes, peer, write);
      }
    } catch (error) {
      // Nobody can tell where the next message begins.
      log.warn({ err: error, peer: peer.address }, 'SIP stream cannot be read: closed');
      socket.destroy();
    }
  });
}

const shown = (host: string): string => (host.includes(':') ? `[${host}]` : host);
