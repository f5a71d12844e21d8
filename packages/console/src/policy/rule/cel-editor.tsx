import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import './cel.css';
import { completeCel, type Editing } from './cel-completion.ts';
import {
  celColours,
  celFaults,
  celHints,
  editingChanged,
  faultsFound,
  type ShownFault,
} from './cel-marks.ts';

interface CelEditorProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly readOnly?: boolean;
  readonly editing: Editing | undefined;
  readonly faults: readonly ShownFault[];
  /** Mod-Enter and Alt-Enter; the page has its own for the rest. */
  readonly keys?: { readonly onTry?: () => void; readonly onFix?: () => void };
  onChange(value: string): void;
}

/** A condition as text: colours, completion, hints of parameters, faults under their characters. */
export function CelEditor(props: CelEditorProps) {
  const { label, value, hint = '', readOnly = false, editing, faults } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  // What the editor asks for while it lives; it is made once.
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (host.current === null) return;
    const now = (): Editing | undefined => latest.current.editing;
    const command = (name: 'onTry' | 'onFix') => (): boolean => {
      latest.current.keys?.[name]?.();
      return latest.current.keys?.[name] !== undefined;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ override: [completeCel(now)], icons: false, activateOnTyping: true }),
          keymap.of([
            { key: 'Mod-Enter', run: command('onTry') },
            { key: 'Alt-Enter', run: command('onFix') },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({
            'aria-label': label,
            spellcheck: 'false',
            autocapitalize: 'off',
          }),
          EditorState.readOnly.of(readOnly),
          EditorView.editable.of(!readOnly),
          placeholder(hint),
          celColours(now),
          celFaults,
          celHints(now),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) latest.current.onChange(state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [label, hint, readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    if (editing !== undefined) view.current?.dispatch({ effects: editingChanged.of(null) });
  }, [editing]);
  useEffect(() => {
    view.current?.dispatch({ effects: faultsFound.of(faults) });
  }, [faults]);
  return <div ref={host} className="cel-editor" />;
}
