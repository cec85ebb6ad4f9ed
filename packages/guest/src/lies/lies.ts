import type { AgentMessage } from '@coordinator/shared/message';

/** What a lying agent does to each thing it has to say. Whatever it tells goes out in that order. */
export type Lie = (message: AgentMessage, tell: (message: AgentMessage) => void) => void;

type TestEnd = Extract<AgentMessage, { type: 'test-end' }>;

const isTest = (message: AgentMessage): message is TestEnd =>
  message.type === 'test-end' && message.name !== 'probe';

/** Changes what is said of tests, and leaves everything else as it is. */
const ofTests =
  (change: (end: TestEnd) => TestEnd): Lie =>
  (message, tell) =>
    tell(isTest(message) ? change(message) : message);

type Program = NonNullable<TestEnd['program']>;

/** Changes what is said of programs of the user's alone. */
const ofPrograms = (change: (end: TestEnd, program: Program) => TestEnd): Lie =>
  ofTests((end) => (end.program ? change(end, end.program) : end));

/** Changes what is said of sub-tests, where there are any. */
const ofSubTests = (change: (program: Program) => Program): Lie =>
  ofPrograms((end, program) => (program.results === 0 ? end : { ...end, program: change(program) }));

/** Does something once, at the first result of a test. */
function atFirstTest(act: (end: TestEnd, tell: (message: AgentMessage) => void) => void): Lie {
  let done = false;
  return (message, tell) => {
    if (done || !isTest(message)) {
      tell(message);
      return;
    }
    done = true;
    act(message, tell);
  };
}

/** Says only what `keep` lets through. */
const only =
  (keep: (message: AgentMessage) => boolean): Lie =>
  (message, tell) => {
    if (keep(message)) tell(message);
  };

/** Keeps the whole report of one test back, and tells it behind the next one's. */
function swapped(): Lie {
  let kept: AgentMessage[] = [];
  let tests = 0;
  return (message, tell) => {
    if (message.type === 'test-begin' && message.name !== 'probe') tests += 1;
    if (tests === 1) {
      kept.push(message);
      return;
    }
    tell(message);
    if (tests === 2 && message.type === 'interrupts') {
      for (const one of kept) tell(one);
      kept = [];
      tests += 1;
    }
  };
}

/** Repeats the first reading of /proc/interrupts at each later one. */
function staleReadings(): Lie {
  let first: string | null = null;
  return (message, tell) => {
    if (message.type !== 'interrupts') {
      tell(message);
      return;
    }
    first ??= message.text;
    tell({ ...message, text: first });
  };
}

/** Adds to the readings what the tests said to have done should have raised, on one vector after another. */
function inventedReadings(): Lie {
  let owed = 0;
  let bdf = '';
  return (message, tell) => {
    if (message.type === 'device') bdf = message.bdf ?? '';
    if (isTest(message)) owed += message.transactions - message.misconfigured;
    if (message.type !== 'interrupts') {
      tell(message);
      return;
    }
    const rows = message.text.split('\n').filter((line) => line.endsWith(bdf)).length;
    let row = 0;
    const text = message.text.replace(/^( *\d+: +)\d+(.*)$/gm, (line, label: string, rest: string) => {
      if (!line.endsWith(bdf)) return line;
      row += 1;
      return `${label}${Math.floor((owed + rows - row) / rows)}${rest}`;
    });
    tell({ ...message, text, waited_ms: 0 });
  };
}

/** By name, which the self-test's table has too. */
export const lies: Readonly<Record<string, () => Lie>> = {
  'hello-and-bye': () => only(({ type }) => ['hello', 'stage', 'heartbeat', 'bye'].includes(type)),
  'leaves-out-a-test': () => atFirstTest(() => {}),
  'tells-a-test-twice': () =>
    atFirstTest((end, tell) => {
      tell(end);
      tell(end);
    }),
  'tells-in-another-order': swapped,
  'tells-of-an-unplanned-test': () =>
    atFirstTest((end, tell) => {
      tell(end);
      tell({ type: 'test-begin', name: 'memcpy/0x200', limit_ms: 1000 });
      tell({ ...end, name: 'memcpy/0x200' });
    }),
  'passes-without-transactions': () =>
    ofTests((end) => ({ ...end, transactions: 0, misconfigured: 0, aborted: 0, latency_us: [] })),
  'one-transaction-too-few': () => ofTests((end) => ({ ...end, transactions: end.transactions - 1 })),
  'calls-aborted-good': () => ofTests((end) => ({ ...end, aborted: 0 })),
  'skips-every-test': () => ofTests((end) => ({ ...end, outcome: 'skip', message: 'not today' })),
  'tells-no-durations': () => ofTests((end) => ({ ...end, latency_us: [] })),
  'leaves-out-readings': () => only(({ type }) => type !== 'interrupts'),
  'leaves-out-the-last-reading': () =>
    only((message) => message.type !== 'interrupts' || message.when === 'before' || message.test !== null),
  'repeats-a-reading': staleReadings,
  'invents-interrupts': inventedReadings,
  'finds-no-device-and-passes': () => (message, tell) =>
    tell(message.type === 'device' ? { ...message, bdf: null, node: null } : message),
  'leaves-out-the-probe': () =>
    only((message) => !('name' in message) || message.name !== 'probe' || message.type === 'artifact'),
  'says-hello-twice': () => (message, tell) => {
    tell(message);
    if (message.type === 'hello') tell(message);
  },
  'goes-on-after-its-bye': () =>
    atFirstTest((end, tell) => {
      tell({ type: 'bye' });
      tell(end);
    }),
  'begins-a-round-of-its-own': () =>
    atFirstTest((end, tell) => {
      tell(end);
      tell({ type: 'round-begin', round: 1 });
    }),
  'leaves-out-a-program': () => only((message) => !isTest(message) || message.program === undefined),
  'skips-programs': () => ofPrograms((end) => ({ ...end, outcome: 'skip', message: 'not today' })),
  'says-not-how-programs-end': () =>
    ofTests((end) => {
      const { program: _, ...rest } = end;
      return rest;
    }),
  'passes-killed-programs': () =>
    ofPrograms((end, program) => ({ ...end, program: { ...program, status: null } })),
  'leaves-out-a-sub-test': () =>
    ofSubTests((program) => ({ ...program, subtests: program.subtests.slice(0, -1) })),
  'tells-fewer-sub-tests': () =>
    ofSubTests((program) => ({
      ...program,
      results: program.results - 1,
      subtests: program.subtests.slice(0, -1),
    })),
  'tells-no-sub-tests': () =>
    ofSubTests((program) => ({ ...program, planned: null, results: 0, subtests: [] })),
  'passes-failed-sub-tests': () =>
    ofSubTests((program) => ({
      ...program,
      subtests: program.subtests.map((one) => ({ ...one, outcome: 'fail' })),
    })),
  'hides-sub-tests': () =>
    ofSubTests((program) => ({ ...program, subtests: [], unlisted: program.results, unlisted_failed: 0 })),
  'floods-with-results': () =>
    atFirstTest((end, tell) => {
      for (let count = 0; count < 2000; count++) tell({ ...end, name: `flood-${count}` });
      tell(end);
    }),
};
