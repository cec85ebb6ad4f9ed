import { textOf } from './optional-files.ts';
import type { Bdf, PciSysfs } from './sysfs.ts';

/**
 * What this machine uses the network interfaces of a function, and of those below it, for: "eth0 carries the default
 * route". Null when no route goes through them, nor through a bridge, bond or VLAN on top of them.
 * @param proc where /proc is.
 */
export function networkUse(pci: PciSysfs, bdf: Bdf, proc = '/proc'): string | null {
  const routes = [
    ...ipv4Routes(textOf(`${proc}/net/route`) ?? ''),
    ...ipv6Routes(textOf(`${proc}/net/ipv6_route`) ?? ''),
  ];
  for (const name of pci.classDevices(bdf, 'net')) {
    const onTop = new Set([name]);
    for (const lower of onTop) for (const upper of uppersOf(pci, lower)) onTop.add(upper);
    const used = routes.filter((route) => onTop.has(route.interface));
    const [route] = [...used.filter(({ isDefault }) => isDefault), ...used];
    if (!route) continue;
    const what = route.isDefault ? 'the default route' : 'routes';
    if (route.interface === name) return `${name} carries ${what}`;
    return `${name} is part of ${route.interface}, which carries ${what}`;
  }
  return null;
}

interface Route {
  readonly interface: string;
  readonly isDefault: boolean;
}

function uppersOf(pci: PciSysfs, name: string): string[] {
  const uppers = pci.classEntries('net', name, '.').filter((entry) => entry.startsWith('upper_'));
  const master = pci.classLink('net', name, 'master');
  return [...uppers.map((entry) => entry.slice('upper_'.length)), ...(master === null ? [] : [master])];
}

/** fib_route_seq_show(): Iface Destination Gateway Flags RefCnt Use Metric Mask …, below a header. */
function ipv4Routes(text: string): Route[] {
  return rows(text)
    .slice(1)
    .map((row) => ({ interface: row[0] ?? '', isDefault: isZero(row[1]) && isZero(row[7]) }));
}

/**
 * rt6_info_route_seq_show(): destination, its prefix length, source, its length, next hop, metric, references, uses,
 * flags, interface. Each interface that is up has a route to its neighbours, which says nothing of a use.
 */
function ipv6Routes(text: string): Route[] {
  return rows(text)
    .filter(([destination = '', length]) => isZero(destination) && isZero(length))
    .map((row) => ({ interface: row[9] ?? '', isDefault: true }));
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
}

function isZero(hex: string | undefined): boolean {
  return hex !== undefined && /^0+$/.test(hex);
}
