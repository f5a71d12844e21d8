/** What a pasted text may be: one of these or several, most specific first. */
export type Pasted =
  | { readonly kind: 'decision'; readonly id: string }
  | { readonly kind: 'subject'; readonly value: string }
  | { readonly kind: 'message'; readonly text: string };

/** Ids of decisions are positions in base 36: ten or eleven letters and digits, both present. */
const DECISION = /^(?=.*\d)(?=.*[a-z])[0-9a-z]{10,11}$/;
const NUMBER = /^[+(（]?[\d０-９][\d０-９\s()（）.-]{1,30}$/;
const LINK = /^(?:https?:\/\/)?(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?:[/?#:]\S*)?$/u;
const LONGEST_SUBJECT = 200;

/** The host of a link; the rest of it says nothing that decisions are kept by. */
function hostOf(link: string): string {
  return (link.replace(/^https?:\/\//i, '').split(/[/?#:]/)[0] ?? link).toLowerCase();
}

/**
 * Reads what somebody pasted: an id of a decision, a number, a link, or words of a message. A single short word may be
 * a sender too.
 */
export function readPasted(input: string): readonly Pasted[] {
  const text = input.trim();
  if (text === '') return [];
  if (DECISION.test(text)) {
    return [
      { kind: 'decision', id: text },
      { kind: 'subject', value: text },
    ];
  }
  if (NUMBER.test(text)) return [{ kind: 'subject', value: text }];
  if (text.length <= 2000 && LINK.test(text)) {
    return [
      { kind: 'subject', value: hostOf(text).slice(0, LONGEST_SUBJECT) },
      { kind: 'message', text },
    ];
  }
  const message = { kind: 'message', text } as const;
  return /\s/.test(text) || text.length > 24 ? [message] : [{ kind: 'subject', value: text }, message];
}
