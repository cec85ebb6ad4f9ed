import { BreakableLink } from './breakable-link.ts';
import { Networks } from './network.ts';

/** How hosts reach the server of a queue, and how they do not any more. */
export interface Links {
  /** What to put before a command that is to run beside the server. */
  readonly hub: readonly string[];
  /** What to put before a command of a host, and where it finds the server. */
  of(host: string): { readonly launcher: readonly string[]; readonly at: string };
  cut(host: string): void;
  mend(host: string): void;
  close(): void;
}

/**
 * Over networks of their own, or, where such cannot be made, through proxies of this process.
 * @param port of the server
 * @returns also why there are no networks, if there are none
 */
export async function makeLinks(
  hosts: readonly string[],
  port: number,
): Promise<{ readonly links: Links; readonly whyNoNetworks: string | null }> {
  try {
    return { links: overNetworks(await Networks.make(hosts), port), whyNoNetworks: null };
  } catch (error) {
    return { links: await throughProxies(hosts, port), whyNoNetworks: (error as Error).message };
  }
}

function overNetworks(networks: Networks, port: number): Links {
  return {
    hub: networks.hub,
    of: (host) => ({ launcher: networks.host(host), at: `${networks.addressFor(host)}:${port}` }),
    cut: (host) => networks.cut(host),
    mend: (host) => networks.mend(host),
    close: () => networks.close(),
  };
}

async function throughProxies(hosts: readonly string[], port: number): Promise<Links> {
  const links = new Map<string, BreakableLink>();
  for (const host of hosts) links.set(host, await BreakableLink.to(port));
  return {
    hub: [],
    of: (host) => ({ launcher: [], at: `127.0.0.1:${links.get(host)?.port}` }),
    cut: (host) => links.get(host)?.cut(),
    mend: (host) => links.get(host)?.mend(),
    close: () => {
      for (const link of links.values()) link.close();
    },
  };
}
