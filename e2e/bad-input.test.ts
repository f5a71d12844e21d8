import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from '../packages/server/src/app.ts';
import { LineWriter } from '../packages/server/src/cli/line-writer.ts';
import { createEventMapper } from '../packages/server/src/cli/readers/events.ts';
import { openInput } from '../packages/server/src/cli/readers/input.ts';
import { readRecords } from '../packages/server/src/cli/readers/records.ts';
import { emptySummary, screenRecords } from '../packages/server/src/cli/screening.ts';
import { composeDecider } from '../packages/server/src/compose.ts';
import { readConfig, silentLogger, systemClock } from '../packages/server/src/platform/index.ts';
import {
  COMMAND_LINES,
  type CommandLine,
  FILE_LINES,
  type FileLine,
  KNOWN_CALL,
  REQUESTS,
  type Request,
  STREAM_LINES,
  WHOLE_FILES,
} from './bad-input.cases.ts';

const bin = fileURLToPath(new URL('../packages/server/bin/fanzha.mjs', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'fanzha-bad-input-'));
// When root runs the tests, the embedded server runs as another user, who has to get through here.
chmodSync(data, 0o711);
afterAll(() => rmSync(data, { recursive: true, force: true }));

interface FieldFault {
  readonly field?: string;
  readonly reason: string;
}
const faultText = ({ field, reason }: FieldFault): string => (field ? `${field} ${reason}` : reason);

describe('HTTP', { timeout: 120_000 }, () => {
  let app: RunningApp;
  let signedIn: Record<string, string> = {};

  const send = async (path: string, body: unknown, headers: Record<string, string>, method = 'POST') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(`${app.address}${path}`, {
      method,
      headers: { 'accept-language': 'en', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: text }),
    });
  };

  beforeAll(async () => {
    app = await startApp(readConfig({ data, port: '0' }).config, silentLogger);
    const token = new URL(app.setupLink ?? '').hash.replace('#token=', '');
    const made = await send('/v1/setup', { token, name: 'chen', password: 'correct horse battery' }, {});
    const { csrfToken } = (await made.json()) as { csrfToken: string };
    signedIn = { cookie: made.headers.get('set-cookie')?.split(';')[0] ?? '', 'x-csrf-token': csrfToken };
    expect((await send('/v1/decisions', KNOWN_CALL, signedIn)).status).toBe(200);
  });
  afterAll(() => app.stop());

  it.each(REQUESTS)('$what', async ({ method, path = '/v1/decisions', body, stranger, answer }) => {
    const response = await send(path, body, stranger ? {} : signedIn, method);
    const problem = (await response.json()) as { code: string; errors?: FieldFault[] };
    const faults = (problem.errors ?? []).map(faultText).join('; ');
    expect(`${response.status} ${problem.code}${faults === '' ? '' : `: ${faults}`}`).toBe(answer);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('a bad line of a stream costs only itself', async () => {
    const good = (index: number) => JSON.stringify({ ...KNOWN_CALL, id: `good-${index}` });
    const lines = STREAM_LINES.flatMap(({ line }, index) => [line, good(index)]);
    const headers = { ...signedIn, 'content-type': 'application/x-ndjson' };
    const response = await send('/v1/events', lines.join('\n'), headers);
    type Result = FieldFault & { line: number; ok: boolean; id?: string; code: string };
    const results: Result[] = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.filter(({ ok }) => ok).map(({ id }) => id)).toEqual(
      STREAM_LINES.map((_, index) => `good-${index}`),
    );
    const answers = results.filter(({ ok }) => !ok).map((result) => `${result.code}: ${faultText(result)}`);
    expect(answers).toEqual(STREAM_LINES.map(({ answer }) => answer));
  });
});

