import type { Iommu } from '@coordinator/lab';
import type { DefineCommand } from './command.ts';
import type { UpOptions } from './lab-actions.ts';
import { iommuOption, option } from './options.ts';
import { repeated } from './values.ts';

/** Loaded when one of them is called. */
const actions = () => import('./lab-actions.ts');

export const defineLab: DefineCommand = (command, setExitCode) => {
  const lab = command.addHelpText(
    'after',
    `
Examples:
  coordinator lab up
  coordinator lab exec -- lspci -v
  coordinator lab up --kernel debian:7.3
  coordinator lab shell
  coordinator lab down
`,
  );
  lab
    .command('up')
    .description('start it; it stays until it is ended')
    .addOption(iommuOption().default('virtio'))
    .option('--qemu <path>', 'QEMU to use: 10.1 or newer, with vfio-user')
    .option(
      '--kernel <kernel>',
      'its own kernel, and that of guests in it where a run names no other: a build tree, an installed root, debian:VERSION or source:VERSION+lab',
    )
    .addOption(
      option('--append <argument>', 'one more argument for its kernel; repeatable').argParser(repeated),
    )
    .addOption(
      option('--start <how>', 'boot it, or restore it from one that was saved (default: snapshot)').choices([
        'cold',
        'snapshot',
      ]),
    )
    .addOption(
      option(
        '--qemu-device <device>',
        "a device of QEMU's besides, behind an SMMUv3, as plans have it: igb; repeatable",
      ).argParser(repeated),
    )
    .option('--lkvm <path>', 'your kvmtool for arm64, as /mnt/kvmtool/lkvm behind `mount /dev/vda2 /mnt`')
    .option('--cache <dir>', 'where built files are kept')
    .option('--no-color', 'plain output')
    .action(async (options: UpOptions) => setExitCode(await (await actions()).up(options)));
  lab
    .command('down')
    .description('end it, also one that another command left behind')
    .addOption(iommuOption())
    .action(async ({ iommu }: { iommu?: Iommu }) => setExitCode(await (await actions()).down(iommu)));
  lab
    .command('status')
    .description('say which labs there are')
    .option('--json', 'print JSON', false)
    .action(async ({ json }: { json: boolean }) => setExitCode((await actions()).status(json)));
  lab
    .command('exec')
    .description('run a command in it, with its input, output, exit status and signals')
    .argument('<command...>', 'the command and its arguments; put -- in front')
    .addOption(iommuOption())
    .option('-t, --terminal', 'give it this terminal: line editing, Ctrl-C, size')
    .option('--cwd <dir>', 'folder to run it in', '/root')
    .passThroughOptions()
    .action(async (command: string[], options: { iommu?: Iommu; cwd: string; terminal?: boolean }) =>
      setExitCode(await (await actions()).exec(command, options)),
    );
  lab
    .command('shell')
    .description('open a shell in it, at this terminal')
    .addOption(iommuOption())
    .action(async ({ iommu }: { iommu?: Iommu }) =>
      setExitCode(
        await (await actions()).exec(['sh', '-l'], { ...(iommu && { iommu }), cwd: '/root', terminal: true }),
      ),
    );
  // In a lab that is to be saved.
  lab.command('warm', { hidden: true }).action(async () => {
    const { warmUp } = await import('../session/warm-up.ts');
    await warmUp();
    await loadTest();
    setExitCode(0);
  });
  lab.command('keep', { hidden: true }).action(async () => {
    const { runKeeperProcess } = await import('@coordinator/lab/keeper');
    setExitCode(await runKeeperProcess());
  });
};

/** What `test` loads, so that its code is kept: see src/launch. */
async function loadTest(): Promise<void> {
  await Promise.all([
    import('./test.ts'),
    import('./run-command.ts'),
    import('../session/test.ts'),
    import('@coordinator/life'),
    import('@coordinator/runner/run'),
    import('@coordinator/history'),
    import('execa'),
  ]);
}
