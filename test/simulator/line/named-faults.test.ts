import { describe, expect, it } from 'vitest';
import { noFaults } from '../../../simulator/line/faults.ts';
import { faultNames, namedFault } from '../../../simulator/line/named-faults.ts';

describe('faults by name', () => {
  it('are all faults of a line, so that the one before is gone', () => {
    expect(namedFault(null)).toEqual(noFaults);
    for (const name of faultNames) {
      const fault = namedFault(name);
      expect(Object.keys(fault)).toEqual(Object.keys(noFaults));
      expect(fault).not.toEqual(noFaults);
    }
  });

  it('of another name are refused with those that there are', () => {
    expect(() => namedFault('rust')).toThrow('--fault "rust": one of wrongBaud, wrongParity, swappedWires,');
  });
});
