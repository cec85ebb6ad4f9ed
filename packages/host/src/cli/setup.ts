import { exitCodes } from '@coordinator/shared/report/exit-code';
import { formatSize } from '@coordinator/shared/units';
import { requireBuiltFiles } from '../files.ts';
import type { FileOptions } from '../session/prepare-files.ts';
import type { DefineCommand } from './command.ts';
import { interruptible } from './interrupt.ts';
import { addSetUpOptions } from './options.ts';
import { print, tell } from './print.ts';
import { showSetUp } from './progress.ts';
import { renderTable } from './table.ts';

interface SetUpCommandOptions extends FileOptions {
  readonly color: boolean;
  readonly check: boolean;
  readonly update: boolean;
  readonly vsock: boolean;
}

export const defineSetUp: DefineCommand = (command, setExitCode) => {
  addSetUpOptions(command)
    .option('--check', 'only say what is there and what is missing', false)
    .option('--update', 'look for newer packages, and say what has changed', false)
    .option('--vsock', 'also what --channel vsock needs: 11 MB more', false)
    .option('--no-color', 'plain output')
    .addHelpText(
      'after',
      `
Fetches with apt into the cache, beside the system; needs no root. Does nothing when all is there. Packages stay those of
the first set-up until --update; what changed is printed.
  COORDINATOR_DEBIAN_MIRROR=URL         another mirror than this machine's, or deb.debian.org
  COORDINATOR_DEBIAN_SECURITY=URL|none  its security archive, if not the one beside it or Debian's; none: go without`,
    )
    .action(async (options: SetUpCommandOptions) => {
      requireBuiltFiles();
      setExitCode(options.check ? await check(options) : await setUpNow(options));
    });
};

async function setUpNow(options: SetUpCommandOptions): Promise<number> {
  const { prepareFiles, prepareVsock } = await import('../session/prepare-files.ts');
  return interruptible(async (interrupt) => {
    const caller = showSetUp(options.color, interrupt);
    const { qemu, kernel, initrd, kit } = await prepareFiles({ ...options, refresh: options.update }, caller);
    const vsock = options.vsock ? await prepareVsock(options, qemu, caller) : null;
    tell(
      `ready: QEMU ${qemu.version} (${qemu.origin})\n  kernel ${kernel}\n  initrd ${initrd}\n  kit    ${kit}\n`,
    );
    if (vsock) tell(`  vsock  ${vsock.at(-1)}\n`);
    return exitCodes.passed;
  });
}

async function check(options: SetUpCommandOptions): Promise<number> {
  const { checkSetUp } = await import('@coordinator/image');
  const { setUpRequest, translateSetUpError } = await import('../session/prepare-files.ts');
  const items = await checkSetUp(setUpRequest(options)).catch((error: unknown) => {
    throw translateSetUpError(error);
  });
  print(
    renderTable(
      ['WHAT', 'STATE', 'DETAIL'],
      [...items.map(({ name, state, detail }) => [name, state, detail]), ...(await savedMachines(options))],
    ),
  );
  const unready = items.filter(({ state }) => state !== 'ready');
  for (const remedy of new Set(unready.map((item) => item.remedy))) tell(`  → ${remedy}\n`);
  return unready.length === 0 ? exitCodes.passed : exitCodes.unavailable;
}

/** Rows about what guests and labs are restored from. None is missing: it is made when one is first restored. */
async function savedMachines({ cache }: SetUpCommandOptions): Promise<string[][]> {
  const { openCache } = await import('@coordinator/image');
  const { storedTemplates } = await import('@coordinator/template');
  const { directory } = openCache({ cacheDir: cache });
  const row = async (name: string, kind: 'template' | 'saved-lab') => {
    const stored = await storedTemplates(directory, kind);
    const size = formatSize(stored.reduce((sum, { bytes }) => sum + bytes, 0));
    return stored.length === 0
      ? [name, '-', 'made on first use']
      : [name, 'ready', `${stored.length}, ${size}`];
  };
  return [await row('saved guests', 'template'), await row('saved labs', 'saved-lab')];
}
