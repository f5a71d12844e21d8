import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openPack } from '../../platform/index.ts';
import { BehaviourCard, packBehaviour, unpackBehaviour } from './behaviour-card.model.ts';
import { BehaviourModel } from './behaviour-model.model.ts';
import { behaviourFile, readBehaviourCard } from './behaviour-model.service.ts';
import { LIVE_SPACE } from './live-feature.model.ts';

const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const card = pack.read(behaviourFile(LIVE_SPACE, 'json'), BehaviourCard);
const shipped = Buffer.from(pack.bytes(behaviourFile(LIVE_SPACE, 'bin')));
const CALLER = [40, 38, 35, 2400, 9, 3, Number.NaN];

it('is written as it was read', () => {
  const weights = unpackBehaviour(shipped, card);
  expect(Buffer.from(packBehaviour(weights)).equals(shipped)).toBe(true);
  expect(weights.seen).toHaveLength(card.rows);
});

it('gives probabilities or is refused, whatever its bytes are', () => {
  const change = fc.tuple(fc.nat(shipped.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), fc.nat(200), (changes, cut) => {
      const bytes = Buffer.from(shipped.subarray(0, cut < 180 ? shipped.length : shipped.length - cut));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      let model: BehaviourModel;
      try {
        model = new BehaviourModel(LIVE_SPACE, {
          ...unpackBehaviour(bytes, card),
          calibration: card.calibration,
        });
      } catch (error) {
        expect((error as Error).message).toMatch(/^the weights /);
        return;
      }
      const score = model.score(CALLER);
      expect(score >= 0 && score <= 1).toBe(true);
      expect(model.explain(CALLER).contributions).toHaveLength(LIVE_SPACE.features.length);
    }),
    { numRuns: 60 },
  );
});

it('is refused with a reason where the card is anything else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(() => readBehaviourCard(Buffer.from(text))).toThrow(Error);
    }),
  );
});
