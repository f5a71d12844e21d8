import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { closest } from '@fanzha/vocabulary';
import Type from 'typebox';
import { mustBe } from '../schema/fault-text.ts';
import { compileSchema } from '../schema/validator.ts';
import type { Config } from './config.ts';
import { type ConfigOption, OPTION_NAMES, OPTIONS } from './options.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** Of every option: where its value came from, e.g. `environment FANZHA_PORT`. */
  readonly origins: ReadonlyMap<keyof Config, string>;
  /** The file that was read. */
  readonly file: string | undefined;
}

/** Something in the configuration is wrong; every fault has a line that names the variable, key or flag. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** What was given for an option, before it is checked. */
interface Given {
  readonly raw: unknown;
  readonly origin: string;
  /** Folder that a relative path is meant from. */
  readonly from: string;
}
type GivenOptions = Map<keyof Config, Given>;

export interface ConfigInputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By option name; undefined values are not given. */
  readonly flags: Partial<Record<keyof Config, unknown>>;
  readonly cwd: string;
}

const FILE_VARIABLE = 'FANZHA_CONFIG';
const MAX_FILE_BYTES = 1024 * 1024;

function suggestion(name: string, known: Iterable<string>): string {
  const near = closest(name, known);
  return near === undefined ? '' : `, did you mean ${near}?`;
}

function fromEnvironment({ env, cwd }: ConfigInputs, faults: string[]): GivenOptions {
  const known = new Map(OPTION_NAMES.map((name) => [OPTIONS[name].variable, name]));
  const given: GivenOptions = new Map();
  for (const [variable, raw] of Object.entries(env)) {
    const name = known.get(variable);
    if (name !== undefined && raw !== undefined) {
      given.set(name, { raw, origin: `environment ${variable}`, from: cwd });
    } else if (variable.startsWith('FANZHA_') && variable !== FILE_VARIABLE) {
      faults.push(`${variable}: 未知变量 / unknown variable${suggestion(variable, known.keys())}`);
    }
  }
  return given;
}

function fromFlags({ flags, cwd }: ConfigInputs): GivenOptions {
  const given = OPTION_NAMES.filter((name) => flags[name] !== undefined);
  return new Map(
    given.map((name) => [name, { raw: flags[name], origin: `flag ${OPTIONS[name].flag}`, from: cwd }]),
  );
}

function readObject(path: string): Record<string, unknown> {
  const bytes = readFileSync(path);
  if (bytes.length > MAX_FILE_BYTES) throw new Error('larger than 1 MiB');
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('must be a JSON object');
  return value as Record<string, unknown>;
}

function fromFile(path: string, faults: string[]): GivenOptions {
  const given: GivenOptions = new Map();
  try {
    for (const [key, raw] of Object.entries(readObject(path))) {
      const name = OPTION_NAMES.find((option) => option === key);
      if (name !== undefined) given.set(name, { raw, origin: `file ${path}`, from: dirname(path) });
      else faults.push(`${path}: ${key}: 未知选项 / unknown option${suggestion(key, OPTION_NAMES)}`);
    }
  } catch (error) {
    faults.push(`${path}: 无法读取 / cannot be read: ${(error as Error).message}`);
  }
  return given;
}

/** Text from the environment or a flag as the type that the option has. */
function convert(option: ConfigOption, raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  const text = raw.trim();
  const { schema } = option;
  if (Type.IsNumber(schema) || Type.IsInteger(schema))
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : raw;
  if (Type.IsBoolean(schema)) return text === 'true' ? true : text === 'false' ? false : raw;
  if (Type.IsArray(schema)) return text === '' ? [] : text.split(',').map((part) => part.trim());
  return text;
}

function isWrong(option: ConfigOption, value: unknown): boolean {
  if (!compileSchema(option.schema).check(value)) return true;
  if (option.isUrl === undefined) return false;
  const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined;
  return url === undefined || !option.isUrl.includes(url.protocol);
}

function shown(option: ConfigOption, raw: unknown): string {
  return option.isSecret ? '' : ` (${JSON.stringify(raw)?.slice(0, 80)})`;
}

function settle(name: keyof Config, given: Given, faults: string[]): unknown {
  const option = OPTIONS[name];
  const value = convert(option, given.raw);
  if (isWrong(option, value)) {
    const { 'zh-CN': zh, en } = option.form;
    const key = given.origin.startsWith('file ') ? `: ${name}` : '';
    const place = given.origin.replace(/^(file|environment|flag) /, '');
    faults.push(`${place}${key}: ${mustBe(zh)} / must be ${en}${shown(option, given.raw)}`);
    return undefined;
  }
  if (option.isPath) return resolve(given.from, String(value));
  return name === 'publicUrl' ? String(value).replace(/\/+$/, '') : value;
}

/** The file to read: the one that is named must be there, the one in the data folder may be. */
function findFile(inputs: ConfigInputs, data: unknown, faults: string[]): string | undefined {
  const named = inputs.env[FILE_VARIABLE];
  if (named !== undefined) {
    const path = resolve(inputs.cwd, named);
    if (named !== '' && existsSync(path)) return path;
    faults.push(`${FILE_VARIABLE}: 文件不存在 / there is no file ${path}`);
    return undefined;
  }
  const path = join(String(data ?? '.'), 'fanzha.json');
  return existsSync(path) ? path : undefined;
}

/**
 * Puts the configuration together: default < file < environment < flag. Throws ConfigError naming every unknown name
 * and every wrong value at once.
 */
export function loadConfig(inputs: ConfigInputs): LoadedConfig {
  const faults: string[] = [];
  const outside: GivenOptions = new Map([...fromEnvironment(inputs, faults), ...fromFlags(inputs)]);
  const defaults: GivenOptions = new Map();
  for (const name of OPTION_NAMES) {
    const raw = OPTIONS[name].fallback;
    if (raw !== undefined) defaults.set(name, { raw, origin: 'default', from: inputs.cwd });
  }
  const dataGiven = outside.get('data') ?? defaults.get('data');
  const data = dataGiven && settle('data', dataGiven, []);
  const file = findFile(inputs, data, faults);
  const inFile = file === undefined ? new Map<keyof Config, Given>() : fromFile(file, faults);
  const given: GivenOptions = new Map([...defaults, ...inFile, ...outside]);
  const values: Record<string, unknown> = {};
  const origins = new Map<keyof Config, string>();
  for (const [name, one] of given) {
    values[name] = settle(name, one, faults);
    origins.set(name, one.origin);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return { config: values as unknown as Config, origins, file };
}

/** The configuration of this process. */
export function readConfig(flags: ConfigInputs['flags'] = {}): LoadedConfig {
  return loadConfig({ env: process.env, flags, cwd: process.cwd() });
}

function mask(value: unknown): unknown {
  const url = new URL(String(value));
  if (url.password !== '') url.password = '***';
  for (const name of ['password', 'sslpassword'])
    if (url.searchParams.has(name)) url.searchParams.set(name, '***');
  return url.href;
}

/** Every option in force, for people: secrets masked, with the source of each. */
export function describeConfig(loaded: LoadedConfig): readonly {
  readonly name: keyof Config;
  readonly value: unknown;
  readonly source: string;
  readonly option: ConfigOption;
}[] {
  return OPTION_NAMES.map((name) => {
    const option = OPTIONS[name];
    const value = loaded.config[name] ?? null;
    const source = loaded.origins.get(name) ?? 'default';
    return { name, value: option.isSecret && value !== null ? mask(value) : value, source, option };
  });
}
