// Runs under QuickJS, as root, on a host of QEMU guests: where in this machine's physical memory a guest's page is.
//
//   qjs host-address.js PID GUEST-ADDRESS...    prints one address a line, or "-" for a page that is not there
import * as std from 'std';

const PAGE = 4096;
/** Where the `virt` board has its memory. */
const RAM_BASE = 0x40000000;

const [, pid, ...addresses] = scriptArgs;
// The guest's memory is the largest mapping of its VMM.
const [start, end] = std
  .open(`/proc/${pid}/maps`, 'r')
  .readAsString()
  .split('\n')
  .flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    return match ? [match.slice(1).map((hex) => parseInt(hex, 16))] : [];
  })
  .reduce(
    (largest, mapping) => (mapping[1] - mapping[0] > largest[1] - largest[0] ? mapping : largest),
    [0, 0],
  );
const pagemap = std.open(`/proc/${pid}/pagemap`, 'r');

for (const address of addresses.map(Number)) {
  const offset = address - RAM_BASE;
  const entry = new Uint8Array(8);
  if (offset >= 0 && start + offset < end) {
    pagemap.seek(((start + offset) / PAGE) * 8, std.SEEK_SET);
    pagemap.read(entry.buffer, 0, 8);
  }
  const view = new DataView(entry.buffer);
  const present = (view.getUint32(4, true) & 0x80000000) !== 0;
  const frame = view.getUint32(0, true) + (view.getUint32(4, true) & 0x7fffff) * 2 ** 32;
  std.out.puts(`${present ? `0x${(frame * PAGE).toString(16)}` : '-'}\n`);
}
