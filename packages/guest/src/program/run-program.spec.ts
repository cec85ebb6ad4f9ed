import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramStep } from '@coordinator/shared/exerciser';
import { FrameDecoder } from '@coordinator/shared/frame';
import { type AgentMessage, parseMessage } from '@coordinator/shared/message';
import { describe, expect, it } from 'vitest';
import { useAgentBundle } from '../testing/agent-bundle.ts';
import { BDF, GuestTree } from '../testing/guest-tree.ts';

const bundle = useAgentBundle();

const qjs: string[] | null = process.env['COORDINATOR_QJS']
  ? JSON.parse(process.env['COORDINATOR_QJS'])
  : null;

const engines: readonly [name: string, command: readonly string[] | null][] = [
  ['node', [process.execPath]],
  ['quickjs', qjs && [...qjs, '--no-unhandled-rejection']],
];

function program(command: readonly string[], more: Partial<ProgramStep> = {}): ProgramStep {
  const [name = ''] = command;
  return {
    ...{ name, mode: 'run', command, format: 'exit', interrupts: null, seed: 7, timeout_ms: 10_000 },
    ...more,
  };
}

type TestEnd = Extract<AgentMessage, { type: 'test-end' }>;

for (const [engine, command] of engines) {
  describe.skipIf(command === null)(`a program that an agent under ${engine} runs`, () => {
    /** Its files are in a folder that stands for a share that is mounted already. */
    function runAll(steps: readonly ProgramStep[], prepare: (tree: GuestTree, files: string) => void) {
      const tree = new GuestTree();
      tree.addEngine();
      const files = join(tree.root, 'run/coordinator-files');
      tree.file('proc/mounts', 'files /run/coordinator-files 9p ro 0 0\n');
      tree.folder('run/coordinator-files');
      tree.script('bin/setsid', 'exec setsid "$@"');
      prepare(tree, files);
      tree.writeJob(steps, 60_000, { files: true });
      const [file = '', ...flags] = command as readonly string[];
      const args = [...flags, bundle, '--root', tree.root, '--kit', tree.kit];
      const ended = spawnSync(file, [...args, '--results', tree.results, '--no-power-off'], {
        encoding: 'utf8',
      });
      const messages = received(tree);
      const ends = messages.filter((message): message is TestEnd => message.type === 'test-end');
      const artifacts = messages.flatMap((message) => (message.type === 'artifact' ? [message.name] : []));
      return { tree, files, ended, artifacts, ends: ends.filter(({ name }) => name !== 'probe') };
    }

    function runOne(step: Partial<ProgramStep>, body: string) {
      const { tree, ends, artifacts, ended } = runAll([program(['./t.sh'], step)], (tree) =>
        tree.script('run/coordinator-files/t.sh', body),
      );
      using _ = tree;
      expect(ended.stderr).toBe('');
      expect(ends).toHaveLength(1);
      const log = artifacts.find((name) => name.startsWith('run-1-'));
      const kept = log === undefined ? null : readFileSync(join(tree.results, log), 'latin1');
      return { end: ends[0] as TestEnd, kept };
    }

    it.each([
      ['exit 0', 'pass', null],
      ['exit 4', 'skip', 'exited with status 4'],
      ['echo the reason >&2; exit 3', 'fail', 'the reason; exited with status 3'],
      ['kill -SEGV $$', 'fail', 'killed by SIGSEGV'],
      ['exec ./no-such-thing', 'fail', './t.sh cannot be executed, or what it calls'],
    ])('%s', (body, outcome, message) => {
      const { end } = runOne({}, body);
      expect(end.outcome).toBe(outcome);
      if (message === null) expect(end.message).toBeNull();
      else expect(end.message).toContain(message);
      expect(end).toMatchObject({ transactions: 0, misconfigured: 0, aborted: 0, latency_us: [] });
    });

    it('tells its sub-tests, and keeps what it printed', () => {
      const { end, kept } = runOne(
        { format: 'ktap' },
        "printf '1..2\\nok 1 a\\n# why\\nnot ok 2 b\\n'; exit 1",
      );
      expect(end).toMatchObject({
        outcome: 'fail',
        message: '1 of 2 sub-tests failed: b; exited with status 1',
        program: { status: 1, planned: 2, results: 2, unlisted: 0 },
      });
      expect(end.program?.subtests).toEqual([
        { name: 'a', outcome: 'pass', message: null, depth: 0 },
        { name: 'b', outcome: 'fail', message: 'why', depth: 0 },
      ]);
      expect(kept).toBe('1..2\nok 1 a\n# why\nnot ok 2 b\n');
    });

    it('is given what it needs, in its folder, and nothing of the agent', () => {
      const steps = [program(['./t.sh', 'two words'], { name: 'mine' })];
      const { tree, files, ends } = runAll(steps, (tree) =>
        tree.script(
          'run/coordinator-files/t.sh',
          'env >"$COORDINATOR_SHARE/env"; pwd; echo "$1" >&2; exit 1',
        ),
      );
      using _ = tree;
      const env = Object.fromEntries(
        readFileSync(join(tree.results, 'run-1/env'), 'utf8')
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      );
      expect(env).toMatchObject({
        COORDINATOR_RUN: 'run',
        COORDINATOR_GUEST: 'guest-1',
        COORDINATOR_TEST: 'mine',
        COORDINATOR_EXERCISER: 'smmute',
        COORDINATOR_BDF: BDF,
        COORDINATOR_NODE: '/dev/smmute0',
        COORDINATOR_SEED: '7',
        COORDINATOR_TIMEOUT_MS: '10000',
        COORDINATOR_FILES: files,
        COORDINATOR_KIT: tree.kit,
        PATH: `${tree.kit}:/sbin:/bin:/usr/sbin:/usr/bin`,
      });
      expect(env['COORDINATOR_QJS']).toBeUndefined();
      expect(ends[0]?.output).toContain(`${files}\n`);
      expect(ends[0]?.output).toContain('two words\n');
    });

    it('is ended at its limit, with whom it has started, and the next one runs', () => {
      const pids: number[] = [];
      const steps = [program(['./hang.sh'], { timeout_ms: 300, format: 'tap' }), program(['./next.sh'])];
      const { tree, ends } = runAll(steps, (tree) => {
        tree.script(
          'run/coordinator-files/hang.sh',
          `trap '' TERM; sh -c 'trap "" TERM; echo $$ >"$COORDINATOR_SHARE/child"; while :; do sleep 0.1; done' &
           echo $$ >"$COORDINATOR_SHARE/parent"; echo 'ok 1 begun'; while :; do sleep 0.1; done`,
        );
        tree.script('run/coordinator-files/next.sh', 'exit 0');
      });
      using _ = tree;
      for (const name of ['child', 'parent'])
        pids.push(Number(readFileSync(join(tree.results, 'run-1', name), 'utf8')));
      expect(pids.filter(isAlive)).toEqual([]);
      expect(ends.map(({ outcome, message }) => [outcome, message])).toEqual([
        [
          'fail',
          'TIMEOUT after 0.3 seconds: it was ended, with all of its process group; 1 sub-test had come',
        ],
        ['pass', null],
      ]);
      expect(ends[0]?.program).toMatchObject({ status: null, results: 1 });
    });

    it('leaves nobody behind when it ends by itself', () => {
      const steps = [program(['./t.sh'])];
      const { tree, ends } = runAll(steps, (tree) =>
        tree.script('run/coordinator-files/t.sh', 'sleep 1000 & echo $! >"$COORDINATOR_SHARE/child"; exit 0'),
      );
      using _ = tree;
      expect(ends[0]?.outcome).toBe('pass');
      const child = readFileSync(join(tree.results, 'run-1/child'), 'utf8').trim();
      expect(isAlive(Number(child))).toBe(false);
    });

    it.each(['tap', 'exit'] as const)('is ended when it floods, in the format %s', (format) => {
      const { end, kept } = runOne(
        { format, timeout_ms: 60_000 },
        'while :; do seq 1 10000 | sed "s/^/ok /"; head -c 1000000 /dev/zero; done',
      );
      expect(end).toMatchObject({ outcome: 'fail', program: { status: null } });
      expect(end.message).toContain('a flood, which was ended');
      expect(end.program?.subtests.length).toBe(format === 'tap' ? 400 : 0);
      expect(kept?.length).toBeLessThan(2 ** 20 + 100);
    });

    it('is missed where it is not', () => {
      const steps = [program(['./none.sh']), program(['no-such-program']), program(['/bin/no-such'])];
      const { tree, ends } = runAll(steps, () => {});
      using _ = tree;
      expect(ends.map(({ outcome, message }) => [outcome, message])).toEqual([
        ['fail', 'the folder of --files has no ./none.sh'],
        ['fail', 'this guest has no program no-such-program'],
        ['fail', 'this guest has no /bin/no-such'],
      ]);
      expect(statSync(tree.results).isDirectory()).toBe(true);
    });
  });
}

/** Whom nobody has waited for yet is dead all the same. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, 'latin1').includes(') Z ');
}

function received(tree: GuestTree): AgentMessage[] {
  const decoder = new FrameDecoder();
  const items = decoder.push(readFileSync(join(tree.results, 'channel.bin')));
  return items.flatMap((item) => {
    if (item.kind !== 'frame') throw new Error(`no frame: ${JSON.stringify(item)}`);
    const parsed = parseMessage(item.payload);
    if (!parsed.ok) throw new Error(parsed.problem);
    return [parsed.message];
  });
}
