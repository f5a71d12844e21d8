import type { Locale } from '@fanzha/vocabulary';
import type { FastifyRequest } from 'fastify';
import { pickLocale } from '../i18n/locale.ts';

/** Language of a request. */
export function localeOf(request: Pick<FastifyRequest, 'headers'>): Locale {
  return pickLocale(request.headers['accept-language']);
}
