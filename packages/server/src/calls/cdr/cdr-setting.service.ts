import type { FieldError } from '@fanzha/contract';
import { CdrSetting, INGRESSES, invalidInput } from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';
import { AppError, compileSchema, isTimeZone } from '../../platform/index.ts';
import { timeFormat } from './time-format.model.ts';

const ZONE: Localized = {
  'zh-CN': '不是时区，如 Asia/Shanghai',
  en: 'is no time zone such as Asia/Shanghai',
};
const FORMAT: Localized = {
  'zh-CN': '时间格式须含 yyyy MM dd HH mm，各一次',
  en: 'must hold yyyy MM dd HH mm, each once',
};
const INGRESS: Localized = {
  'zh-CN': `只能是 ${INGRESSES.join('、')}`,
  en: `must be one of ${INGRESSES.join(', ')}`,
};

const schema = compileSchema(CdrSetting);

/** Checks how a source is to be read. Throws AppError(invalid-input) that names every wrong field. */
export function checkedSetting(value: unknown, locale: Locale): CdrSetting {
  if (!schema.check(value)) throw new AppError(invalidInput, { fields: schema.faults(value, locale) });
  const setting = value as CdrSetting;
  const faults = settingFaults(setting, locale);
  if (faults.length > 0) throw new AppError(invalidInput, { fields: faults });
  return setting;
}

/** What a schema cannot say. */
function settingFaults({ zone, fields = {} }: CdrSetting, locale: Locale): FieldError[] {
  const faults: FieldError[] = [];
  const fault = (field: string, reason: Localized): void => {
    faults.push({ field, reason: reason[locale] });
  };
  if (zone !== undefined && !isTimeZone(zone)) fault('zone', ZONE);
  for (const [field, rule] of Object.entries(fields)) {
    if (typeof rule !== 'object') continue;
    if (rule.zone !== undefined && !isTimeZone(rule.zone)) fault(`fields.${field}.zone`, ZONE);
    if (rule.format !== undefined && timeFormat(rule.format) === undefined) {
      fault(`fields.${field}.format`, FORMAT);
    }
    if (field !== 'ingress') continue;
    const told = [...Object.values(rule.table ?? {}), rule.else, rule.value].filter(
      (each) => each !== undefined,
    );
    if (told.some((each) => !INGRESSES.some((known) => known === each))) fault('fields.ingress', INGRESS);
  }
  return faults;
}
