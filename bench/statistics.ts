export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** "0.98 to 1.05" */
export function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

export function print(what: string, value: string, goal: string): void {
  process.stdout.write(`${what.padEnd(42)}  ${value}${goal ? `  (goal ${goal})` : ''}\n`);
}
