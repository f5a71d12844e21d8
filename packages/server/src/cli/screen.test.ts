import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fanzha screen '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINE = '{"text":"【银行】您的账户将被冻结，请点击链接处理"}\n';

function screen(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, 'screen', 'messages', ...args, '--lang', 'en'], {
    cwd: folder,
  });
  const told = { stdout: '', stderr: '' };
  child.stdout.on('data', (part) => {
    told.stdout += part;
  });
  child.stderr.on('data', (part) => {
    told.stderr += part;
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...told })),
  );
  return { child, ended };
}

/** Goes on writing lines for as long as somebody reads them. */
function feed({ child }: ReturnType<typeof screen>): void {
  const write = (): void => {
    while (child.stdin.writable && child.stdin.write(LINE.repeat(500)));
  };
  child.stdin.on('drain', write);
  write();
}

describe('fanzha screen', { timeout: 60_000 }, () => {
  it('keeps decisions, the summary and refused lines apart', async () => {
    writeFileSync(join(folder, 'some.jsonl.gz'), gzipSync(`${LINE}oops\n${LINE}`));
    const { code, stdout, stderr } = await screen('some.jsonl.gz', '--rejects', 'bad.jsonl').ended;
    expect(code).toBe(0);
    const decisions = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(decisions.map(({ line, id }) => [line, id])).toEqual([
      [1, 'some.jsonl.gz:1'],
      [3, 'some.jsonl.gz:3'],
    ]);
    expect(stderr).toMatch(/some\.jsonl\.gz: jsonl\nread 3 lines, .*: 2 decided, 1 rejected/);
    const rejects = readFileSync(join(folder, 'bad.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rejects).toMatchObject([{ line: 2, field: '(line)', raw: 'oops' }]);
  });

  it('gives what it could read of a damaged file, and says that it was not all', async () => {
    const packed = gzipSync(
      Buffer.from(Array.from({ length: 30_000 }, (_, n) => `{"text":"n ${n * 7919}"}\n`).join('')),
    );
    writeFileSync(join(folder, 'cut.gz'), packed.subarray(0, packed.length / 2));
    const { code, stdout, stderr } = await screen('cut.gz').ended;
    expect(code).toBe(3);
    expect(stdout.split('\n').length).toBeGreaterThan(1000);
    expect(stderr).toMatch(
      /the rest of the file could not be read[\s\S]*fanzha: cut\.gz: the gzip data is damaged/,
    );
  });

  it('says on Ctrl-C what came of it so far', async () => {
    const run = screen('-');
    run.child.stdout.once('data', () => run.child.kill('SIGINT'));
    feed(run);
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/stopped: this is what came of it so far\nread [\d,]+ lines/);
  });

  it('ends without a complaint when the reader has seen enough', async () => {
    const run = screen('-');
    run.child.stdout.once('data', () => run.child.stdout.destroy());
    feed(run);
    const { code, stderr } = await run.ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|Error/);
  });
});
