const PILLS: Readonly<Record<string, string>> = {
  ...{ worse: 'fail', slower: 'fail', better: 'pass', faster: 'pass' },
};

/** For the better or for the worse; nothing where it is neither. */
export function Verdict({ verdict = '' }: { verdict?: string | undefined }) {
  const pill = PILLS[verdict];
  return pill === undefined ? null : <span class={`pill ${pill}`}>{verdict}</span>;
}
