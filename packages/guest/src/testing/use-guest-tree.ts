import { afterEach, beforeEach } from 'vitest';
import { loadNode } from '../runtime/node.ts';
import { GuestSystem } from '../system/guest-system.ts';
import { GuestTree } from './guest-tree.ts';

const runtime = await loadNode();

/** A tree for each test of a spec, gone when that has ended. */
export function useGuestTree() {
  let tree: GuestTree | null = null;
  beforeEach(() => {
    tree = new GuestTree();
  });
  afterEach(() => tree?.[Symbol.dispose]());
  return {
    get tree(): GuestTree {
      if (tree === null) throw new Error('no test runs');
      return tree;
    },
    system(): GuestSystem {
      return new GuestSystem(runtime, this.tree.root);
    },
  };
}
