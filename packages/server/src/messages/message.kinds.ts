import { SmsSubmit } from '@fanzha/contract';
import type { EventKind } from '../engine/index.ts';
import { type MessageReading, subjectsOf } from './message-reading.model.ts';

/** `sms.submit` as the engine knows it: text and recipient are personal. */
export function createMessageKind(read: (message: SmsSubmit) => MessageReading): EventKind<SmsSubmit> {
  return {
    name: 'sms.submit',
    schema: SmsSubmit,
    personal: ['text', 'to'],
    roles: ['sender', 'recipient', 'link', 'contact', 'handle', 'signature', 'template', 'account'],
    decided: true,
    read: (message) => {
      const reading = read(message);
      return {
        subjects: subjectsOf(message, reading),
        channel: message.channel,
        ...(reading.sender.country === undefined ? {} : { country: reading.sender.country }),
      };
    },
  };
}
