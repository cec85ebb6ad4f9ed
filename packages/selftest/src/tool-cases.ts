import type { SelfTestCase } from './case.ts';

/** Prints as many good results as it is asked for with -n, and never opens the device. */
export const PRINTS_ONLY = `
count=1
while [ $# -gt 0 ]; do [ "$1" = -n ] && count=$2; shift; done
id=0
while [ $id -lt $count ]; do
  id=$((id + 1))
  printf 'Result:\\n- transaction          = %s\\n- status               = 0 Success\\n- value                = 0x0\\n- duration             = 400 us\\n' $id
done`;

/** Programs have a name in their environment. */
const NOT_FOR_PROGRAMS = '[ -z "$COORDINATOR_TEST" ] || exit 0\nexec "$real" "$@"';

const lie = (name: string, does: string, caughtBy: readonly string[], script: string): SelfTestCase => ({
  name: `tool-${name}`,
  group: 'reporting',
  does: `the tool ${does}`,
  plan: 'default',
  caughtBy,
  broken: { part: 'tool', script },
});

const FIRST = 'memcpy/0x100';

/** The tool's own output, with its exit status, changed by a filter. */
const filtered = (filter: string) =>
  `out=$("$real" "$@"); status=$?\nprintf '%s\\n' "$out" | ${filter}\nexit $status`;

export const toolCases: readonly SelfTestCase[] = [
  lie('prints-only', 'prints results and launches nothing', [FIRST], PRINTS_ONLY),
  {
    ...lie(
      'is-not-there-for-programs',
      'does nothing that a program calls it for',
      ['program'],
      NOT_FOR_PROGRAMS,
    ),
    plan: 'programs',
  },
  lie('says-nothing', 'prints nothing, does nothing and is content', [FIRST], 'exit 0'),
  lie('drops-a-result', 'leaves out its first result', [FIRST], filtered(`awk '/^Result/ { n++ } n != 1'`)),
  lie(
    'doubles-a-result',
    'prints its first result twice',
    [FIRST],
    filtered(
      `awk '/^Result/ { n++ } { print } n == 1 { kept = kept $0 "\\n" } n == 2 && kept { printf "%s", kept; kept = "" }'`,
    ),
  ),
  lie(
    'same-transaction',
    'prints the same transaction each time',
    [FIRST],
    filtered(`sed 's/^\\(- transaction *= \\).*/\\11/'`),
  ),
  lie(
    'is-content-with-errors',
    'prints an error and exits with 0',
    [FIRST],
    `${filtered(`sed 's/= 0 Success/= 5 Input\\/output error/'`).replace('exit $status', 'exit 0')}`,
  ),
  lie(
    'runs-everything-twice',
    'launches each transaction twice and tells of one',
    [FIRST, 'device'],
    '"$real" -q "$@" >/dev/null 2>&1\nexec "$real" "$@"',
  ),
  lie('crashes-at-the-end', 'prints all results and crashes', [FIRST], '"$real" "$@"\nkill -SEGV $$'),
  lie('prints-rubbish', 'prints something else', [FIRST], '"$real" "$@" >/dev/null; echo all well'),
  lie(
    'injects-no-fault',
    'leaves out the fault that it is asked for',
    ['memcpy/0x1000/fault-drv'],
    `
set -- "$@" end
while [ "$1" != end ]; do
  if [ "$1" = -f ]; then shift 2; else set -- "$@" "$1"; shift; fi
done
shift
exec "$real" "$@"`,
  ),
  lie(
    'works-on-less',
    'works on 64 bytes, whatever it is asked for',
    ['device'],
    `
set -- "$@" end
while [ "$1" != end ]; do
  if [ "$1" = -s ]; then set -- "$@" -s 0x40; shift 2; else set -- "$@" "$1"; shift; fi
done
shift
exec "$real" "$@"`,
  ),
  lie(
    'has-one-less-in-flight',
    'launches one transaction less and makes up its result',
    [FIRST],
    `
count=1
n=0
for word in "$@"; do [ "$n" = -n ] && count=$word; n=$word; done
[ $count -gt 1 ] || exec "$real" "$@"
out=$("$real" "$@" -n $((count - 1))) || exit 1
printf '%s\\n' "$out"
printf 'Result:\\n- transaction          = 999999\\n- status               = 0 Success\\n- value                = 0x0\\n- duration             = 400 us\\n'`,
  ),
];
