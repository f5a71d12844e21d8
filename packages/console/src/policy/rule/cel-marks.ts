import {
  type EditorState,
  type Extension,
  RangeSetBuilder,
  StateEffect,
  StateField,
} from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  showTooltip,
  type Tooltip,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view';
import type { CallHint, Editing } from './cel-completion.ts';
import { hintAt } from './cel-completion.ts';
import { type CelToken, pieceAt, tokensOf } from './cel-context.model.ts';

/** A fault as the editor draws it: under its character (from 1). */
export interface ShownFault {
  readonly position: number;
  readonly message: string;
}

const KEYWORDS = new Set(['true', 'false', 'in']);

function classOf({ kind, text }: CelToken, { language }: Editing): string {
  if (kind === 'string') return 'cel-string';
  if (kind === 'number') return 'cel-number';
  if (kind === 'comment') return 'cel-comment';
  if (kind === 'sign') return 'cel-sign';
  if (KEYWORDS.has(text)) return 'cel-keyword';
  if (language.counters.some(({ name }) => name === text)) return 'cel-call';
  if (language.functions.some(({ name }) => name === text)) return 'cel-call';
  if (text.startsWith('pack.')) return 'cel-pack';
  return language.facts.some(({ name }) => text === name || text.startsWith(`${name}.`))
    ? 'cel-fact'
    : 'cel-plain';
}

function coloursOf(view: EditorView, editing: Editing | undefined): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  if (editing === undefined) return builder.finish();
  for (const token of tokensOf(view.state.doc.toString())) {
    builder.add(token.from, token.to, Decoration.mark({ class: classOf(token, editing) }));
  }
  return builder.finish();
}

/** Tells the editor that language, kinds or tongue are others now. */
export const editingChanged = StateEffect.define<null>();

const asksAnew = (update: ViewUpdate): boolean =>
  update.transactions.some(({ effects }) => effects.some((effect) => effect.is(editingChanged)));

/** Colours of the syntax, known facts apart from unknown names. */
export function celColours(editing: () => Editing | undefined): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = coloursOf(view, editing());
      }
      update(update: ViewUpdate): void {
        if (update.docChanged || asksAnew(update)) this.decorations = coloursOf(update.view, editing());
      }
    },
    { decorations: ({ decorations }) => decorations },
  );
}

export const faultsFound = StateEffect.define<readonly ShownFault[]>();

/** Columns past which a message stands at the margin: it would be cut off on the right. */
const FARTHEST_COLUMN = 44;

class FaultLine extends WidgetType {
  readonly #column: number;
  readonly #message: string;
  constructor(column: number, message: string) {
    super();
    this.#column = column;
    this.#message = message;
  }
  override eq(other: FaultLine): boolean {
    return other.#column === this.#column && other.#message === this.#message;
  }
  toDOM(): HTMLElement {
    const line = document.createElement('div');
    line.className = 'cel-fault-line';
    // The same words stand below the editor for those who listen.
    line.setAttribute('aria-hidden', 'true');
    const far = this.#column > FARTHEST_COLUMN;
    line.style.paddingInlineStart = far ? '0' : `${this.#column}ch`;
    line.textContent = `${far ? '' : '▲ '}${this.#message}`;
    return line;
  }
}

function drawFaults(state: EditorState, faults: readonly ShownFault[]): DecorationSet {
  const text = state.doc.toString();
  const drawn = faults.flatMap(({ position, message }) => {
    const at = Math.min(position - 1, text.length);
    const line = state.doc.lineAt(at);
    const piece = pieceAt(text, position);
    const widget = Decoration.widget({
      widget: new FaultLine(at - line.from, message),
      block: true,
      side: 1,
    });
    const mark = Decoration.mark({ class: 'cel-fault' });
    const end = piece?.to ?? Math.min(at + 1, line.to);
    return [...(end > at ? [mark.range(at, end)] : []), widget.range(line.to)];
  });
  return Decoration.set(drawn, true);
}

/** Faults at their characters; they move with the text until the next answer comes. */
export const celFaults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (drawn, { state, changes, effects }) => {
    const found = effects.find((effect) => effect.is(faultsFound));
    return found === undefined ? drawn.map(changes) : drawFaults(state, found.value);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function drawHint({ name, title, parameters }: CallHint): HTMLElement {
  const box = document.createElement('div');
  box.className = 'cel-hint';
  const head = document.createElement('code');
  head.append(`${name}(`);
  for (const [index, parameter] of parameters.entries()) {
    const part = document.createElement(parameter.current ? 'b' : 'span');
    part.textContent = `${index > 0 ? ', ' : ''}${parameter.name}${parameter.optional ? '?' : ''}`;
    head.append(part);
  }
  head.append(')');
  const words = document.createElement('div');
  words.textContent = parameters.find(({ current }) => current)?.title ?? title;
  box.append(head, words);
  return box;
}

function tooltipOf(state: EditorState, editing: Editing | undefined): Tooltip | null {
  const { main } = state.selection;
  if (editing === undefined || !main.empty) return null;
  const hint = hintAt(editing, state.doc.toString(), main.head);
  if (hint === undefined) return null;
  return { pos: main.head, above: true, strictSide: true, create: () => ({ dom: drawHint(hint) }) };
}

/** While the cursor is in a counter: its parameters, the one that is written in bold. */
export function celHints(editing: () => Editing | undefined): Extension {
  return StateField.define<Tooltip | null>({
    create: () => null,
    update: (_, { state }) => tooltipOf(state, editing()),
    provide: (field) => showTooltip.from(field),
  });
}
