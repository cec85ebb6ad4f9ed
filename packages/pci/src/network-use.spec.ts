import { beforeEach, describe, expect, it } from 'vitest';
import { networkUse } from './network-use.ts';
import { useSampleSysfs } from './testing/sample-sysfs.ts';

const BDF = '0000:02:00.0';
const HEADER = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n';
const DEFAULT = '\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n';
const LOCAL = '\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n';

const sample = useSampleSysfs();
beforeEach(() => {
  sample.addFunction(BDF, { class: 0x020000, driver: 'igb' });
  sample.addInterface(BDF, 'eth0');
});

const use = () => networkUse(sample.pci(), BDF, sample.proc);
const ZERO = '0'.repeat(32);

describe('networkUse', () => {
  it('finds nothing to say of an interface without routes', () => {
    expect(use()).toBeNull();
    sample.put('proc/net/route', `${HEADER}eth1${DEFAULT}`);
    sample.put('proc/net/ipv6_route', `fe80${'0'.repeat(28)} 40 ${ZERO} 00 ${ZERO} 100 1 0 1     eth0\n`);
    expect(use()).toBeNull();
  });

  it.each([
    ['proc/net/route', `${HEADER}eth0${LOCAL}eth0${DEFAULT}`, 'eth0 carries the default route'],
    ['proc/net/route', `${HEADER}eth0${LOCAL}`, 'eth0 carries routes'],
    [
      'proc/net/ipv6_route',
      `${ZERO} 00 ${ZERO} 00 ${ZERO} 400 1 0 3     eth0\n`,
      'eth0 carries the default route',
    ],
  ])('reads %s: %j', (path, content, sentence) => {
    sample.put(path, content);
    expect(use()).toBe(sentence);
  });

  it('knows what is on top of an interface', () => {
    sample.put('sys/class/net/bond0/upper_br0/operstate', 'up\n');
    sample.put('sys/class/net/br0/operstate', 'up\n');
    sample.link('sys/class/net/eth0/master', 'sys/class/net/bond0');
    sample.put('proc/net/route', `${HEADER}br0${DEFAULT}`);
    expect(use()).toBe('eth0 is part of br0, which carries the default route');
  });
});
