import type { SmsSubmit } from '@fanzha/contract';
import type { Numbering, PhoneNumber, Subject } from '@fanzha/vocabulary';
import { parseHost } from '@fanzha/vocabulary';
import type { Extraction, Extractor } from './extraction.model.ts';
import { foldText } from './fold.model.ts';
import { type NormalForm, normalForm } from './normal-form.model.ts';

/** A message read once: what rules, models and subjects are made from. */
export interface MessageReading {
  readonly sender: PhoneNumber;
  /** Canonical number, or the sender name as presented. */
  readonly senderValue: string;
  readonly recipient: PhoneNumber;
  readonly extraction: Extraction;
  readonly form: NormalForm;
  /** Canonical hosts of the links, each once. */
  readonly hosts: readonly string[];
  /** `service:id`, each once. */
  readonly handles: readonly string[];
  /** Canonical numbers that the text offers, each once. */
  readonly numbers: readonly string[];
  /** The signature given beside the text, else the one in it. */
  readonly signature: string;
}

/** Reads messages, each event once however many ask. */
export function createMessageReader(
  numbering: Numbering,
  extract: Extractor,
): (message: SmsSubmit) => MessageReading {
  const known = new WeakMap<SmsSubmit, MessageReading>();
  return (message) => {
    const before = known.get(message);
    if (before) return before;
    const folded = foldText(message.text);
    const extraction = extract(folded);
    const sender = numbering.parse(message.sender);
    const reading: MessageReading = {
      sender,
      senderValue: sender.canonical ?? message.sender.trim(),
      recipient: numbering.parse(message.to),
      extraction,
      form: normalForm(folded, extraction),
      hosts: [...new Set(extraction.links.map(({ host }) => parseHost(host)?.name ?? host))],
      handles: [...new Set(extraction.handles.map(({ service, id }) => `${service}:${id}`))],
      numbers: [
        ...new Set(extraction.phones.map(({ digits }) => numbering.parse(digits).canonical ?? digits)),
      ],
      signature: message.signature ?? extraction.signature ?? '',
    };
    known.set(message, reading);
    return reading;
  };
}

/** Everything that takes part in a message: lists, marks and counters are kept for these. */
export function subjectsOf(message: SmsSubmit, reading: MessageReading): Subject[] {
  const recipient = reading.recipient.canonical ?? message.to.trim();
  const optional = (kind: Subject['kind'], value: string | undefined): Subject[] =>
    value === undefined || value === '' ? [] : [{ kind, role: kind, value }];
  return [
    ...(reading.senderValue === ''
      ? []
      : [{ kind: 'sender' as const, role: 'sender', value: reading.senderValue }]),
    ...(recipient === '' ? [] : [{ kind: 'number' as const, role: 'recipient', value: recipient }]),
    ...reading.hosts.map((value): Subject => ({ kind: 'host', role: 'link', value })),
    ...reading.numbers.map((value): Subject => ({ kind: 'number', role: 'contact', value })),
    ...reading.handles.map((value): Subject => ({ kind: 'handle', role: 'handle', value })),
    ...optional('signature', reading.signature),
    ...optional('template', message.template),
    ...optional('account', message.account),
  ];
}
