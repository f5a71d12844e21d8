import { clusterTexts } from './cluster.model.ts';
import type { Extractor } from './extraction.model.ts';
import { foldText } from './fold.model.ts';
import type { Sample } from './learner.model.ts';
import { type NormalForm, normalForm } from './normal-form.model.ts';

/** A line of a labelled file that is right. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** A line that is not, with the field and the reason. */
export interface LineFault {
  readonly field: string;
  readonly reason: string;
}

const MAX_LABEL = 100;
/** Longest text that is scored; messages and transcripts are far shorter. */
const MAX_TEXT = 20_000;

/** Reads one line of a labelled file: a JSON object with `text` and `label`; other fields are ignored. Never throws. */
export function readLabelled(line: string): LabelledText | LineFault {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { field: '', reason: 'is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { field: '', reason: 'is not a JSON object' };
  const { text, label } = value as { text?: unknown; label?: unknown };
  if (typeof text !== 'string')
    return { field: 'text', reason: text === undefined ? 'is required' : 'must be text' };
  if (text.trim() === '') return { field: 'text', reason: 'must not be empty' };
  if (typeof label !== 'string' || label === '' || label.length > MAX_LABEL) {
    return {
      field: 'label',
      reason: label === undefined ? 'is required' : `must be text of 1 to ${MAX_LABEL} characters`,
    };
  }
  return { text: text.slice(0, MAX_TEXT), label };
}

export function readForm(text: string, extract: Extractor): NormalForm {
  const folded = foldText(text);
  return normalForm(folded, extract(folded));
}

/** Brings labelled texts into normal form and groups near-duplicates. */
export function toSamples(texts: readonly LabelledText[], extract: Extractor): Sample[] {
  const forms = texts.map(({ text }) => readForm(text, extract));
  const clusters = clusterTexts(forms.map((form) => form.text));
  return texts.map(({ label }, index) => ({
    label,
    form: forms[index] ?? { script: 'other', text: '', marks: [] },
    cluster: clusters[index] ?? index,
  }));
}
