import { fileURLToPath } from 'node:url';
import { openPack, type Pack } from '../platform/index.ts';
import { createExtractor, type Extractor } from './extraction.model.ts';
import { MessageWords } from './words.model.ts';

/** The pack that ships: words, rules and weights are part of what is tested. */
export const pack: Pack = openPack(fileURLToPath(new URL('../../../../packs/cn', import.meta.url)));
export const extract: Extractor = createExtractor(pack.read('messages.json', MessageWords));
