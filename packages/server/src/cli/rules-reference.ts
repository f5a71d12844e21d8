import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleLanguage } from '@fanzha/contract';
import type { Command } from 'commander';
import { composeDecider } from '../compose.ts';
import { createRuleLanguage, loadPackValues, rulesReference } from '../engine/index.ts';
import { openPack, type Pack, readConfig, systemClock } from '../platform/index.ts';

const GUIDES = fileURLToPath(new URL('../../../../docs/guides', import.meta.url));

/** The language of rules as the engine with every channel and a pack knows it. */
export function languageOfPack(pack: Pack, folder: string): ReturnType<typeof createRuleLanguage> {
  const decider = composeDecider(folder, systemClock);
  return createRuleLanguage({
    decider,
    packValues: loadPackValues(pack),
    now: systemClock.now,
    startedAt: () => undefined,
  });
}

/** The reference in both languages, by the names of its files. */
export function referenceFiles(folder: string): ReadonlyMap<string, string> {
  const pack = openPack(folder);
  const language: RuleLanguage = languageOfPack(pack, folder).language().language;
  return new Map([
    ['rules-reference.md', rulesReference({ language, pack }, 'en')],
    ['rules-reference.zh-CN.md', rulesReference({ language, pack }, 'zh-CN')],
  ]);
}

/** `fanzha rules reference`: writes the reference of the language of rules. */
export function register(rules: Command): void {
  rules
    .command('reference')
    .description('write the reference of the language of rules · 生成规则语言参考')
    .option('--out <folder>', 'where to write it', GUIDES)
    .action(({ out }: { out: string }) => {
      for (const [name, text] of referenceFiles(readConfig().config.pack))
        writeFileSync(join(out, name), text);
    });
}
