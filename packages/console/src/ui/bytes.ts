import type { Format } from '../i18n/format.ts';

const STEPS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in the unit that keeps them short, decimal: 1 kB = 1000 B. */
export function writeBytes(bytes: number, format: Format): string {
  const step = Math.min(STEPS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${format.number(bytes / 1000 ** step, step === 0 ? 0 : 1)} ${STEPS[step]}`;
}
