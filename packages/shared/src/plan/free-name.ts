/** `name`, or with the next of "#2", "#3" behind it when it is used; it is afterwards. */
export function freeName(name: string, used: Set<string>): string {
  const base = name.replace(/#\d+$/, '');
  let free = name;
  for (let nth = 2; used.has(free); nth++) free = `${base}#${nth}`;
  used.add(free);
  return free;
}
