import type { EventKindName, ModelVersionView, ScoredTruth } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';

/** One output of a model: what rules read, and from where it counts as found. */
export interface ModelOutput {
  readonly name: string;
  readonly fact: string;
  readonly title: Localized;
  /** Probabilities by name, e.g. `hold`, `block`; the first is where a challenger is compared. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** On samples held out of training; absent on cards made before it was written down. */
  readonly validation?: ScoredTruth;
}

/** One version of a model, as its card describes it; weights are apart. */
export interface ModelVersion {
  readonly model: string;
  readonly version: string;
  /** Of the weights, hex: the same weights have the same. */
  readonly sha256: string;
  /** RFC 3339 date. */
  readonly trained: string;
  readonly features: { readonly count: number; readonly space: Localized };
  readonly training: readonly { readonly name: string; readonly count: number; readonly terms: string }[];
  readonly calibration: Localized;
  readonly figures: Readonly<Record<string, number>>;
  readonly outputs: readonly ModelOutput[];
}

/** Card and weights as they lie in files. */
export interface ModelFiles {
  readonly card: Uint8Array;
  readonly weights: Uint8Array;
}

/** What a room registers: a model that it runs, and how another version of it is put in its place. */
export interface ModelHost {
  readonly id: string;
  readonly title: Localized;
  readonly owner: string;
  readonly kinds: readonly EventKindName[];
  /** The version in the pack. */
  readonly shipped: ModelVersion;
  shippedFiles(): ModelFiles;
  /** Reads a version without using it. Throws an Error that names what is wrong with it. */
  read(files: ModelFiles): ModelVersion;
  /** Puts a version in a role from the next event on; without files: the pack's as champion, none as challenger. */
  use(role: 'champion' | 'challenger', files?: ModelFiles): void;
}

/**
 * Which versions score, by model: plain data for the process that decides, which reads the files by these
 * names (`keptName`) from the data folder. A model that is not named runs the pack's version alone.
 */
export type ModelSetting = Readonly<
  Record<string, { readonly champion?: string; readonly challenger?: string }>
>;

export type ModelState = ModelVersionView['state'];

/** A dropped or retired version may try again. */
const TRANSITIONS: Readonly<Record<ModelState, readonly ModelState[]>> = {
  challenger: ['champion', 'dropped'],
  champion: ['retired'],
  retired: ['challenger'],
  dropped: ['challenger'],
};

/** Whether a version may pass from one state to another. */
export function modelMayBecome(from: ModelState, to: ModelState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Name under which files of a version are kept: the same weights may come again under another version. */
export function keptName({ model, version, sha256 }: ModelVersion): string {
  return `${model}@${version}-${sha256.slice(0, 16)}`;
}

/** Where an output counts as found: its first threshold. */
export function heldFrom({ outputs }: ModelVersion, output: string): number {
  const found = outputs.find(({ name }) => name === output);
  return Object.values(found?.thresholds ?? {})[0] ?? 0.5;
}
