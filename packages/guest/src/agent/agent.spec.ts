import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StepOf } from '@coordinator/shared/exerciser';
import { FrameDecoder, type FrameItem, parseAck } from '@coordinator/shared/frame';
import { type AgentMessage, parseMessage } from '@coordinator/shared/message';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOptions } from '../../bundle.mjs';
import { BDF, GuestTree, printedResult, step } from '../testing/guest-tree.ts';

const bundle = join(tmpdir(), `agent-${process.pid}.mjs`);

beforeAll(() =>
  // As the workspace's build makes it.
  build({
    entryPoints: [new URL('../main.ts', import.meta.url).pathname],
    outfile: bundle,
    ...bundleOptions,
  }),
);
afterAll(() => rmSync(bundle, { force: true }));

/** What an agent says until a first test has passed. */
const upToFirstTest = [
  'hello',
  'stage probe',
  'test-begin probe',
  'device',
  'test-end probe pass',
  'stage interrupts-before',
  'interrupts before',
  'stage tests',
  'test-begin memcpy/0x100',
  'test-end memcpy/0x100 pass',
];

/** The QuickJS that set-up fetched, else one on $PATH; null where there is none. */
function findQjs(): string[] | null {
  const { COORDINATOR_QJS } = process.env;
  const command: string[] = COORDINATOR_QJS ? JSON.parse(COORDINATOR_QJS) : ['qjs'];
  try {
    execFileSync(command[0] ?? '', [...command.slice(1), '-e', '0'], { stdio: 'ignore' });
    return command;
  } catch {
    return null;
  }
}

const qjs = findQjs();

/** Debian's qjs ends at any promise that is rejected before somebody awaits it; the kit's does not. */
const engines: readonly [name: string, command: readonly string[], skip: boolean][] = [
  ['node', [process.execPath], false],
  ['quickjs', [...(qjs ?? []), '--no-unhandled-rejection'], qjs === null],
];

it('is small enough to be parsed in an emulated guest', () => {
  expect(statSync(bundle).size).toBeLessThan(92_000);
});

