import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly problem?: string | undefined;
  readonly wide?: boolean;
  /** Draws the field with the id that its label names. */
  children(id: string): ReactNode;
}

/** A field with its label above and what is wrong with it below. */
export function Field({ label, help, problem, wide = false, children }: FieldProps) {
  const id = useId();
  return (
    <div className={wide ? 'fz-edit-field fz-wide' : 'fz-edit-field'}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {problem === undefined ? null : (
        <span className="fz-edit-problem" role="alert">
          {problem}
        </span>
      )}
      {help === undefined ? null : <span className="fz-quiet fz-small">{help}</span>}
    </div>
  );
}
