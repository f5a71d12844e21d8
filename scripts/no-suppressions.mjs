// Fails when a source file switches a check off inline: a wrong rule is changed for everybody, with a decision record.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MARKS = [
  'biome-ignore',
  '@ts-ignore',
  '@ts-expect-error',
  '@ts-nocheck',
  'eslint-disable',
  'depcruise-ignore',
];
const SELF = 'scripts/no-suppressions.mjs';

const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs', '*.js', '*.css'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && file !== SELF);

const found = files.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      MARKS.filter((mark) => line.includes(mark)).map((mark) => `${file}:${index + 1}: ${mark}`),
    ),
);

for (const line of found) console.error(line);
if (found.length > 0) process.exit(1);
