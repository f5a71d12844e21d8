// Prints what the first view costs over the wire: every script and style that the browser fetches to show the
// overview to a signed-in person, brotli as the server sends it, against the budget in kB (1 kB = 1000 bytes). Exit code 1 when above.
import { readFileSync } from 'node:fs';

const BUDGET_KB = 350;
const FIRST_VIEW = ['index.html', 'src/overview/overview-page.tsx', 'src/overview/time-chart.tsx'];

const dist = new URL('./dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const files = new Set();

function collect(key) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not a chunk of the build`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const imported of chunk.imports ?? []) collect(imported);
}
FIRST_VIEW.forEach(collect);

let total = 0;
for (const file of files) {
  const size = readFileSync(new URL(`${file}.br`, dist)).length;
  total += size;
  process.stdout.write(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}\n`);
}
process.stdout.write(`${(total / 1000).toFixed(1).padStart(8)} kB  first view (budget ${BUDGET_KB} kB)\n`);
process.exitCode = total > BUDGET_KB * 1000 ? 1 : 0;
