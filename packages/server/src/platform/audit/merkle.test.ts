import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendLeaf,
  consistencyProof,
  EMPTY_FRONTIER,
  EMPTY_ROOT,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

/** MTH of RFC 9162 section 2.1.1, word for word. */
function referenceRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0] as Buffer;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(referenceRoot(leaves.slice(0, k)), referenceRoot(leaves.slice(k)));
}

/** PATH of section 2.1.3.1, word for word. */
function referencePath(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return m < k
    ? [...referencePath(m, leaves.slice(0, k)), referenceRoot(leaves.slice(k))]
    : [...referencePath(m - k, leaves.slice(k)), referenceRoot(leaves.slice(0, k))];
}

/** SUBPROOF of section 2.1.4.1, word for word. */
function referenceSubproof(m: number, leaves: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === leaves.length) return whole ? [] : [referenceRoot(leaves)];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return m <= k
    ? [...referenceSubproof(m, leaves.slice(0, k), whole), referenceRoot(leaves.slice(k))]
    : [...referenceSubproof(m - k, leaves.slice(k), false), referenceRoot(leaves.slice(0, k))];
}

const someLeaves = fc.array(fc.uint8Array({ maxLength: 8 }).map(leafHash), { minLength: 1, maxLength: 70 });
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

function grow(leaves: readonly Buffer[]): Buffer {
  return rootOf(leaves.reduce(appendLeaf, EMPTY_FRONTIER));
}

describe('Merkle tree', () => {
  it('hashes the vectors that certificate transparency implementations share', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const leaves = inputs.map((input) => leafHash(Buffer.from(input, 'hex')));
    roots.forEach((root, index) => {
      expect(grow(leaves.slice(0, index + 1)).toString('hex')).toBe(root);
    });
  });

  it('knows the same root from its right edge as from all leaves', () => {
    fc.assert(
      fc.property(someLeaves, (leaves) => {
        expect(grow(leaves).equals(referenceRoot(leaves))).toBe(true);
      }),
    );
  });

  it('proves every leaf, and nothing that is not there', () => {
    fc.assert(
      fc.property(someLeaves, fc.nat(), fc.nat(), (leaves, pick, flip) => {
        const index = pick % leaves.length;
        const proof = inclusionProof(leaves, index);
        expect(hex(proof)).toEqual(hex(referencePath(index, leaves)));
        const claim = {
          leaf: leaves[index] as Buffer,
          index,
          size: leaves.length,
          proof,
          root: grow(leaves),
        };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: leafHash('not in the tree') })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, EMPTY_ROOT] })).toBe(false);
        if (proof.length === 0) return;
        const wrong = proof.map((hash, at) => (at === flip % proof.length ? leafHash(hash) : hash));
        expect(verifyInclusion({ ...claim, proof: wrong })).toBe(false);
      }),
    );
  });

  it('proves that a tree only grew, and refuses one whose past was rewritten', () => {
    fc.assert(
      fc.property(someLeaves, fc.nat(), fc.nat(), (leaves, pick, change) => {
        const size = 1 + (pick % leaves.length);
        const proof = consistencyProof(leaves, size);
        expect(hex(proof)).toEqual(hex(referenceSubproof(size, leaves, true)));
        const first = { size, root: grow(leaves.slice(0, size)) };
        const second = { size: leaves.length, root: grow(leaves) };
        expect(verifyConsistency({ first, second, proof })).toBe(true);
        const rewritten = leaves.map((leaf, at) => (at === change % size ? leafHash(leaf) : leaf));
        const forged = { size: leaves.length, root: grow(rewritten) };
        expect(verifyConsistency({ first, second: forged, proof: consistencyProof(rewritten, size) })).toBe(
          false,
        );
      }),
    );
  });

  it('refuses leaves and sizes that do not exist', () => {
    const leaves = [leafHash('a'), leafHash('b')];
    expect(() => inclusionProof(leaves, 2)).toThrow(RangeError);
    expect(() => inclusionProof(leaves, -1)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 0)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 3)).toThrow(RangeError);
  });
});
