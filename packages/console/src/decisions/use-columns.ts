import { useState } from 'react';
import { COLUMN_KEYS, type ColumnKey } from './decision-columns.tsx';

const REMEMBERED = 'fanzha.decisions.hidden-columns';
const HIDDEN_AT_FIRST: readonly ColumnKey[] = ['country', 'fraudType'];

function remembered(): readonly ColumnKey[] {
  const text = localStorage.getItem(REMEMBERED);
  if (text === null) return HIDDEN_AT_FIRST;
  const names = text.split(',');
  return COLUMN_KEYS.filter((key) => names.includes(key));
}

/** Which columns are shown, remembered on this device. The verdict always is: it is the row's link. */
export function useShownColumns(): [ReadonlySet<ColumnKey>, (key: ColumnKey) => void] {
  const [hidden, setHidden] = useState(remembered);
  const toggle = (key: ColumnKey): void => {
    const after = hidden.includes(key) ? hidden.filter((each) => each !== key) : [...hidden, key];
    localStorage.setItem(REMEMBERED, after.join(','));
    setHidden(after);
  };
  return [new Set(COLUMN_KEYS.filter((key) => key === 'verdict' || !hidden.includes(key))), toggle];
}
