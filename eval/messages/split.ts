import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { readLabelledFile } from '../../packages/server/src/cli/labelled-file.ts';
import { openMessageLab } from '../../packages/server/src/messages/index.ts';
import { openPack } from '../../packages/server/src/platform/index.ts';

const USAGE = `node eval/messages/split.ts FILE.jsonl --out FOLDER [--parts 5] [--seed 1]
Writes FILE.<part>.train.jsonl and FILE.<part>.test.jsonl for every part: near-duplicates (Jaccard similarity of masked
character 3-grams of at least 0.5) are never on both sides. The folder must be outside the repository.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    parts: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
const [file] = positionals;
const parts = Number(values.parts);
const seed = Number(values.seed);
const repository = resolve(import.meta.dirname, '../..');
const out = values.out === undefined ? '' : resolve(values.out);
const inside = `${out}${sep}`.startsWith(repository + sep);
if (file === undefined || out === '' || inside || !(parts >= 2 && parts <= 20) || !Number.isInteger(seed)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

const { texts } = await readLabelledFile(file);
const lab = openMessageLab(openPack(join(repository, 'packs/cn')));
const partOf = lab.split(texts, parts, seed);
const name = basename(file).replace(/\.jsonl$/, '');
await mkdir(out, { recursive: true });
for (let part = 0; part < parts; part++) {
  const lines = (test: boolean): string =>
    texts
      .flatMap((text, index) => ((partOf[index] === part) === test ? [`${JSON.stringify(text)}\n`] : []))
      .join('');
  await writeFile(join(out, `${name}.${part}.train.jsonl`), lines(false));
  await writeFile(join(out, `${name}.${part}.test.jsonl`), lines(true));
}
process.stderr.write(`${texts.length} texts in ${parts} parts, written to ${out}\n`);
