import { MESSAGE_CHANNELS } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import { drawnOnce, fillTemplate, type Scenario, type TrafficSource, type Words } from '../engine/index.ts';
import type { Pack } from '../platform/index.ts';

const closed = { additionalProperties: false };
const Texts = Type.Array(Type.String(), { minItems: 1 });
const Range = Type.Tuple([Type.Number({ minimum: 0 }), Type.Number({ minimum: 0 })]);

/** A kind of message that the simulator sends; senders and texts are templates of `fillTemplate`. */
const MessageScenario = Type.Object(
  {
    id: Type.String(),
    title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, closed),
    fraud: Type.Boolean(),
    weight: Type.Number({ exclusiveMinimum: 0 }),
    sender: Texts,
    to: Texts,
    channel: Type.Enum([...MESSAGE_CHANNELS]),
    texts: Texts,
    /** A campaign: one sender and one text to many within some seconds; one message when left out. */
    burst: Type.Optional(Type.Object({ size: Range, overSeconds: Range }, closed)),
    /** Words that stay the same within a campaign, such as its site. */
    same: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);
type MessageScenario = Static<typeof MessageScenario>;

const MessageTraffic = Type.Object(
  {
    source: Type.String(),
    words: Type.Record(Type.String(), Texts),
    scenarios: Type.Array(MessageScenario, { minItems: 1 }),
  },
  closed,
);

/** Simulated messages as the pack describes them: `simulation/messages.json`. */
export function createMessageTraffic(pack: Pack): TrafficSource {
  const { words, scenarios } = pack.read('simulation/messages.json', MessageTraffic);
  return { kind: 'messages', scenarios: scenarios.map((scenario) => toScenario(scenario, words)) };
}

function toScenario(data: MessageScenario, words: Words): Scenario {
  return {
    id: data.id,
    fraud: data.fraud,
    weight: data.weight,
    draw: (random, newId) => {
      const [least, most] = data.burst?.size ?? [1, 1];
      const [shortest, longest] = data.burst?.overSeconds ?? [0, 0];
      const size = random.between(least, most);
      const over = random.between(shortest, longest);
      const fixed = drawnOnce(data.same ?? []);
      const fill = (template: string): string => fillTemplate(template, words, random, fixed);
      const sender = fill(random.pick(data.sender));
      const text = random.pick(data.texts);
      return Array.from({ length: size }, (_, index) => ({
        after: (over * index) / size,
        event: {
          kind: 'sms.submit',
          id: newId(),
          sender,
          to: fill(random.pick(data.to)),
          text: fill(text),
          channel: data.channel,
        },
      }));
    },
  };
}
