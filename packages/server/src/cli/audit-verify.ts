import type { Command } from 'commander';
import type { AuditVerification } from '../platform/index.ts';
import type { DatabaseFlags } from './connect.ts';
import { EXIT, printJson, say } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly json?: true;
}

function tell(result: AuditVerification): void {
  const { entries, rootHash, heads, unreadableHeads, fault } = result;
  if (unreadableHeads > 0) {
    say(`${unreadableHeads} 行树头无法读取 / ${unreadableHeads} lines of the head file cannot be read`);
  }
  if (fault === undefined) {
    say(`审计日志完好 / the audit log is intact: ${entries} entries, ${heads} signed heads agree`);
    process.stdout.write(`${rootHash}\n`);
    return;
  }
  const place = fault.until === undefined ? `${fault.seq}` : `${fault.seq}-${fault.until}`;
  say(
    `审计日志被动过 / the audit log was tampered with at seq ${place}: ${fault.text['zh-CN']} / ${fault.text.en}`,
  );
}

/** `fanzha audit verify`: recomputes the whole log, while the server runs or not. Exit code 1 when something is wrong. */
export function register(audit: Command): void {
  audit
    .command('verify')
    .description('find what was changed, removed or re-ordered in the audit log · 校验审计日志')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object')
    .action(async (flags: Flags) => {
      const { createAudit } = await import('../platform/index.ts');
      const { withDatabase } = await import('./connect.ts');
      const result = await withDatabase(flags, ({ db, clock, log }, { data }) =>
        createAudit({ db, clock, log, dataFolder: data }).verify(),
      );
      if (flags.json) printJson(result);
      else tell(result);
      if (!result.ok) process.exitCode = EXIT.failed;
    });
}