describe('files', () => {
  const decider = composeDecider(readConfig({ data }).config.pack, systemClock);

  async function rejectsOf({ kind, first, line }: FileLine): Promise<{ text: string[]; decided: number }> {
    let written = '';
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        written += chunk;
        done();
      },
    });
    const rejects = new LineWriter(sink, 'rejects');
    const last = first.split('\n').at(-1);
    const bytes = (async function* () {
      yield Buffer.from(`${first}\n${line}\n${last}\n`);
    })();
    const defaults = {
      file: 'file',
      at: '2026-11-23T10:00:00Z',
      zone: 'Asia/Shanghai',
      ingress: 'interconnect',
      ingressOf: new Map(),
      channel: 'smpp',
    } as const;
    const summary = emptySummary();
    const output = new LineWriter(new Writable({ write: (_chunk, _encoding, done) => done() }), 'output');
    const parts = {
      kind,
      decider,
      mapper: createEventMapper(kind, defaults),
      locale: 'en',
      output,
      rejects,
      format: () => '',
      onProgress: () => undefined,
    } as const;
    await screenRecords(
      readRecords({ name: 'file', bytes }, { kind }),
      parts,
      summary,
      new AbortController().signal,
    );
    await rejects.end();
    const rows = written
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => JSON.parse(row));
    return { text: rows.map(({ field, reason }) => `${field}: ${reason}`), decided: summary.decided };
  }

  it.each(FILE_LINES)('a line: $what', async (row) => {
    expect(await rejectsOf(row)).toEqual({ text: [row.answer], decided: 2 });
  });

  it.each(WHOLE_FILES)('a whole file: $what', async ({ kind, bytes, answer }) => {
    const path = join(data, 'whole');
    writeFileSync(path, bytes);
    const read = async (): Promise<void> => {
      const { bytes: content } = await openInput(path);
      for await (const _batch of readRecords({ name: 'FILE', bytes: content }, { kind }));
    };
    const failure = await read().catch((error: Error & { exitCode: number }) => error);
    expect(failure).toMatchObject({ exitCode: 3 });
    expect(String((failure as Error).message).replaceAll(path, 'FILE')).toBe(answer);
  });
});

describe('the command line and the settings', () => {
  it.each(COMMAND_LINES)('$what', ({ args, env = {}, file, exit, answer }) => {
    const folder = mkdtempSync(join(data, 'cli-'));
    const good = join(folder, 'good.jsonl');
    writeFileSync(good, '{"text":"hello"}\n');
    if (file !== undefined) writeFileSync(join(folder, 'fanzha.json'), file);
    const { FANZHA_DATA: _data, FANZHA_PORT: _port, DATABASE_URL: _url, ...clean } = process.env;
    const result = spawnSync(process.execPath, [bin, ...args.map((arg) => (arg === 'FILE' ? good : arg))], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...clean, FANZHA_DATA: folder, ...env },
    });
    const told = result.stderr.trim().replaceAll(good, 'FILE').replaceAll(folder, 'DATA');
    expect([result.status, result.stdout]).toEqual([exit, '']);
    expect(told).toBe(answer);
  });
});

describe('docs/bad-input.md', () => {
  const LONGEST = 300;
  const code = (text: string): string => {
    const shown = text.length > LONGEST ? `${text.slice(0, 60)}…` : text;
    return `\`${shown.replaceAll('\n', ' ⏎ ').replaceAll('|', '\\|').replaceAll('\u0000', '␀')}\``;
  };
  const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
    [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const requestOf = ({ method = 'POST', path = '/v1/decisions' }: Request): string =>
    code(`${method} ${path}`);
  const commandOf = ({ args, env = {}, file }: CommandLine): string => {
    const set = Object.entries(env).map(([name, value]) => `${name}=${value} `);
    return code(
      `${set.join('')}fanzha ${args.join(' ')}${file === undefined ? '' : `   # fanzha.json: ${file}`}`,
    );
  };

  it('says what the program says', async () => {
    const sections = [
      '# Bad input and what the program says',
      'Written by `e2e/bad-input.test.ts` (`npx vitest run e2e/bad-input.test.ts -u`), which asks every one of these. Texts come in the language asked for; here in English. HTTP has further rows in `packages/server/src/platform/http/bad-input.test.ts`, the configuration in `packages/server/src/platform/config/load.test.ts`, the readers in `packages/server/src/cli/readers/records.test.ts`.\n\n本页由测试生成：每一行都实际执行过。',
      '## HTTP: one request\n\nStatus, problem code (RFC 9457) and the fields that are wrong.',
      table(
        ['What', 'Request', 'Answer'],
        REQUESTS.map((row) => [row.what, requestOf(row), code(row.answer)]),
      ),
      '## HTTP: a line of `POST /v1/events`\n\nThe lines around it are taken.',
      table(
        ['What', 'Answer of the line'],
        STREAM_LINES.map(({ what, answer }) => [what, code(answer)]),
      ),
      '## A line of a file\n\n`fanzha screen` goes on; field and reason go to `--rejects`.',
      table(
        ['What', 'Line', 'Field and reason'],
        FILE_LINES.map(({ what, line, answer }) => [what, code(line), code(answer)]),
      ),
      '## A whole file\n\n`fanzha screen` ends with exit code 3.',
      table(
        ['What', 'Message'],
        WHOLE_FILES.map(({ what, answer }) => [what, code(answer)]),
      ),
      '## The command line and the settings',
      table(
        ['What', 'Command', 'Exit', 'Message'],
        COMMAND_LINES.map((row) => [row.what, commandOf(row), String(row.exit), code(row.answer)]),
      ),
    ];
    await expect(`${sections.join('\n\n')}\n`).toMatchFileSnapshot('../docs/bad-input.md');
  });
});
