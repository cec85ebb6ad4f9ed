import { describe, expect, it } from 'vitest';
import { type QemuMachine, qemuArguments, restoredArguments, templateArguments } from './arguments.ts';

const machine: QemuMachine = {
  name: 'guest-1',
  kernel: '/k',
  initrd: '/i',
  kernelArguments: [],
  cpus: 1,
  memoryMiB: 256,
  shares: [],
  accelerator: 'kvm',
  functions: [],
  qmpSocket: '/q',
};

describe('qemuArguments', () => {
  it('gives a guest vsock by the kernel, by a vhost-user server, or not at all', () => {
    expect(qemuArguments(machine).join(' ')).not.toContain('vsock');
    expect(qemuArguments({ ...machine, vsock: { kind: 'vhost', cid: 77 } })).toContain(
      'vhost-vsock-pci,guest-cid=77',
    );
    const byUser = qemuArguments({ ...machine, vsock: { kind: 'vhost-user', cid: 77, socket: '/a,b' } });
    expect(byUser.slice(-4)).toEqual([
      '-chardev',
      'socket,id=vsock,path=/a,,b',
      '-device',
      'vhost-user-vsock-pci,chardev=vsock',
    ]);
  });
  const saved = { state: '/saved/state', memory: { file: '/saved/memory', pieces: [] } };
  it.each([
    ['booted', qemuArguments],
    ['saved', (one: QemuMachine) => templateArguments(one, '/saved/memory')],
    ['restored', (one: QemuMachine) => restoredArguments(one, saved)],
  ])('has what a user wants of it in a guest that is %s, behind its own', (_, argumentsOf) => {
    const options = { cpu: 'max,pauth=off', machine: 'highmem=off', words: ['-d', 'guest_errors'] };
    const words = argumentsOf({ ...machine, options });
    expect(words.slice(-2)).toEqual(['-d', 'guest_errors']);
    expect(words.filter((_word, index) => words[index - 1] === '-cpu')).toEqual(['max,pauth=off']);
    expect(words.filter((_word, index) => words[index - 1] === '-machine').at(-1)).toBe('highmem=off');
    expect(argumentsOf(machine).filter((word) => word === '-machine')).toHaveLength(1);
  });
  it('gives a restored guest the memory of one that boots, if it shares that', () => {
    const object = 'memory-backend-memfd,id=mem,size=256M,share=on';
    expect(restoredArguments(machine, saved)).toContain(object);
    const alone = restoredArguments(machine, { ...saved, memory: null });
    expect(alone.join(' ')).not.toContain('memory-backend');
    expect(templateArguments(machine, null).join(' ')).not.toContain('memory-backend');
  });
  it('gives a guest a gdbstub beside its control socket, and has it wait for gdb', () => {
    const gdb = (how: 'running' | 'halted') =>
      qemuArguments({ ...machine, qmpSocket: '/run/a,b/guest-1.qmp', options: { gdb: how } });
    expect(gdb('running').slice(-2)).toEqual(['-gdb', 'unix:/run/a,,b/guest-1.gdb,server=on,wait=off']);
    expect(gdb('halted').slice(-3)).toEqual([...gdb('running').slice(-2), '-S']);
    expect(qemuArguments(machine)).not.toContain('-gdb');
  });
  it('gives a guest an NVMe function with a raw file as its disk', () => {
    const functions = [
      { kind: 'emulated', driver: 'nvme', properties: { serial: 's1' }, image: '/run/a,b.img' },
    ] as const;
    expect(qemuArguments({ ...machine, functions }).slice(-4)).toEqual([
      '-drive',
      'file=/run/a,,b.img,id=disk,if=none,format=raw,cache=unsafe',
      '-device',
      'nvme,drive=disk,serial=s1',
    ]);
  });
});
