import type { CallAttempt } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import {
  type AnsweredDecision,
  type CallAnswer,
  type CallAnswerFile,
  type CallTreatment,
  phraseOf,
  type SipHeader,
  treatmentOf,
} from './call-answer.model.ts';

/** What an installation says about answers, beside its pack. */
export interface AnswerSetting {
  /** Language of the called people's network; absent: the pack's. */
  readonly language?: Locale;
  /** Code instead of the pack's for what the network rejects, e.g. 603 where a carrier does not take 608. */
  readonly rejectionCode?: number;
  /** SIP URIs of an announcement for rejected callers, and of a check of doubtful ones. */
  readonly announcement?: string;
  readonly challenge?: string;
}

/** Makes the headers that go with answers. */
export interface AnswerHeaders {
  /** Call-Info that leads a rejected caller to the appeal (RFC 8688); undefined where the installation has none. */
  card(decision: AnsweredDecision): SipHeader | undefined;
  /** Rich Call Data of a label (RFC 9795, RFC 9796). */
  richData(call: CallAttempt, displayName: string): readonly SipHeader[];
}

export interface AnswerAsk {
  readonly call: CallAttempt;
  readonly decision: AnsweredDecision;
  /** The caller's side can show a 608 card: `sip.608` among its Feature-Caps (RFC 8688 §3.4). */
  readonly showsCards?: boolean;
}

/** Puts decisions about calls into signalling. */
export interface CallAnswers {
  answer(ask: AnswerAsk): CallAnswer;
  /** For a call that could not be decided (in time): it goes through, or as the pack's `timeLimits` say. */
  undecided(why: string): CallAnswer;
  /** Milliseconds after which a call counts as undecided. */
  readonly decideMs: number;
}

export function createCallAnswers(
  file: CallAnswerFile,
  setting: AnswerSetting,
  headers: AnswerHeaders,
): CallAnswers {
  const language = setting.language ?? file.language.value;
  return {
    decideMs: file.timeLimits.decideMs,
    answer(ask) {
      const { decision } = ask;
      const treatment = treatmentOf(file, decision, language);
      const base = {
        action: treatment.action,
        decision: decision.id,
        ...(decision.degraded.length === 0 ? {} : { degraded: decision.degraded.join(',') }),
      };
      if (treatment.action === 'allow') return { ...base, headers: [] };
      if (treatment.action === 'label') {
        const { displayName = '' } = treatment;
        const target = setting[treatment.target ?? 'announcement'];
        const to = treatment.target === undefined || target === undefined ? {} : { target };
        return { ...base, displayName, ...to, headers: headers.richData(ask.call, displayName) };
      }
      return { ...base, ...rejection(ask, treatment) };
    },
    undecided(why) {
      if (file.timeLimits.failOpen) return { action: 'allow', decision: '', degraded: why, headers: [] };
      const { code } = file.fallback;
      return {
        action: 'reject',
        decision: '',
        degraded: why,
        code,
        reason: phraseOf(file, code),
        headers: [],
      };
    },
  };

  function rejection({ decision, showsCards }: AnswerAsk, treatment: CallTreatment) {
    const wanted = treatment.code === 608 ? (setting.rejectionCode ?? 608) : treatment.code;
    const card = wanted === 608 ? headers.card(decision) : undefined;
    const code = wanted === 608 && card === undefined ? file.fallback.code : (wanted ?? file.fallback.code);
    const retry = treatment.retryAfterSeconds;
    const target = treatment.target === undefined ? undefined : setting[treatment.target];
    return {
      code,
      reason: phraseOf(file, code),
      // A caller that is shown the card needs no announcement (RFC 8688 §3.4).
      ...(target === undefined || (showsCards === true && card !== undefined) ? {} : { target }),
      headers: [
        ...(card === undefined ? [] : [card]),
        ...(retry === undefined ? [] : [{ name: 'Retry-After', value: String(retry) }]),
      ],
    };
  }
}
