import { describe, expect, it } from 'vitest';
import { checkFleetOptions } from './fleet-options.ts';
import { testDefaults } from './options.ts';

describe('a kernel for the hosts of a fleet', () => {
  const check = (...kernel: string[]) => checkFleetOptions({ ...testDefaults, kernel });

  it('is one of Debian by name, or a file', () => {
    check('debian');
    check('debian:7.3', import.meta.filename);
  });

  it.each([
    ['source:7.3+small', /^--kernel source:7\.3\+small: no kernel is built/],
    [import.meta.dirname, /: a folder is not brought/],
  ])('is not %s', (kernel, message) => expect(() => check(kernel)).toThrow(message));

  it('is named once', () => expect(() => check('debian', 'debian')).toThrow('given twice'));
});
