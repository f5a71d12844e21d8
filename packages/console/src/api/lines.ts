import {
  lineChangesDecide,
  lineChangesList,
  lineChangesSteps,
  lineChangesUndo,
  lineChangesWithdraw,
  lineSettingGet,
  linesClose,
  linesComplete,
  linesCreate,
  linesEdit,
  linesGet,
  linesHistory,
  linesImport,
  linesImportPreview,
  linesList,
  linesResume,
  linesSuspend,
  type QueryOf,
} from '@fanzha/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';
import { usePaged } from './paged.ts';
import { useMay } from './session.ts';

const KEY = ['lines'];

export type LineFilters = Omit<QueryOf<typeof linesList>, 'cursor' | 'limit'>;
export type LineChangeFilters = Omit<QueryOf<typeof lineChangesList>, 'cursor' | 'limit'>;
export type LineImportInput = CallInput<typeof linesImport>['body'];
/** Acts on a line that need nothing but a reason. */
export type LineTurn = 'suspend' | 'resume' | 'close';

/** Kinds and uses of lines with their titles, and what needs two people; from the policy pack. */
export function useLineSetting() {
  const may = useMay();
  return useQuery({
    queryKey: [...KEY, 'setting'],
    queryFn: ({ signal }) => call(lineSettingGet, { signal }),
    enabled: may('line:read'),
  });
}

export function useLines(filters: LineFilters) {
  const may = useMay();
  return usePaged(
    [...KEY, 'list', filters],
    (place, signal) => call(linesList, { query: { ...place, limit: 100, ...filters }, signal }),
    { enabled: may('line:read'), refetchInterval: 30_000 },
  );
}

export function useLine(id: string) {
  const may = useMay();
  return useQuery({
    queryKey: [...KEY, 'one', id],
    queryFn: ({ signal }) => call(linesGet, { params: { id }, signal }),
    enabled: may('line:read'),
  });
}

export function useLineHistory(id: string) {
  return usePaged([...KEY, 'history', id], (place, signal) =>
    call(linesHistory, { params: { id }, query: place, signal }),
  );
}

export function useLineChanges(filters: LineChangeFilters) {
  const may = useMay();
  return usePaged(
    [...KEY, 'changes', filters],
    (place, signal) => call(lineChangesList, { query: { ...place, ...filters }, signal }),
    { enabled: may('line:read'), refetchInterval: 30_000 },
  );
}

/** What a change does to each line. */
export function useLineSteps(id: string) {
  return usePaged([...KEY, 'steps', id], (place, signal) =>
    call(lineChangesSteps, { params: { id }, query: place, signal }),
  );
}

function useLineAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
}

export function useCreateLine() {
  return useLineAct((body: CallInput<typeof linesCreate>['body']) => call(linesCreate, { body }));
}

export function useEditLine() {
  return useLineAct(({ id, ...body }: { readonly id: string } & CallInput<typeof linesEdit>['body']) =>
    call(linesEdit, { params: { id }, body }),
  );
}

const TURNS = { suspend: linesSuspend, resume: linesResume, close: linesClose } as const;

export function useTurnLine() {
  return useLineAct(
    ({ turn, id, reason }: { readonly turn: LineTurn; readonly id: string; readonly reason: string }) =>
      call(TURNS[turn], { params: { id }, body: { reason } }),
  );
}

/** What an import would do; nothing is changed. */
export function usePreviewLines() {
  return useMutation({
    mutationFn: (body: LineImportInput) => call(linesImportPreview, { body }),
    gcTime: 0,
  });
}

export function useImportLines() {
  return useLineAct((body: LineImportInput) => call(linesImport, { body }));
}

export function useCompleteLines() {
  return useLineAct((body: CallInput<typeof linesComplete>['body']) => call(linesComplete, { body }));
}

export function useDecideLineChange() {
  return useLineAct(
    ({ id, ...body }: { readonly id: string } & CallInput<typeof lineChangesDecide>['body']) =>
      call(lineChangesDecide, { params: { id }, body }),
  );
}

export function useWithdrawLineChange() {
  return useLineAct((id: string) => call(lineChangesWithdraw, { params: { id } }));
}

export function useUndoLineChange() {
  return useLineAct(({ id, reason }: { readonly id: string; readonly reason: string }) =>
    call(lineChangesUndo, { params: { id }, body: { reason } }),
  );
}
