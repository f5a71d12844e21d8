import { describe, expect, it } from 'vitest';
import { filtersOf, placeOf } from './decision-filters.ts';

describe('the address of a list of decisions', () => {
  it('carries what is filtered, so that a link opens the same list', () => {
    const filters = {
      kind: 'call.attempt',
      verdict: 'block,hold',
      country: 'JP',
      from: '2026-11-23T00:00:00Z',
      simulated: false,
    } as const;
    const place = placeOf(filters);
    expect(place.pathname + place.search).toContain('/decisions?kind=call.attempt');
    expect(filtersOf(place.search, place.state)).toEqual(filters);
  });

  it('never holds a number or an event, which stay in the history entry', () => {
    const place = placeOf({ subject: '+8613812345678', event: 'call-77', verdict: 'block' });
    expect(place.search).toBe('?verdict=block');
    expect(filtersOf(place.search, place.state)).toMatchObject({
      subject: '+8613812345678',
      event: 'call-77',
    });
  });

  it('reads no number out of an address that somebody sends', () => {
    expect(filtersOf('?subject=13812345678&verdict=block', null)).toEqual({ verdict: 'block' });
  });

  it('ignores foreign state', () => {
    expect(filtersOf('', { subject: 7, neighbours: ['a'] })).toEqual({});
  });
});
