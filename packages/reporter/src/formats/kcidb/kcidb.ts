import type { Report } from '@coordinator/shared/report';
import { toSafeJson } from '../../facts/safe-json.ts';
import { cleanLine } from '../../facts/text.ts';
import type { CreateReporter } from '../../reporter.ts';
import { type Identity, identityOf } from './identity.ts';
import { makeIssues } from './issues.ts';
import { makeTests } from './tests.ts';

/**
 * The reports that KernelCI's database takes, KCIDB 5.3: https://github.com/kernelci/kcidb-io. What was tested are the
 * guests' kernels, each a build; a test is the boot of each guest, its tests, and the guest as a whole.
 */
const VERSION = { major: 5, minor: 3 };

export const createReporter: CreateReporter = ({ output, environment }) => {
  // A plan's tests that a guest never came to are told of as well.
  let planned: readonly string[] = [];
  const identity = identityOf(environment);
  return {
    onEvent(event) {
      if (event.type === 'run-started') planned = event.tests;
    },
    onEnd(report) {
      output.write(`${toSafeJson(makeKcidb(report, planned, identity))}\n`);
    },
  };
};

function makeKcidb(report: Report, planned: readonly string[], identity: Identity) {
  const tests = makeTests(report, planned, identity);
  return {
    version: VERSION,
    ...(identity.build === null ? makeBuilds(report, identity) : {}),
    tests,
    ...makeIssues(report, identity),
  };
}

/** What is known of a kernel is its release: who built it, from what, is for whoever submits to say. */
function makeBuilds({ guests }: Report, { origin, ...identity }: Identity) {
  const kernels = new Set(guests.map(({ kernel }) => kernel));
  const known = [...kernels].filter((kernel) => kernel !== null).map((kernel) => cleanLine(kernel, 200));
  const releases = kernels.has(null) || known.length === 0 ? [...known, null] : known;
  return {
    checkouts: releases.map((release) => ({
      id: identity.checkoutOf(release),
      origin,
      comment: release === null ? 'a kernel that did not say what it is' : `Linux ${release}`,
      valid: true,
    })),
    builds: releases.map((release) => ({
      id: identity.buildOf(release),
      checkout_id: identity.checkoutOf(release),
      origin,
      architecture: 'arm64',
      status: 'PASS',
      ...(release === null ? {} : { misc: { release } }),
    })),
  };
}
