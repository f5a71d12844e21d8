import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError, EXIT, say } from './terminal.ts';

type Register = (program: Command) => void;

/** A command: the words that call it, what it does, and its file, which is loaded only when it is called. */
interface CommandEntry {
  readonly words: readonly [string] | readonly [group: string, name: string];
  readonly summary: string;
  readonly load: () => Promise<{ register: Register }>;
  /** Its file hangs itself into its group; else it gets the group to hang itself into. */
  readonly findsGroup?: true;
}

const GROUPS: Readonly<Record<string, string>> = {
  eval: 'measure how well events are decided · 评测',
  train: 'train what learns · 训练模型',
  user: 'people who may sign in · 用户',
  key: 'keys for systems · 接口密钥',
  audit: 'the record of every act · 审计日志',
  rules: 'the language of rules · 规则语言',
  policy: 'versions of the policy · 策略版本',
  cdr: 'call records of switches · 话单',
  line: 'the register of lines · 线路登记',
};

const COMMANDS: readonly CommandEntry[] = [
  {
    words: ['serve'],
    summary: 'run the server and the console · 启动服务与控制台',
    load: () => import('./serve.ts'),
  },
  {
    words: ['screen'],
    summary: 'decide the calls or messages of a file · 离线筛查话单或短信文件',
    load: () => import('./screen.ts'),
  },
  {
    words: ['backtest'],
    summary: 'replay recorded events through another policy · 用已记录的事件回测策略',
    load: () => import('./backtest.ts'),
  },
  {
    words: ['label'],
    summary: 'confirm what decisions turned out to be · 批量确认判定的真实结果',
    load: () => import('./label.ts'),
  },
  {
    words: ['score'],
    summary: 'score the texts of a file with a model · 用模型为文件中的短信批量评分',
    load: () => import('./score.ts'),
  },
  {
    words: ['policy', 'list'],
    summary: 'list the versions of the policy · 列出策略版本',
    load: () => import('./policy-list.ts'),
  },
  {
    words: ['policy', 'check'],
    summary: 'check a policy file, without a server · 检查策略文件',
    load: () => import('./policy-check.ts'),
  },
  {
    words: ['policy', 'diff'],
    summary: 'say what differs between two versions · 比较两个版本',
    load: () => import('./policy-diff.ts'),
  },
  {
    words: ['policy', 'export'],
    summary: 'write a version as a file · 导出版本',
    load: () => import('./policy-export.ts'),
  },
  {
    words: ['policy', 'import'],
    summary: 'make a draft from a file · 由文件新建草稿',
    load: () => import('./policy-import.ts'),
  },
  {
    words: ['rules', 'reference'],
    summary: 'write the reference of the language of rules · 生成规则语言参考',
    load: () => import('./rules-reference.ts'),
  },
  {
    words: ['eval', 'messages'],
    summary: 'measure the text model on labelled texts · 评测短信模型',
    load: () => import('./eval-messages.ts'),
    findsGroup: true,
  },
  {
    words: ['eval', 'calls'],
    summary: 'measure the model of callers on labelled subscribers · 评测主叫行为模型',
    load: () => import('./eval-calls.ts'),
    findsGroup: true,
  },
  {
    words: ['eval', 'cases'],
    summary: 'check that events are decided as a file of cases says · 核对判定用例',
    load: () => import('./eval-cases.ts'),
    findsGroup: true,
  },
  {
    words: ['eval', 'detection'],
    summary: 'measure on simulated calls how soon frauds are found · 用模拟话务评测发现时延与误伤',
    load: () => import('./eval-detection.ts'),
    findsGroup: true,
  },
  {
    words: ['eval', 'displacement'],
    summary: 'measure the watch over displaced calls on simulated traffic · 评测话务转移告警',
    load: () => import('./eval-displacement.ts'),
    findsGroup: true,
  },
  {
    words: ['eval', 'stir'],
    summary: 'check that STIR identities are judged as cases say · 核对 STIR 验证用例',
    load: () => import('./eval-stir.ts'),
    findsGroup: true,
  },
  {
    words: ['train', 'messages'],
    summary: 'train the text models from labelled files · 训练短信模型',
    load: () => import('./train-messages.ts'),
    findsGroup: true,
  },
  {
    words: ['train', 'calls'],
    summary: 'train the models of callers from labelled subscribers · 训练主叫行为模型',
    load: () => import('./train-calls.ts'),
    findsGroup: true,
  },
  {
    words: ['cdr', 'import'],
    summary: 'take a file of call records in · 导入话单文件',
    load: () => import('./cdr-import.ts'),
  },
  {
    words: ['simulate'],
    summary: 'make up traffic with known frauds, always marked as simulated · 生成带标记的模拟流量',
    load: () => import('./simulate.ts'),
  },
  {
    words: ['config'],
    summary: 'show every setting in force and where it came from · 显示生效的配置及来源',
    load: () => import('./config.ts'),
  },
  {
    words: ['line', 'list'],
    summary: 'list the registered lines · 列出登记的线路',
    load: () => import('./line-list.ts'),
  },
  {
    words: ['line', 'import'],
    summary: 'register the lines of a file · 由文件登记线路',
    load: () => import('./line-import.ts'),
  },
  {
    words: ['user', 'add'],
    summary: 'add a person · 添加用户',
    load: () => import('./user-add.ts'),
  },
  {
    words: ['key', 'add'],
    summary: 'add an API key · 添加接口密钥',
    load: () => import('./key-add.ts'),
  },
  {
    words: ['signing'],
    summary: 'show, change and import the keys that sign calls and cards · 呼叫签名密钥',
    load: () => import('./signing.ts'),
  },
  {
    words: ['audit', 'verify'],
    summary: 'find what was changed, removed or re-ordered in the audit log · 校验审计日志',
    load: () => import('./audit-verify.ts'),
  },
];

