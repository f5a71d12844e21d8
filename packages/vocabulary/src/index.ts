export { closest } from './closest.ts';
export { LOCALES, type Locale, type Localized } from './localized.ts';
export { isReasonCode, type ReasonCode } from './reason-code.ts';
export { SUBJECT_KINDS, type Subject, type SubjectKind } from './subject.ts';
export { milder, moreSevere, severityOf, VERDICTS, type Verdict } from './verdict.ts';
export { simplifiedHan } from './simplified.ts';
