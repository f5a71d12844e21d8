import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/fanzha.mjs', import.meta.url));
const cards = fileURLToPath(new URL('../../../../packs/cn/models/', import.meta.url));
const score = (args: readonly string[], input: string) =>
  spawnSync(process.execPath, [bin, 'score', '-', ...args], { encoding: 'utf8', input });

it('scores every text in the order of the file and names the lines that it leaves out', () => {
  const lines = ['{"text":"加微信领取高额返利，日赚千元 http://a.top"}', 'nope', '', '{"text":"Привет"}'];
  const { status, stdout, stderr } = score([], lines.join('\n'));
  expect(status).toBe(0);
  const [fraud, other] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(fraud).toMatchObject({ line: 1, model: 'messages-han', fraud: expect.any(Number) });
  expect(other).toEqual({ line: 4, model: null });
  expect(stderr).toContain('stdin:2: is not JSON');
});

it('says in one line why a model cannot be used', () => {
  const { status, stderr } = score(['--model', `${cards}no.json`], '{"text":"x"}');
  expect(status).toBe(3);
  expect(stderr).toMatch(/no\.json: .*ENOENT/);
});
