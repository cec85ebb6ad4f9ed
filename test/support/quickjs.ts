import { findSdk } from '../../packages/image/src/set-up/find-sdk.ts';

/** Tells the specs of the agent where the QuickJS is that set-up fetched; they are skipped where there is none. */
export async function setup(): Promise<void> {
  const sdk = await findSdk();
  if (sdk) process.env['COORDINATOR_QJS'] = JSON.stringify(sdk.command('usr/bin/qjs'));
}
