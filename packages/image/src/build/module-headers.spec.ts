import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listFiles } from '../cache/hash.ts';
import { copyModuleHeaders, isBuiltInPlace } from './module-headers.ts';

let tree = '';
let target = '';
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'kernel-tree-'));
  target = mkdtempSync(join(tmpdir(), 'kernel-headers-'));
});
afterEach(() => {
  for (const folder of [tree, target]) rmSync(folder, { recursive: true, force: true });
});

function lay(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), path);
  }
}

describe('what modules are built against', () => {
  it('is headers, scripts, symbols and the modules that were built, and nothing else', async () => {
    const kept = [
      ...['Makefile', '.config', 'Module.symvers', 'scripts/mod/modpost', 'scripts/Makefile.build'],
      ...['include/linux/pci.h', 'include/config/auto.conf', 'include/generated/autoconf.h'],
      ...['arch/arm64/Makefile', 'arch/arm64/include/asm/io.h', 'net/9p/9pnet.ko'],
    ];
    lay(...kept);
    lay(
      'vmlinux',
      'mm/slub.c',
      'mm/slub.o',
      'scripts/kconfig/conf',
      'include/dt-bindings/x.h',
      'drivers/x/unlisted.ko',
    );
    lay('include/dt-bindings/clock/x.h');
    writeFileSync(join(tree, 'modules.order'), 'net/9p/9pnet.o\nfs/9p/gone.o\n');
    await copyModuleHeaders(tree, target);
    expect(await listFiles(target)).toEqual([...kept, 'modules.order'].sort());
    expect(readFileSync(join(target, 'net/9p/9pnet.ko'), 'utf8')).toBe('net/9p/9pnet.ko');
  });
});

describe('a tree that was built in place', () => {
  it('has all of it', () => {
    lay('Module.symvers');
    expect(isBuiltInPlace(tree)).toBe(false);
    lay('scripts/mod/modpost');
    expect(isBuiltInPlace(tree)).toBe(true);
  });

  it('is not one that was built with O=', () => {
    lay('Module.symvers', 'scripts/mod/modpost');
    symlinkSync('/usr/src/linux', join(tree, 'source'));
    // Of a link that leads nowhere as well.
    expect(isBuiltInPlace(tree)).toBe(false);
  });
});
