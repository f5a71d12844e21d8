import { describe, expect, it } from 'vitest';
import { type Actor, PUBLIC_ACTOR } from '../context/context.ts';
import { createActorCache } from './actor-cache.ts';

const actor: Actor = { ...PUBLIC_ACTOR, kind: 'key', id: 'k', name: 'switch' };
const known = { actor, expiresAt: 10_000_000 };
const away = (): Promise<never> => Promise.reject(new Error('ECONNREFUSED'));

describe('who a credential stands for', () => {
  it('is still known for a while when the database is away, so that decisions go on', async () => {
    const cache = createActorCache();
    await expect(cache.find('key', 0, away)).rejects.toThrow('ECONNREFUSED');
    expect(await cache.find('key', 0, async () => known)).toBe(actor);
    expect(await cache.find('key', 60_000, away)).toBe(actor);
    const untouched = () => Promise.reject(new Error('asked again'));
    expect(await cache.find('key', 61_000, untouched)).toBe(actor);
    await expect(cache.find('key', 3_600_000, away)).rejects.toThrow('ECONNREFUSED');
  });

  it('is asked again as soon as the database answers, and ends when it was to end', async () => {
    const cache = createActorCache();
    await cache.find('key', 0, async () => ({ actor, expiresAt: 50_000 }));
    await expect(cache.find('key', 50_000, away)).rejects.toThrow('ECONNREFUSED');
    await cache.find('key', 0, async () => known);
    expect(await cache.find('key', 6000, async () => undefined)).toBeUndefined();
    await expect(cache.find('key', 6001, away)).rejects.toThrow('ECONNREFUSED');
  });

  it('is known also while the database hangs, which is asked once then; who is not known is told to come back', async () => {
    const cache = createActorCache({ known: 20, unknown: 20 });
    await cache.find('key', 0, async () => known);
    let asked = 0;
    const hang = (): Promise<never> => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const many = Array.from({ length: 100 }, () => cache.find('key', 60_000, hang));
    expect(new Set(await Promise.all(many))).toEqual(new Set([actor]));
    expect(await cache.find('key', 64_000, hang)).toBe(actor);
    expect(asked).toBe(1);
    await expect(cache.find('other', 60_000, hang)).rejects.toMatchObject({
      kind: { code: 'unavailable' },
      retryAfter: 2,
    });
  });

  it('is forgotten at once when it was revoked', async () => {
    const cache = createActorCache();
    await cache.find('key', 0, async () => known);
    cache.forget();
    await expect(cache.find('key', 1, away)).rejects.toThrow('ECONNREFUSED');
  });
});