const FOOTER = `
Settings come from flags, the environment (FANZHA_*), <data>/fanzha.json; see "fanzha config".
设置来自命令行参数、环境变量 FANZHA_*、<data>/fanzha.json。
Exit codes 退出码: 0 done, 1 failed, 2 wrong usage, 3 input unreadable, 4 port or data folder in use,
130 stopped by Ctrl-C.`;

function version(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

function group(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  return found ?? program.command(name).description(GROUPS[name] ?? '');
}

/** Builds the program for these arguments: the command that is called is loaded, the others are named for the help. */
async function build(args: readonly string[]): Promise<Command> {
  const program = new Command('fanzha')
    .description('Fanzha 反诈: the open anti-telecom-fraud platform · 开源反电信网络诈骗平台')
    .version(version(), '-V, --version', 'print the version · 版本')
    .helpOption('-h, --help', 'print help · 帮助')
    .addHelpText('after', FOOTER)
    .showSuggestionAfterError(true)
    .exitOverride();
  const words = args.filter((arg) => !arg.startsWith('-'));
  const called = words[0] === 'help' ? words[1] : words[0];
  for (const { words: path, summary, load, findsGroup } of COMMANDS) {
    const [first, second] = path;
    const parent = second === undefined ? program : group(program, first);
    if (first === called) (await load()).register(findsGroup ? program : parent);
    else parent.command(second ?? first).description(summary);
  }
  return program;
}

/** The exit code of what a command threw, after telling the person in as few lines as it takes. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    const asked = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
    return asked ? EXIT.ok : EXIT.usage;
  }
  if (error instanceof CommandError) {
    say(`fanzha: ${error.message}`);
    return error.exitCode;
  }
  if (!(error instanceof Error)) {
    say(`fanzha: ${String(error)}`);
    return EXIT.failed;
  }
  const mistake = error instanceof TypeError || error instanceof ReferenceError;
  say(`fanzha: ${mistake ? (error.stack ?? error.message) : error.message}`);
  if (error.name === 'ConfigError') return EXIT.usage;
  return error.name === 'DataFolderBusy' ? EXIT.busy : EXIT.failed;
}

/** A reader that has seen enough (`| head`) is no failure; a full disk is. */
function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    say(`fanzha: standard output: ${error.message}`);
    process.exit(EXIT.failed);
  });
}

/** Runs the command line. Returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  watchOutput();
  try {
    const program = await build(args);
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    return explain(error);
  }
}
