import type { NumberKind } from './number-plan.ts';

/**
 * `unassigned`: right in form, but the plan has given it to nobody (for a foreign number: not in that country's plan
 * as far as the library knows). `malformed`: no number can look like this.
 */
export const NUMBER_VALIDITIES = ['valid', 'unassigned', 'malformed', 'no-such-country', 'withheld'] as const;
export type NumberValidity = (typeof NUMBER_VALIDITIES)[number];

/**
 * How it was written: `plus` (+86...), `international` (0086...), `bare` (digits with or without a country or area code but
 * without any prefix), `trunk` (010..., 0138...), `short` (95588), `local` (a subscriber number without its area),
 * `none` (nothing that reads as a number).
 */
export const NUMBER_FORMS = ['plus', 'international', 'bare', 'trunk', 'short', 'local', 'none'] as const;
export type NumberForm = (typeof NUMBER_FORMS)[number];

export const DISGUISES = [
  'country-code',
  'area-code',
  'country-and-area-code',
  'leading-zero',
  'plus',
] as const;
export type DisguiseHow = (typeof DISGUISES)[number];

/** A short code made to look like another number: `target` is the code it imitates. */
export interface Disguise {
  readonly target: string;
  readonly how: DisguiseHow;
}

/** What a presented calling or called number turned out to be. */
export interface PhoneNumber {
  /** As it came, at most 200 characters of it. */
  readonly presented: string;
  /** E.164 with `+`, or the bare digits of a short code or of a local number without area. Absent when unreadable. */
  readonly canonical?: string;
  readonly kind: NumberKind;
  readonly validity: NumberValidity;
  readonly form: NumberForm;
  readonly domestic: boolean;
  /** ISO 3166-1 alpha-2; absent where a shared code does not tell. */
  readonly country?: string;
  readonly callingCode?: string;
  /** Domestic area code without trunk prefix: `21`. */
  readonly area?: string;
  /** Operator that the range was given to; numbers may have been ported since. */
  readonly operator?: string;
  readonly disguise?: Disguise;
  /** Short code that a local number without its area looks like: `8695588` may be 869 5588, and looks like 95588. */
  readonly resembles?: string;
}

/** A number read by one of the readers, before what was presented is put to it. */
export type Reading = Omit<PhoneNumber, 'presented'>;
