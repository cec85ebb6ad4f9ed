/** The folders of a kernel's sources, <https://docs.kernel.org/process/>, where functions are. */
const TOP = new Set(
  'arch block certs crypto drivers fs include init io_uring ipc kernel lib mm net rust security sound usr virt'.split(
    ' ',
  ),
);

/**
 * Places of one kernel, without the folder that all of it was built in, where that can be told: one that all have, and behind
 * which all go on with a folder of the sources.
 */
export function withoutBuildFolder(places: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const paths = [...places].map(([frame, place]) => [frame, place.split('/')] as const);
  const [, first = []] = paths[0] ?? [];
  for (let depth = 0; depth < first.length - 1; depth += 1) {
    if (paths.every(([, path]) => path.length > depth + 1 && TOP.has(path[depth] ?? '')))
      return new Map(paths.map(([frame, path]) => [frame, path.slice(depth).join('/')]));
    if (paths.some(([, path]) => path[depth] !== first[depth])) break;
  }
  return places;
}
