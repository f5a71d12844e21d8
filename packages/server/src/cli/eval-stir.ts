import type { Command } from 'commander';
import { evalCommand } from './eval.ts';
import { CommandError, EXIT, printJson } from './terminal.ts';

const HELP = `
Reads every SIPp scenario (*.xml) below the folder, makes certificates and the Identity that it asks for, and compares
what verification says with the response that the scenario waits for; and the reference token of libstirshaken.
Exit code 1 when any case came out differently.
读取目录下的 SIPp 场景与 libstirshaken 参考令牌，逐例核对 STIR 验证结果；有不符时退出码为 1。`;

/** `fanzha eval stir FOLDER`: are STIR cases judged as they say. */
export function register(program: Command): void {
  evalCommand(program)
    .command('stir')
    .description('check that STIR identities are judged as a folder of cases says · 核对 STIR 验证用例')
    .argument('<folder>', 'folder with the cases · 用例目录')
    .option('--json', 'print one JSON object: n, passed, failed, cases')
    .addHelpText('after', HELP)
    .action(async (folder: string, options: { json?: boolean }) => {
      const cases = await run(folder);
      const passed = cases.filter((each) => each.passed).length;
      const failed = cases.length - passed;
      if (options.json) printJson({ n: cases.length, passed, failed, cases });
      else {
        for (const { name, expected, actual, passed: isRight } of cases) {
          process.stdout.write(
            `${isRight ? 'ok  ' : 'FAIL'} ${name.padEnd(40)} ${expected.padEnd(24)} ${actual}\n`,
          );
        }
        process.stdout.write(`${cases.length} cases: ${passed} as expected, ${failed} not\n`);
      }
      if (failed > 0) process.exitCode = EXIT.failed;
    });
}

async function run(folder: string) {
  const [{ judgeScenarios }, { openPack, readConfig, systemClock }, { openNumbering }, fs, path] =
    await Promise.all([
      import('../calls/index.ts'),
      import('../platform/index.ts'),
      import('@fanzha/vocabulary'),
      import('node:fs/promises'),
      import('node:path'),
    ]);
  const names = await fs.readdir(folder, { recursive: true }).catch(() => {
    throw new CommandError(`${folder} is not a folder that can be read`, EXIT.unreadable);
  });
  const wanted = names.filter((name) => /(\.xml|\.pem|passport\.txt)$/.test(name)).sort();
  const files = await Promise.all(
    wanted.map(async (name) => ({
      path: name.split(path.sep).join('/'),
      text: await fs.readFile(path.join(folder, name), 'utf8'),
    })),
  );
  const numbering = openNumbering(openPack(readConfig().config.pack));
  const cases = judgeScenarios(files, { numbering, clock: systemClock });
  if (cases.length === 0) throw new CommandError(`${folder} holds no STIR cases`, EXIT.unreadable);
  return cases;
}
