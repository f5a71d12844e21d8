import { describe, expect, it } from 'vitest';
import { TILES } from './tile-grid.model.ts';

describe('the tile grid of countries', () => {
  it('gives every country one tile and every tile one country', () => {
    expect(new Set(TILES.map(({ code }) => code)).size).toBe(TILES.length);
    expect(new Set(TILES.map(({ column, row }) => `${column} ${row}`)).size).toBe(TILES.length);
  });

  it('knows only codes that have a name', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(TILES.filter(({ code }) => names.of(code) === undefined)).toEqual([]);
    expect(TILES.length).toBeGreaterThan(200);
  });
});
