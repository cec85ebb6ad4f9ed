import { usageError } from '@coordinator/base/errors';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import type { Page } from './page.ts';
import { zshCompletion } from './zsh.ts';

export { manPage } from './man.ts';
export { allPages, describe } from './page.ts';

export const completions = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** The page of a command by its words: ["lab", "up"]. @throws CoordinatorError (usage) */
export function findPage(root: Page, words: readonly string[]): Page {
  let page = root;
  for (const word of words) {
    const inner = page.commands.find(({ path }) => path.at(-1) === word);
    if (!inner)
      throw usageError(
        `${page.path.join(' ')} has no command ${word}`,
        `it has ${page.commands.map(({ path }) => path.at(-1)).join(', ') || 'none'}`,
      );
    page = inner;
  }
  return page;
}
