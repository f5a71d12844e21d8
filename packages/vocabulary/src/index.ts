export { closest } from './closest.ts';
export { type Host, parseHost } from './host.ts';
export { usualInstant } from './instant.ts';
export { LOCALES, type Locale, type Localized } from './localized.ts';
export {
  NUMBER_KINDS,
  type NumberKind,
  type NumberPlan,
  type PlanReader,
  readNumberPlan,
} from './number-plan.ts';
export { createNumbering, type Numbering, openNumbering } from './phone-number.ts';
export {
  DISGUISES,
  type Disguise,
  NUMBER_FORMS,
  NUMBER_VALIDITIES,
  type NumberForm,
  type NumberValidity,
  type PhoneNumber,
} from './phone-number-reading.ts';
export { isReasonCode, type ReasonCode } from './reason-code.ts';
export { remembered } from './remembered.ts';
export { simplifiedHan } from './simplified.ts';
export { SUBJECT_KINDS, type Subject, type SubjectKind } from './subject.ts';
export { milder, moreSevere, severityOf, VERDICTS, type Verdict } from './verdict.ts';
