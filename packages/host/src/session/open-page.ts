import { PageServer, parseListenAddress, type RunSource } from '@coordinator/page';
import { files } from '../files.ts';
import { version } from '../version.ts';

/**
 * Serves the page.
 * @param option the one that names the address, for people
 * @param address `[HOST:]PORT`
 * @throws CoordinatorError when the page cannot be served there.
 */
export function openPage(option: string, address: string, source: RunSource): Promise<PageServer> {
  return PageServer.open({
    address: parseListenAddress(address, option),
    assets: files.page,
    source,
    coordinator: version,
    token: process.env['COORDINATOR_TOKEN'],
  });
}
