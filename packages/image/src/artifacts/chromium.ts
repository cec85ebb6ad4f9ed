import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteWord } from '@coordinator/base/programs';
import type { HostArchitecture } from '../apt/debian.ts';
import { closureSet } from '../apt/package-set.ts';
import { checkTreeProgram, treeCommand } from '../build/tree-program.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';

const FOLDER = 'usr/lib/chromium';
const BINARY = join(FOLDER, 'chromium-headless-shell');
/** A copy of the tree's loader: Chromium looks for its files where the program is that the kernel has started. */
const LOADER = join(FOLDER, 'loader');
const FONTS = 'usr/share/fonts';

/**
 * Packages of the closure that are left out: drivers of graphics cards and what they are compiled with, what package
 * scripts need, and what only a desktop asks for. Whether every library is there is checked after unpacking.
 */
const UNUSED: readonly RegExp[] = [
  /^(mesa-.*|libgl1.*|libglx.*|libegl.*|libgles.*|libllvm.*|libz3.*|libsensors.*|libdrm-(?!2).*|libvulkan1)$/,
  /^(adduser|passwd|base-passwd|login.*|debconf|libdebconfclient0|libpam.*|libaudit.*|libsemanage.*|libsepol2|libdb5.*)$/,
  /^(dbus.*|systemd.*|shared-mime-info|xdg-.*|at-spi2-c.*|libpam-.*|ucf|sensible-utils|sgml-base|perl.*|libperl.*)$/,
  /^(chromium-sandbox|x11-common|libgpm2|openssl-provider-legacy|gcc-14-base|ca-certificates|openssl)$/,
];

/** Beside those: parts for other languages, for debugging, and for reports of crashes to others. */
const UNPACKED_BUT = [
  './usr/lib/chromium/locales/[a-df-z]*',
  './usr/lib/chromium/libVk*',
  './usr/lib/chromium/*crashpad*',
];

/** What fontconfig is told: the tree's fonts, and a cache in `folder`. */
const fontsConfiguration = (tree: string, folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(tree, FONTS)}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
`;

/** A browser without a window, for this machine: what the tests of the page drive, and its pictures are made with. */
export const chromium: Artifact = {
  name: 'chromium',
  title: 'Chromium',
  description: 'Chromium',
  recipe: [1, UNPACKING, UNPACKED_BUT],
  space: 440 * MIB,
  packages: [
    {
      set: closureSet('chromium', {
        space: 128 * MIB,
        of: () => ['chromium-headless-shell', 'fonts-dejavu-core'],
        without: UNUSED,
      }),
    },
  ],
  build: async (directory, context) => {
    const { host, signal } = context;
    await unpackTree(directory, { ...context, without: UNPACKED_BUT });
    await copyFile(join(directory, 'usr/lib', host.triplet, host.loader), join(directory, LOADER));
    await checkTreeProgram(chromiumTreeCommand(directory, host), 'Chromium', {
      code: 'build-failed',
      remedy: 'Report this: the recipe does not fit the packages of today.',
      signal,
    });
    return [BINARY, LOADER];
  },
};

export interface Browser {
  /** A script that runs it by the tree's own loader, with the tree's libraries, whatever this machine has. */
  readonly command: string;
  /** What it has to be given: it has no user namespaces of its own here, and starts its processes by the script. */
  readonly args: readonly string[];
}

/** Writes into `folder` what runs the browser of an unpacked tree. */
export async function writeLauncher(tree: string, host: HostArchitecture, folder: string): Promise<Browser> {
  const fonts = join(folder, 'fonts.conf');
  const command = join(folder, 'chromium');
  await writeFile(fonts, fontsConfiguration(tree, folder));
  const program = chromiumTreeCommand(tree, host);
  const script = [
    '#!/bin/sh',
    `export FONTCONFIG_FILE=${quoteWord(fonts)}`,
    `exec ${program.map(quoteWord).join(' ')} "$@"`,
  ];
  await writeFile(command, `${script.join('\n')}\n`, { mode: 0o755 });
  return { command, args: ['--no-sandbox', '--no-zygote', `--browser-subprocess-path=${command}`] };
}

/** What PulseAudio's libraries are made of is in a folder of its own. */
const chromiumTreeCommand = (tree: string, host: HostArchitecture): readonly [string, ...string[]] =>
  treeCommand(tree, BINARY, host, {
    loader: LOADER,
    libraries: [join('usr/lib', host.triplet, 'pulseaudio')],
  });
