import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const program = resolve(import.meta.dirname, '../../packages/host/bin/coordinator.js');

/** What set-up made. */
export function builtFile(name: 'kernel' | 'kit' | 'initrd'): string {
  const { stderr } = spawnSetUp();
  const path = new RegExp(`^ *${name} +(\\S.*)$`, 'm').exec(stderr)?.[1];
  if (!path) throw new Error(`set-up names no ${name}:\n${stderr}`);
  return path;
}

function spawnSetUp(): { stderr: string } {
  return {
    stderr: execFileSync('sh', ['-c', `"$0" "$1" setup 2>&1`, process.execPath, program], {
      encoding: 'utf8',
    }),
  };
}

/** What a tool says it knows, so that no test of a plan is left out. */
const FEATURES = '# smmute-features: stride depth stale past foreign readonly substream\n';

/** A tool that does nothing, for so long that a test can do something meanwhile. */
export const IDLE_TOOL = `#!/bin/sh\n${FEATURES}exec sleep 100\n`;

/** A copy of the guest kit in which files are replaced, so that a guest does what no good guest does. */
export class AlteredKit {
  readonly path = mkdtempSync(join(tmpdir(), 'kit-'));

  constructor(replacements: Readonly<Record<string, string>>) {
    cpSync(builtFile('kit'), this.path, { recursive: true, verbatimSymlinks: true });
    for (const [name, text] of Object.entries(replacements)) {
      rmSync(join(this.path, name), { force: true });
      writeFileSync(join(this.path, name), text);
      chmodSync(join(this.path, name), 0o755);
    }
  }

  /** Puts a script in place of the tool `smmute`; it is said to know what the tool knows. */
  wrapTool(script: string): void {
    this.wrap('smmute', FEATURES + script);
  }

  /** Puts a script in place of a program, which it may call as `"$real"`. */
  wrap(name: string, script: string): void {
    const program = join(this.path, name);
    renameSync(program, `${program}.real`);
    writeFileSync(program, `#!/bin/sh\nreal=\${0%/*}/${name}.real\n${script}\n`, { mode: 0o755 });
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
