import { builtinPlans, type Plan, parsePlan } from '@coordinator/shared/plan';

/** What only the self-test runs: programs, of the kit and of the guest. */
const own: Readonly<Record<string, string>> = {
  programs: `
name: programs
tests:
  - { mode: memcpy, size: 0x100, transactions: 10 }
  - { run: [sh, -c, 'smmute -n 2 -c -q "$COORDINATOR_NODE"'], name: program, interrupts: 2 }
  - { run: [sh, -c, 'for n in 1..3 "ok 1 a" "ok 2 b" "ok 3 c"; do echo "$n"; done'], name: ktap, format: ktap }
`,
};

/** A plan that cases are held to, by its name. */
export const planOf = (name: string): Plan => parsePlan(own[name] ?? builtinPlans.get(name) ?? '', name);
