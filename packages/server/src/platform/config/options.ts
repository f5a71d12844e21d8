import { fileURLToPath } from 'node:url';
import type { Localized } from '@fanzha/vocabulary';
import Type, { type TSchema } from 'typebox';
import { LOG_LEVELS } from '../log/log.ts';
import type { Config } from './config.ts';

/** One option: its name in the environment, what it means, its default and the values it takes. */
export interface ConfigOption {
  readonly variable: string;
  /** Of `fanzha serve`. */
  readonly flag: string;
  readonly schema: TSchema;
  /** In words, for the message about a wrong value. */
  readonly form: Localized;
  /** Absent: the option is absent unless it is given. */
  readonly fallback?: unknown;
  readonly doc: Localized;
  /** A path is made absolute: from the environment and flags by the working folder, from the file by its own. */
  readonly isPath?: true;
  readonly isUrl?: readonly string[];
  /** Never shown whole. */
  readonly isSecret?: true;
}

const shippedPack = fileURLToPath(new URL('../../../../../packs/cn', import.meta.url));

/** A TCP or UDP port, 1 to 65535. */
const PORT = '(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';

/** Every option of the program. */
export const OPTIONS: Readonly<Record<keyof Config, ConfigOption>> = {
  port: {
    variable: 'FANZHA_PORT',
    flag: '--port',
    schema: Type.Integer({ minimum: 0, maximum: 65535 }),
    form: { 'zh-CN': '0 到 65535 的整数', en: 'a whole number from 0 to 65535' },
    fallback: 8080,
    doc: {
      'zh-CN': '接口与控制台的端口；0 为任选空闲端口',
      en: 'port of API and console; 0 takes a free one',
    },
  },
  host: {
    variable: 'FANZHA_HOST',
    flag: '--host',
    schema: Type.String({ minLength: 1, maxLength: 255, pattern: '^[0-9A-Za-z.:_-]+$' }),
    form: { 'zh-CN': 'IP 地址或主机名', en: 'an IP address or host name' },
    fallback: '127.0.0.1',
    doc: {
      'zh-CN': '监听地址；0.0.0.0 供其他机器访问',
      en: 'address to listen on; 0.0.0.0 lets other machines in',
    },
  },
  data: {
    variable: 'FANZHA_DATA',
    flag: '--data',
    schema: Type.String({ minLength: 1, maxLength: 4096 }),
    form: { 'zh-CN': '文件夹路径', en: 'path of a folder' },
    fallback: './data',
    isPath: true,
    doc: { 'zh-CN': '数据目录', en: 'data folder' },
  },
  pack: {
    variable: 'FANZHA_PACK',
    flag: '--pack',
    schema: Type.String({ minLength: 1, maxLength: 4096 }),
    form: { 'zh-CN': '文件夹路径', en: 'path of a folder' },
    fallback: shippedPack,
    isPath: true,
    doc: { 'zh-CN': '政策包目录', en: 'folder of the policy pack' },
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    flag: '--database-url',
    schema: Type.String({ minLength: 1, maxLength: 4096 }),
    form: {
      'zh-CN': 'postgresql:// 开头的地址',
      en: 'an address such as postgresql://user:password@host:5432/name',
    },
    isUrl: ['postgres:', 'postgresql:'],
    isSecret: true,
    doc: {
      'zh-CN': '自有 PostgreSQL 的地址；不填则用内嵌数据库',
      en: 'your own PostgreSQL; without it the embedded one runs',
    },
  },
  logLevel: {
    variable: 'FANZHA_LOG_LEVEL',
    flag: '--log-level',
    schema: Type.Enum([...LOG_LEVELS]),
    form: { 'zh-CN': LOG_LEVELS.join('、'), en: `one of ${LOG_LEVELS.join(', ')}` },
    fallback: 'info',
    doc: { 'zh-CN': '日志级别', en: 'level of the log' },
  },
  publicUrl: {
    variable: 'FANZHA_PUBLIC_URL',
    flag: '--public-url',
    schema: Type.String({ minLength: 1, maxLength: 2048 }),
    form: { 'zh-CN': 'http:// 或 https:// 开头的地址', en: 'an address such as https://fraud.example.org' },
    isUrl: ['http:', 'https:'],
    doc: {
      'zh-CN': '对外地址，用于链接与安全 Cookie',
      en: 'address that people use: for links, and secure cookies when https',
    },
  },
  bodyLimit: {
    variable: 'FANZHA_BODY_LIMIT',
    flag: '--body-limit',
    schema: Type.Integer({ minimum: 1024, maximum: 64 * 1024 * 1024 }),
    form: { 'zh-CN': '1024 到 67108864 的整数（字节）', en: 'a whole number of bytes from 1024 to 67108864' },
    fallback: 1024 * 1024,
    doc: { 'zh-CN': '请求体上限（字节）', en: 'largest request body in bytes; streams have none' },
  },
  trustProxy: {
    variable: 'FANZHA_TRUST_PROXY',
    flag: '--trust-proxy',
    schema: Type.Array(
      Type.String({ pattern: '^([0-9a-fA-F.:]+(/[0-9]{1,3})?|loopback|linklocal|uniquelocal)$' }),
      {
        maxItems: 32,
      },
    ),
    form: {
      'zh-CN': '以逗号分隔的 IP 地址或网段',
      en: 'IP addresses or networks separated by commas, such as 10.0.0.0/8,127.0.0.1',
    },
    fallback: [],
    doc: {
      'zh-CN': '可信反向代理的地址',
      en: 'reverse proxies whose X-Forwarded-For is believed',
    },
  },
  journalFsync: {
    variable: 'FANZHA_JOURNAL_FSYNC',
    flag: '--journal-fsync',
    schema: Type.Boolean(),
    form: { 'zh-CN': 'true 或 false', en: 'true or false' },
    fallback: true,
    doc: {
      'zh-CN': '事件落盘后才确认；false 更快，断电可能丢失',
      en: 'events reach the disk before they are acknowledged; false is faster and may lose some on power failure',
    },
  },
  windowsMegabytes: {
    variable: 'FANZHA_WINDOWS_MB',
    flag: '--windows-mb',
    schema: Type.Integer({ minimum: 16, maximum: 65_536 }),
    form: { 'zh-CN': '16 到 65536 的整数（MiB）', en: 'a whole number of MiB from 16 to 65536' },
    doc: {
      'zh-CN': '计数器内存上限（MiB）；不填则按政策包 engine.json',
      en: "memory of the engine's counters in MiB; without it as the pack's engine.json says",
    },
  },
  engineApart: {
    variable: 'FANZHA_ENGINE_APART',
    flag: '--engine-apart',
    schema: Type.Boolean(),
    form: { 'zh-CN': 'true 或 false', en: 'true or false' },
    fallback: true,
    doc: {
      'zh-CN': '判定在独立进程中进行，不受接口与控制台影响',
      en: 'events are decided in a process of their own, which API and console cannot delay',
    },
  },
  evapi: {
    variable: 'FANZHA_EVAPI',
    flag: '--evapi',
    schema: Type.Array(
      Type.String({ pattern: `^([0-9A-Za-z._-]+|\\[[0-9A-Fa-f:.]+\\]):${PORT}$`, maxLength: 255 }),
      { maxItems: 64 },
    ),
    form: {
      'zh-CN': '以逗号分隔的 主机:端口',
      en: 'host:port separated by commas, such as 10.0.0.5:8448,[2001:db8::5]:8448',
    },
    fallback: [],
    doc: {
      'zh-CN': '要服务的 SIP 代理（Kamailio evapi）的地址；不填则不连接',
      en: 'SIP proxies to screen calls for: where the evapi module of each Kamailio listens',
    },
  },
  sessionHours: {
    variable: 'FANZHA_SESSION_HOURS',
    flag: '--session-hours',
    schema: Type.Number({ minimum: 0.1, maximum: 720 }),
    form: { 'zh-CN': '0.1 到 720 的数字', en: 'a number from 0.1 to 720' },
    fallback: 12,
    doc: { 'zh-CN': '登录闲置多少小时后失效', en: 'hours without use after which a sign-in ends' },
  },
  cdrFolder: {
    variable: 'FANZHA_CDR_FOLDER',
    flag: '--cdr-folder',
    schema: Type.String({ minLength: 1, maxLength: 4096 }),
    form: { 'zh-CN': '文件夹路径', en: 'path of a folder' },
    isPath: true,
    doc: {
      'zh-CN': '监视的话单文件夹，每个来源一个子文件夹（docs/guides/calls-cdr.md）',
      en: 'watched folder of call records, one subfolder a source (docs/guides/calls-cdr.md)',
    },
  },
  callSettings: {
    variable: 'FANZHA_CALL_SETTINGS',
    flag: '--call-settings',
    schema: Type.String({ minLength: 1, maxLength: 4096 }),
    form: { 'zh-CN': '文件路径', en: 'path of a file' },
    isPath: true,
    doc: {
      'zh-CN': '呼叫设置文件：申诉联系方式、来话地址与中继、提示音（docs/guides/calls-sbc.md）',
      en: 'file of what only you know about your calls: appeal contact, where calls come from, announcements (docs/guides/calls-sbc.md)',
    },
  },
  sipListen: {
    variable: 'FANZHA_SIP_LISTEN',
    flag: '--sip-listen',
    schema: Type.Array(
      Type.String({ pattern: '^(udp|tcp)://([0-9A-Za-z.-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$' }),
      { maxItems: 16 },
    ),
    form: {
      'zh-CN': '以逗号分隔的 udp:// 或 tcp:// 地址',
      en: 'addresses separated by commas, such as udp://10.0.0.5:5070,tcp://10.0.0.5:5070',
    },
    fallback: [],
    doc: {
      'zh-CN': 'SIP 重定向服务的监听地址；不填则不启用',
      en: 'addresses of the SIP redirect server; without any it does not run',
    },
  },
};

export const OPTION_NAMES = Object.keys(OPTIONS) as (keyof Config)[];
