import type { Duplex } from 'node:stream';
import type { Logger } from '../log/log.ts';
import { failureText } from './failure.ts';
import { Inflow, Outflow } from './flow.ts';
import { FrameWriter } from './frame-writer.ts';
import { FrameSplitter, type WireFrame } from './wire.model.ts';

/** What one process offers to the other by name. */
export interface WireService {
  /** Plain data in, plain data out; an AppError that it throws arrives as one. */
  readonly calls: Readonly<Record<string, (args: unknown) => Promise<unknown> | unknown>>;
  /** Bytes in, bytes out, both at the pace of the slower end. */
  readonly streams: Readonly<
    Record<
      string,
      (
        args: unknown,
        input: AsyncIterable<Uint8Array>,
        signal: AbortSignal,
      ) => AsyncIterable<Uint8Array | string>
    >
  >;
}

export interface WireServer {
  /** Tells the other process something it did not ask for. */
  tell(name: string, news: unknown): void;
}

interface Running {
  readonly input: Inflow;
  readonly output: Outflow;
  readonly abort: AbortController;
}

/** Answers what comes over a connection with another process of ours until it ends. */
export function serveWire(connection: Duplex, service: WireService, log: Logger): WireServer {
  const running = new Map<number, Running>();
  const splitter = new FrameSplitter();
  const writer = new FrameWriter(connection);
  const send: FrameWriter['send'] = (type, id, payload) => writer.send(type, id, payload);

  const answer = async ({ id, payload }: WireFrame): Promise<void> => {
    try {
      const { name, args } = JSON.parse(payload.toString()) as { name: string; args: unknown };
      const call = Object.hasOwn(service.calls, name) ? service.calls[name] : undefined;
      if (!call) throw new Error(`there is no call ${name}`);
      send('reply', id, JSON.stringify((await call(args)) ?? null));
    } catch (error) {
      send('failure', id, failureText(error));
    }
  };

  const stream = async ({ id, payload }: WireFrame): Promise<void> => {
    const abort = new AbortController();
    const input = new Inflow((bytes) => send('credit', id, String(bytes)));
    const output = new Outflow();
    running.set(id, { input, output, abort });
    try {
      const { name, args } = JSON.parse(payload.toString()) as { name: string; args: unknown };
      const handler = Object.hasOwn(service.streams, name) ? service.streams[name] : undefined;
      if (!handler) throw new Error(`there is no stream ${name}`);
      for await (const part of handler(args, input, abort.signal)) {
        const bytes = typeof part === 'string' ? Buffer.from(part) : part;
        if (!(await output.room())) break;
        output.sent(bytes.length);
        send('data', id, bytes);
      }
      send('end', id);
    } catch (error) {
      if (!abort.signal.aborted) send('failure', id, failureText(error));
    } finally {
      running.delete(id);
    }
  };

  const take = (frame: WireFrame): void => {
    if (frame.type === 'call') return void answer(frame);
    if (frame.type === 'open') return void stream(frame);
    const one = running.get(frame.id);
    if (frame.type === 'data') one?.input.push(frame.payload);
    else if (frame.type === 'end') one?.input.end();
    else if (frame.type === 'credit') one?.output.credit(Number(frame.payload.toString()));
    else if (frame.type === 'abort') stopOne(one);
  };

  connection.on('data', (chunk: Buffer) => {
    try {
      for (const frame of splitter.push(chunk)) take(frame);
    } catch (error) {
      log.error({ err: error }, 'connection with another process broken off');
      connection.destroy();
    }
  });
  connection.on('error', () => undefined);
  connection.on('close', () => {
    for (const one of running.values()) stopOne(one);
  });
  return { tell: (name, news) => send('news', 0, JSON.stringify({ name, news })) };
}

function stopOne(one: Running | undefined): void {
  if (!one) return;
  one.abort.abort();
  one.input.end();
  one.output.close();
}
