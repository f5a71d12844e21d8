import type { PolicyVersion } from '@fanzha/contract';
import { useRuleLanguage } from '../api/rule-language.ts';
import { useLocalized } from '../i18n/locale.ts';

/** The words of a reason code: those of the version itself, else of the pack. */
export function useReasonTitle(version: PolicyVersion): (code: string) => string {
  const localized = useLocalized();
  const language = useRuleLanguage().data?.language;
  const known = new Map(language?.reasons.map(({ id, title }) => [id, title]));
  return (code) => {
    const title = version.content.reasons[code]?.title ?? known.get(code);
    return title === undefined ? code : localized(title);
  };
}
