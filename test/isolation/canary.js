// Runs under QuickJS, as root, in a guest or on a host of guests. Holds pages of memory with a known content, says
// where they are in this machine's physical memory, and, once the file ASKED is there, whether they were changed.
//
//   qjs canary.js LOW HIGH COUNT ASKED    prints COUNT physical addresses outside [LOW, HIGH), then "unchanged" or
//                                         "changed ADDRESS BYTES"
import * as os from 'os';
import * as std from 'std';

const PAGE = 4096;
const MARK = 0xa5;

const [low, high, count] = scriptArgs.slice(1, 4).map(Number);
const asked = scriptArgs[4];

// More pages than there are in the range to be avoided; each is written to, as only then there is memory behind it.
const memory = new Uint8Array(high - low + 1024 * PAGE);
for (let at = 0; at < memory.length; at += PAGE) memory[at] = MARK;
const tag = Uint8Array.from({ length: 24 }, (_, index) => (index * 7 + 13) & 0xff);

/** Where the array lies in this process: a page boundary inside it, as virtual address and index into it. */
function locate() {
  memory.set(tag, 0);
  const maps = std.open('/proc/self/maps', 'r').readAsString().trim().split('\n');
  const file = std.open('/proc/self/mem', 'r');
  for (const line of maps) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw-p/.exec(line);
    if (!match) continue;
    const [start, end] = [parseInt(match[1], 16), parseInt(match[2], 16)];
    // The array is the largest thing there is, and the allocator gives it a mapping of its own.
    if (end - start < memory.length) continue;
    const head = new Uint8Array(256);
    file.seek(start, std.SEEK_SET);
    file.read(head.buffer, 0, head.length);
    const at = indexOf(head, tag);
    if (at === -1) continue;
    const index = PAGE - ((start + at) % PAGE);
    return { address: start + at + index, index };
  }
  throw new Error('the pages were not found in /proc/self/mem');
}

function indexOf(bytes, wanted) {
  for (let at = 0; at + wanted.length <= bytes.length; at++) {
    if (wanted.every((value, index) => bytes[at + index] === value)) return at;
  }
  return -1;
}

/** Physical address of the page at a virtual one: Documentation/admin-guide/mm/pagemap.rst. */
function physical(address) {
  const entry = new Uint8Array(8);
  pagemap.seek((address / PAGE) * 8, std.SEEK_SET);
  pagemap.read(entry.buffer, 0, 8);
  const view = new DataView(entry.buffer);
  if ((view.getUint32(4, true) & 0x80000000) === 0) return null;
  return (view.getUint32(0, true) + (view.getUint32(4, true) & 0x7fffff) * 2 ** 32) * PAGE;
}

const pagemap = std.open('/proc/self/pagemap', 'r');
const { address, index } = locate();
const held = [];
for (let at = index; at + PAGE <= memory.length && held.length < count; at += PAGE) {
  const where = physical(address + at - index);
  if (where === null || (where >= low && where < high)) continue;
  memory.fill(MARK, at, at + PAGE);
  held.push({ where, at });
}
std.out.puts(`${held.map(({ where }) => `0x${where.toString(16)}`).join(' ')}\n`);
std.out.flush();

while (os.stat(asked)[1] !== 0) os.sleep(100);
const changed = held.flatMap(({ where, at }) => {
  const bytes = memory.subarray(at, at + PAGE).reduce((sum, byte) => sum + (byte === MARK ? 0 : 1), 0);
  return bytes > 0 ? [`changed 0x${where.toString(16)} ${bytes}`] : [];
});
std.out.puts(`${changed.length > 0 ? changed.join(', ') : 'unchanged'}\n`);