for (const [engine, [program = '', ...flags], skip] of engines) {
  describe.skipIf(skip)(`the agent under ${engine}`, () => {
    function start(tree: GuestTree, ...options: readonly string[]): ChildProcess {
      const args = [...flags, bundle, '--root', tree.root, '--kit', tree.kit, ...options];
      return spawn(program, args, { stdio: ['ignore', 'inherit', 'pipe'] });
    }

    async function run(tree: GuestTree, ...options: readonly string[]) {
      return ended(start(tree, '--results', tree.results, '--no-power-off', ...options), tree);
    }

    async function ended(child: ChildProcess, tree: GuestTree) {
      const complaints = child.stderr ? text(child.stderr) : '';
      const [status] = await once(child, 'close');
      return { status, complaints: await complaints, messages: received(tree) };
    }

    it('tells everything, in order', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step({ transactions: 2 }), step({ name: 'older build' })], 60_000, {
        interrupts: 'each',
      });
      tree.script(
        'kit/smmute',
        `case "$*" in
         *'-n 2'*) ${tree.raise(4)}; cat <<'EOF'\n${printedResult(1)}${printedResult(2, '0 Success', '0x0', 600)}\nEOF\n;;
         *) (sleep 0.2; ${tree.raise(5)}) >/dev/null 2>&1 & cat >&2 <<'EOF'\n${printedResult(3)}\nEOF\n;;
         esac`,
      );
      const { status, complaints, messages } = await run(tree);
      expect(complaints).toBe('');
      expect(status).toBe(0);
      expect(messages.map(label)).toEqual([
        ...upToFirstTest,
        'interrupts after memcpy/0x100',
        'test-begin older build',
        'test-end older build pass',
        'interrupts after older build',
        'stage interrupts-after',
        'interrupts after',
        'stage bye',
        'artifact dmesg.log',
        'bye',
      ]);
      expect(messages[0]).toMatchObject({
        agent: { runtime: engine },
        kernel: '6.12.0-test',
        machine: 'aarch64',
        cpus: 2,
        memory_bytes: 220360 * 1024,
        uptime_ms: 2610,
      });
      expect(messages[3]).toMatchObject({ bdf: BDF, driver: 'smmute-pci', node: '/dev/smmute0' });
      expect(messages[9]).toMatchObject({
        transactions: 2,
        misconfigured: 0,
        aborted: 0,
        message: null,
        output: null,
        transaction_us: { min: 412, median: 412, max: 600 },
        latency_us: [
          [412, 1],
          [600, 1],
        ],
      });
      // The interrupt of the last test came after its result.
      expect(messages[10]).toMatchObject({ waited_ms: 0, text: expect.stringMatching(/ 26: {3}4 /) });
      expect(messages[13]).toMatchObject({ text: expect.stringMatching(/ 26: {3}5 /) });
      expect(readFileSync(join(tree.results, 'dmesg.log'), 'utf8')).toContain('Booting Linux');
    });

    it('has an NVMe function tested, and counts its commands', async () => {
      using tree = new GuestTree();
      tree.addNvme();
      const nvmeStep: StepOf<'nvme'> = { ...nvmeStepOf('readwrite/0x1000'), seed: 7, offset: 512 };
      tree.writeJob([nvmeStep], 60_000, { exerciser: 'nvme', interrupts: 'run' });
      tree.script(
        'kit/blkdma',
        `echo "$@" > ${tree.root}/arguments
         echo ' 2 0 0 0 3 0 0 0 0 0 0 0 0 0 0 2 0' > ${tree.root}/sys/class/block/nvme0n1/stat
         cat <<'EOF'\n${printedResult(1)}\nEOF`,
      );
      const { messages } = await run(tree);
      expect(messages).toContainEqual({ type: 'device', bdf: BDF, driver: 'nvme', node: '/dev/nvme0n1' });
      expect(messages.filter((message) => message.type === 'test-end')).toMatchObject([
        { name: 'probe', outcome: 'pass' },
        { name: 'readwrite/0x1000', outcome: 'pass', transactions: 1, commands: 7 },
      ]);
      expect(readFileSync(join(tree.root, 'arguments'), 'utf8')).toBe(
        `-m rw -s 0x1000 -n 1 -o 0x200 -g 0x7 -c ${tree.root}/dev/nvme0n1\n`,
      );
    });

    it('reports what fails and goes on', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([
        step({ name: 'garbage', seed: 1 }),
        step({ name: 'crash', seed: 2 }),
        step({ name: 'hang', seed: 3, timeout_ms: 200 }),
        step({ name: 'flood', seed: 4 }),
        step({ name: 'good', seed: 5 }),
      ]);
      tree.script(
        'kit/smmute',
        `case "$*" in
         *'-g 0x1'*) head -c 3000 /dev/urandom ;;
         *'-g 0x2'*) kill -SEGV $$ ;;
         *'-g 0x3'*) echo patience; exec sleep 20 ;;
         *'-g 0x4'*) head -c 2000000 /dev/zero; echo "the end"; exit 1 ;;
         *) cat <<'EOF'\n${printedResult(3)}\nEOF\n;;
         esac`,
      );
      const ends = (await run(tree)).messages.filter((message) => message.type === 'test-end').slice(1);
      expect(ends).toMatchObject([
        { outcome: 'fail', message: expect.stringContaining('printed 0 results where 1 was expected') },
        { outcome: 'fail', message: 'smmute was killed by SIGSEGV after 0 of 1 result' },
        { outcome: 'fail', message: 'TIMEOUT after 0.2 seconds, with 0 of 1 result', output: 'patience\n' },
        { outcome: 'fail', message: expect.stringContaining('exited with status 1') },
        { outcome: 'pass' },
      ]);
      const flood = ends[3]?.type === 'test-end' ? ends[3].output : null;
      expect(flood).toHaveLength(16_384);
      expect(flood).toMatch(/the end\n$/);
    });

    it('kills a tool that ignores SIGTERM, and beats meanwhile', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step({ timeout_ms: 100 })], 100);
      // Whom it leaves behind holds its output open.
      tree.script('kit/smmute', "trap '' TERM; sleep 5 & while :; do sleep 0.05; done");
      const { messages } = await run(tree);
      const end = messages.find((message) => message.type === 'test-end' && message.name !== 'probe');
      expect(end).toMatchObject({ outcome: 'fail', message: expect.stringMatching(/^TIMEOUT/) });
      expect(end?.type === 'test-end' && end.duration_ms).toBeLessThan(2500);
      expect(messages.filter((message) => message.type === 'heartbeat').length).toBeGreaterThan(5);
    });

    it('copies a tool that cannot be executed where it is', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step()]);
      tree.file('kit/smmute', `#!/bin/sh\ncat <<'EOF'\n${printedResult(1)}\nEOF\n`, 0o644);
      expect((await run(tree)).messages.map(label)).toContain('test-end memcpy/0x100 pass');
    });

    it('skips the tests when the probe failed', async () => {
      using tree = new GuestTree();
      tree.addFunctions();
      tree.writeJob([step()], 60_000, { interrupts: 'each' });
      const { status, messages } = await run(tree);
      expect(status).toBe(0);
      expect(messages.map(label)).toEqual(
        expect.arrayContaining(['test-end probe fail', 'interrupts after', 'bye']),
      );
      expect(messages).toContainEqual(expect.objectContaining({ outcome: 'skip', message: 'probe failed' }));
    });

    it('has trouble without a tool, and says so', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step()]);
      const { status, complaints, messages } = await run(tree);
      expect(status).toBe(1);
      expect(messages.slice(-2)).toEqual([
        { type: 'trouble', stage: 'tests', reason: `the kit has no tool ${tree.kit}/smmute` },
        { type: 'bye' },
      ]);
      expect(complaints).toContain('coordinator-agent: the kit has no tool');
    });

    it('says on the console what is wrong before it can speak', async () => {
      using tree = new GuestTree();
      const { status, complaints, messages } = await run(tree);
      expect(status).toBe(1);
      expect(complaints).toMatch(/^coordinator-agent: no job for this guest: .*\(stage mount\)\n$/);
      expect(messages).toEqual([]);
      tree.file('results/job.json', '{"version":2}');
      expect((await run(tree)).complaints).toContain('is not a job of version 1');
    });

    it('ends with a word when it is terminated', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step({ timeout_ms: 60_000 })]);
      tree.script('kit/smmute', `echo $$ > ${tree.root}/pid; exec sleep 30`);
      const child = start(tree, '--results', tree.results, '--no-power-off');
      while (!existsSync(join(tree.root, 'pid'))) await sleep(10);
      child.kill('SIGTERM');
      const { status, messages } = await ended(child, tree);
      expect(status).toBe(1);
      expect(messages.slice(-2).map(label)).toEqual(['trouble tests terminated', 'bye']);
      await sleep(50);
      const tool = Number(readFileSync(join(tree.root, 'pid'), 'utf8'));
      expect(isRunning(tool)).toBe(false);
    });

    it('outlives whoever it writes to, and has its tools end with theirs', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step()]);
      // What a write to a pipe that nobody reads any more brings.
      tree.script('kit/smmute', 'kill -PIPE $PPID; kill -PIPE $$');
      const { messages } = await run(tree);
      expect(messages.find((message) => label(message).startsWith('test-end memcpy'))).toMatchObject({
        message: expect.stringContaining('killed by SIGPIPE'),
      });
    });

    it('mounts the share for results, and powers off', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      // The share appears at the third attempt.
      tree.script(
        'bin/mount',
        `echo "$@" >> ${tree.root}/mounts; test $(wc -l < ${tree.root}/mounts) -ge 3 || exit 32
         echo '{"version":1,"tests":[],"heartbeat_ms":1000}' > ${tree.root}/run/coordinator/job.json`,
      );
      tree.script('sbin/poweroff', `echo "$@" > ${tree.root}/off; kill -KILL $PPID`);
      const child = start(tree);
      await once(child, 'close');
      expect(readFileSync(join(tree.root, 'mounts'), 'utf8').split('\n')[2]).toBe(
        `-t 9p -o trans=virtio,version=9p2000.L,msize=262144 results ${tree.root}/run/coordinator`,
      );
      expect(readFileSync(join(tree.root, 'off'), 'utf8')).toBe('-f\n');
      expect(received(tree, join(tree.root, 'run/coordinator')).at(-1)).toEqual({ type: 'bye' });
    });

    it('stays for what the host asks for, and acknowledges it', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step()], 60_000, { stay: true, interrupts: 'run' });
      tree.script('kit/smmute', `${tree.raise(3)}; cat <<'EOF'\n${printedResult(1)}\nEOF`);
      tree.file('results/commands.bin', '');
      const child = start(tree, '--results', tree.results, '--no-power-off');
      await untilSaid(tree, 'stage idle');
      tree.script('kit/smmute', `${tree.raise(4)}; cat <<'EOF'\n${printedResult(2)}\nEOF`);
      tree.command({ type: 'run', round: 7, tests: [step({ name: 'again', seed: 9 })] }, { type: 'reboot' });
      await untilSaid(tree, 'round-end');
      await untilSaid(tree, 'stage idle');
      tree.command({ type: 'dump' });
      await untilSaid(tree, 'artifact dump-1.log');
      tree.command({ type: 'finish' });
      const { status, messages } = await ended(child, tree);
      expect(status).toBe(0);
      const labels = messages.map(label);
      expect(labels.slice(labels.indexOf('round-begin'), labels.indexOf('round-end') + 1)).toEqual([
        'round-begin',
        'stage interrupts-before',
        'interrupts before',
        'stage tests',
        'test-begin again',
        'test-end again pass',
        'stage interrupts-after',
        'interrupts after',
        'round-end',
      ]);
      expect(labels.slice(-3)).toEqual(['stage bye', 'artifact dmesg.log', 'bye']);
      expect(messages).toContainEqual({
        type: 'log',
        level: 'warning',
        text: 'command 2 was refused: a command of no known type',
      });
      expect(acknowledged(tree)).toEqual([1, 2, 3, 4]);
      expect(readFileSync(join(tree.results, 'dump-1.log'), 'utf8')).toMatch(
        /ITS-PCI-MSIX[\s\S]*Booting Linux/,
      );
    });

    it('stops what it is at when the host says so', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step({ timeout_ms: 60_000 })]);
      tree.script('kit/smmute', 'exec sleep 30');
      tree.file('results/commands.bin', '');
      const child = start(tree, '--results', tree.results, '--no-power-off');
      await untilSaid(tree, 'test-begin memcpy/0x100');
      tree.command({ type: 'finish' }, { type: 'abort', reason: 'enough' });
      const { status, messages } = await ended(child, tree);
      expect(status).toBe(1);
      expect(messages.slice(-3).map(label)).toEqual([
        'log',
        'trouble tests aborted by the host: enough',
        'bye',
      ]);
    });

    it('says over the shared file what it could not say over vsock', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([step()], 60_000, { vsock_port: 4711, interrupts: 'run' });
      tree.script('kit/smmute', `${tree.raise(3)}; cat <<'EOF'\n${printedResult(1)}\nEOF`);
      // Takes all, tells nobody, and is gone.
      tree.script('kit/vsock-bridge', `echo "$@" > ${tree.root}/bridge; head -c 300 > /dev/null`);
      const { status, messages } = await run(tree);
      expect(status).toBe(0);
      expect(readFileSync(join(tree.root, 'bridge'), 'utf8')).toBe('connect 2 4711\n');
      const labels = messages.map(label);
      expect(labels.filter((one) => one !== 'log')).toEqual([
        ...upToFirstTest,
        'stage interrupts-after',
        'interrupts after',
        'stage bye',
        'artifact dmesg.log',
        'bye',
      ]);
      expect(messages.find(({ type }) => type === 'log')).toMatchObject({
        level: 'warning',
        text: expect.stringMatching(/^vsock: .*; went on over the shared file/),
      });
    });

    it('goes on to the end when the channel breaks', async () => {
      using tree = new GuestTree();
      tree.addEngine();
      tree.writeJob([]);
      tree.link('results/channel.bin', '/dev/full');
      const { status, complaints } = await run(tree);
      expect(status).toBe(1);
      expect(complaints).toMatch(/the channel to the host is broken: .*(No space|ENOSPC).*\(stage hello\)/);
    });
  });
}

