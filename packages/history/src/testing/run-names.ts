/** Names of runs, one an hour from the given one on. */
export function runNames(count: number, first = '2026-11-20T00:00:00Z'): string[] {
  return Array.from({ length: count }, (_, index) => {
    const [date = '', time = ''] = new Date(Date.parse(first) + index * 3_600_000)
      .toISOString()
      .split(/[T.]/);
    return `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${index.toString(36).padStart(4, '0')}`;
  });
}
