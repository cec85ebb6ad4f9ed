import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOwnKernel } from './own.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-kernel-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function lay(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path.endsWith('kernel.release') ? '7.3.0-rc1\n' : '');
  }
}
const BUILT = ['include/config/kernel.release', 'include/config/auto.conf', 'arch/arm64/boot/Image'];

describe('a build tree', () => {
  it('has everything in its own places', async () => {
    lay(...BUILT, '.config');
    expect(await findOwnKernel(folder)).toEqual({
      folder,
      release: '7.3.0-rc1',
      image: join(folder, 'arch/arm64/boot/Image'),
      config: join(folder, 'include/config/auto.conf'),
      modules: { installed: false, folder },
      headers: folder,
    });
  });

  it('without an Image is refused', async () => {
    lay('include/config/kernel.release', '.config');
    await expect(findOwnKernel(folder)).rejects.toMatchObject({
      code: 'kernel-unusable',
      message: `${folder} has no arch/arm64/boot/Image.`,
    });
  });

  it('that is not built is refused', async () => {
    lay('Kconfig', 'Makefile');
    await expect(findOwnKernel(folder)).rejects.toThrow(/is a kernel tree that is not built/);
  });
});

describe('an installed root', () => {
  it.each(['lib/modules', 'usr/lib/modules'])('has its kernel in boot and %s', async (place) => {
    lay('boot/vmlinuz-7.3.4', 'boot/config-7.3.4', `${place}/7.3.4/modules.order`);
    expect(await findOwnKernel(folder)).toEqual({
      folder,
      release: '7.3.4',
      image: join(folder, 'boot/vmlinuz-7.3.4'),
      config: join(folder, 'boot/config-7.3.4'),
      modules: { installed: true, folder: join(folder, place, '7.3.4') },
      headers: null,
    });
  });

  it('that modules_install filled leads to its tree', async () => {
    lay('root/lib/modules/7.3.0-rc1/modules.order', ...BUILT.map((path) => `tree/${path}`));
    symlinkSync(join(folder, 'tree'), join(folder, 'root/lib/modules/7.3.0-rc1/build'));
    expect(await findOwnKernel(join(folder, 'root'))).toMatchObject({
      image: join(folder, 'tree/arch/arm64/boot/Image'),
      config: join(folder, 'tree/include/config/auto.conf'),
      headers: join(folder, 'tree'),
    });
  });

  it('with several kernels wants one to be named, which its folder of modules does', async () => {
    lay('boot/vmlinuz-7.1.0', 'boot/config-7.1.0', 'lib/modules/7.1.0/x', 'lib/modules/7.2.0/x');
    await expect(findOwnKernel(folder)).rejects.toThrow(`${folder} has more than one kernel: 7.1.0, 7.2.0.`);
    expect((await findOwnKernel(join(folder, 'lib/modules/7.1.0'))).image).toBe(
      join(folder, 'boot/vmlinuz-7.1.0'),
    );
  });

  it('without an image says where that is looked for', async () => {
    lay('lib/modules/7.1.0/x');
    await expect(findOwnKernel(folder)).rejects.toThrow(
      /has no boot\/vmlinuz-7\.1\.0, or .*lib\/modules\/7\.1\.0\/vmlinuz/,
    );
  });
});

it('any other folder is no kernel', async () => {
  await expect(findOwnKernel(folder)).rejects.toThrow(
    `${folder} is neither a kernel's build tree nor a root`,
  );
});