function nvmeStepOf(name: string): StepOf<'nvme'> {
  const { repetitions: _, fault: __, stride: ___, depth: ____, ...common } = step({ name, size: 0x1000 });
  return { ...common, mode: 'readwrite' };
}

/** Every message in the channel; a damaged one fails the test. */
function received(tree: GuestTree, results = tree.results): AgentMessage[] {
  const path = join(results, 'channel.bin');
  if (!existsSync(path) || !statSync(path).isFile()) return [];
  return itemsIn(path).flatMap((item) => {
    if (item.kind === 'unnumbered') return [];
    const parsed =
      item.kind === 'frame' ? parseMessage(item.payload) : ({ ok: false, problem: item.kind } as const);
    if (!parsed.ok) throw new Error(parsed.problem);
    return [parsed.message];
  });
}

function itemsIn(path: string): FrameItem[] {
  const decoder = new FrameDecoder();
  return [...decoder.push(readFileSync(path)), ...decoder.end()];
}

/** Numbers of the commands that the agent has acknowledged. */
function acknowledged(tree: GuestTree): Array<number | null> {
  return itemsIn(join(tree.results, 'channel.bin')).flatMap((item) =>
    item.kind === 'unnumbered' ? [parseAck(item.payload)] : [],
  );
}

/** Waits until the agent has said something of this label, which it must say whole. */
async function untilSaid(tree: GuestTree, wanted: string): Promise<void> {
  const path = join(tree.results, 'channel.bin');
  for (;;) {
    const items = existsSync(path) ? new FrameDecoder().push(readFileSync(path)) : [];
    const parsed = items.flatMap((item) => (item.kind === 'frame' ? [parseMessage(item.payload)] : []));
    if (parsed.some((message) => message.ok && label(message.message) === wanted)) return;
    await sleep(10);
  }
}

/** What a message says, in short. */
function label(message: AgentMessage): string {
  const words = [
    message.type,
    'stage' in message ? message.stage : null,
    'when' in message ? message.when : null,
    'test' in message ? message.test : null,
    'name' in message ? message.name : null,
    'outcome' in message ? message.outcome : null,
    'reason' in message ? message.reason : null,
  ];
  return words.filter((word) => word !== null).join(' ');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
