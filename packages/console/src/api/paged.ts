import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';

interface PageOf<Item> {
  readonly items: Item[];
  readonly next?: string;
}

/** Where a page begins: nothing for the first. */
type Place = { readonly cursor?: string };

interface PagedOptions {
  readonly refetchInterval?: number;
  readonly enabled?: boolean;
}

/** A list that is asked for page by page; what was seen before stays while other filters are asked for. */
export function usePaged<Item>(
  queryKey: QueryKey,
  ask: (place: Place, signal: AbortSignal) => Promise<PageOf<Item>>,
  options: PagedOptions = {},
) {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => ask(pageParam === '' ? {} : { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page: PageOf<Item>) => page.next,
    placeholderData: keepPreviousData,
    ...options,
  });
}

/** The rows of all pages that are there. */
export function rowsOf<Item>(query: { readonly data?: { readonly pages: PageOf<Item>[] } | undefined }) {
  return query.data?.pages.flatMap(({ items }) => items) ?? [];
}
