import { isReasonCode, type Localized } from '@fanzha/vocabulary';
import Type from 'typebox';
import type { Pack } from '../platform/index.ts';
import { ReasonFile, type ReasonWords } from './policy.model.ts';
import type { TextSources } from './reason-text.model.ts';

const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, { additionalProperties: true });
/** Groups of labels: `{ "area": { "010": { "zh-CN": "北京", "en": "Beijing" } } }`. */
const LabelFile = Type.Record(Type.String(), Type.Record(Type.String(), Text));
/** The part of the fraud taxonomy that texts need. */
const TaxonomyFile = Type.Object({
  types: Type.Array(Type.Object({ code: Type.String(), title: Text })),
});

/** Reads the words of a pack: `reasons/*.json`, `labels.json` and the titles of `taxonomy.json`. Throws on a fault. */
export function loadWords(pack: Pack): Pick<TextSources, 'reasons' | 'labels'> {
  const reasons = new Map<string, ReasonWords>();
  for (const file of pack.list('reasons')) {
    for (const [code, words] of Object.entries(pack.read(`reasons/${file}`, ReasonFile))) {
      const fault = !isReasonCode(code) ? 'is not a reason code' : reasons.has(code) ? 'is there twice' : '';
      if (fault) throw new Error(`policy pack reasons/${file}: ${code} ${fault}`);
      reasons.set(code, words);
    }
  }
  const labels = new Map<string, ReadonlyMap<string, Localized>>(
    Object.entries(pack.read('labels.json', LabelFile)).map(([group, texts]) => [
      group,
      new Map(Object.entries(texts)),
    ]),
  );
  const { types } = pack.read('taxonomy.json', TaxonomyFile);
  labels.set('fraudType', new Map(types.map(({ code, title }) => [code, title])));
  return { reasons, labels };
}
