import type { LineContent } from '@fanzha/contract';
import { useLineSetting } from '../api/lines.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import type { Standing } from '../ui/line/standing-tag.tsx';
import { useHoursText } from '../ui/line/use-hours-text.ts';
import { linesTexts } from './texts.ts';

export const STANDINGS: readonly Standing[] = [
  'active',
  'suspended',
  'not-yet-valid',
  'expired',
  'draft',
  'refused',
  'closed',
];

/** Kinds and uses by their titles; a code that the pack does not name any more stays as it is. */
export function useLineTitles(): { kind(code: string): string; use(code: string): string } {
  const localized = useLocalized();
  const { data } = useLineSetting();
  const titled = (
    of: readonly { readonly code: string; readonly title: Parameters<typeof localized>[0] }[] | undefined,
    code: string,
  ): string => {
    const found = of?.find((each) => each.code === code);
    return found === undefined ? code : localized(found.title);
  };
  return { kind: (code) => titled(data?.kinds, code), use: (code) => titled(data?.uses, code) };
}

/** A field of a registration in words; empty where nothing is registered. */
export function useContentText(): (name: keyof LineContent, content: LineContent | undefined) => string {
  const t = useTexts(linesTexts);
  const titles = useLineTitles();
  const hoursText = useHoursText();
  return (name, content) => {
    if (content === undefined) return '';
    switch (name) {
      case 'kind':
        return titles.kind(content.kind);
      case 'use':
        return titles.use(content.use);
      case 'numbers':
        return content.numbers.length === 0 ? t('noNumbers') : content.numbers.join(', ');
      case 'routes':
        return content.routes.length === 0 ? t('anyRoute') : content.routes.map(routeText).join(', ');
      case 'hours':
        return content.hours.length === 0 ? t('allHours') : content.hours.map(hoursText).join('; ');
      case 'dedicated':
        return t(content.dedicated ? 'dedicated' : 'notDedicated');
      case 'abroad':
        return t(content.abroad ? 'abroad' : 'notAbroad');
      default:
        return content[name] ?? '';
    }
  };
}

/** A route as `trunk` or `trunk @ carrier`. */
export function routeText({ trunk, carrier }: LineContent['routes'][number]): string {
  return [trunk, carrier].filter((part) => part !== undefined).join(' @ ');
}
