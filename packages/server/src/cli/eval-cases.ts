import type { Command } from 'commander';
import type { CaseDifference, CaseReport } from './case-evaluation.ts';
import { evalCommand } from './eval.ts';
import { EXIT, printJson } from './terminal.ts';

const HELP = `
One case a line, as JSON · 每行一个 JSON 用例:
  {"name": "...", "event": {...}, "expect": {"verdict": ["block"], "reasons": ["..."]}}
  event    any event; id and at may be left out, kind where the fields tell it
  expect   verdict: one or several, any of them will do; reasons: codes that must all have spoken
A line that is not a case counts as failed. Exit code 1 when any case failed.
事件可省略 id、at 和 kind；verdict 命中其一即可，reasons 须全部出现；有用例不符时退出码为 1。`;

/** `fanzha eval cases FILE`: does the policy decide as these cases say. */
export function register(program: Command): void {
  evalCommand(program)
    .command('cases')
    .description('check that events are decided as a file of cases says · 用例检验：决定是否与用例一致')
    .argument('<file>', 'JSON lines, - for standard input')
    .option('--json', 'print one JSON object: n, passed, failed, differences')
    .option(
      '--lines <file>',
      'register of lines (default: FILE with .lines.json, if there is one) · 线路登记',
    )
    .addHelpText('after', HELP)
    .action(async (file: string, options: { json?: boolean; lines?: string }) => {
      const report = await run(file, options.lines);
      if (options.json) printJson(report);
      else process.stdout.write(`${readable(report)}\n`);
      if (report.failed > 0) process.exitCode = EXIT.failed;
    });
}

async function run(file: string, lines: string | undefined): Promise<CaseReport> {
  const [
    { composeDeciderWith },
    { readConfig, splitLines, systemClock },
    { openInput },
    { evaluateCases },
    { besideCases, readRegisterFile },
  ] = await Promise.all([
    import('../compose.ts'),
    import('../platform/index.ts'),
    import('./readers/input.ts'),
    import('./case-evaluation.ts'),
    import('./line-register.ts'),
  ]);
  const input = await openInput(file);
  const register = await readRegisterFile(lines ?? besideCases(file));
  const decider = await composeDeciderWith(readConfig().config.pack, systemClock, register);
  return evaluateCases(splitLines(input.bytes), decider, systemClock);
}

/** A table of what came out differently, and the count. */
function readable({ n, passed, failed, differences }: CaseReport): string {
  const rows = differences.map((difference) => rowOf(difference));
  const count = `${n} cases: ${passed} as expected, ${failed} not`;
  return [...rows, count].join('\n');
}

function rowOf({ line, name, expected, got, reasons, problem }: CaseDifference): string {
  const head = `line ${line}${name === undefined ? '' : `  ${name}`}`;
  if (problem !== undefined) return `${head}\n    ${problem}`;
  const wanted = [expected?.verdict.join(' or '), ...(expected?.reasons ?? [])].join(', ');
  return `${head}\n    expected ${wanted}\n    got      ${[got, ...reasons].join(', ')}`;
}
