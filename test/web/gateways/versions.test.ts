import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions as gatewayCompares } from '#core/update.ts';
import { compareVersions, versionOf } from '../../../web/gateways/versions.ts';

const part = fc.constantFrom('0', '1', '2', '10', 'alpha', 'beta', 'rc-1');
const version = fc
  .tuple(fc.nat(3), fc.nat(12), fc.nat(3), fc.array(part, { maxLength: 3 }), fc.boolean())
  .map(
    ([major, minor, patch, pre, hasBuild]) =>
      `${major}.${minor}.${patch}${pre.length > 0 ? `-${pre.join('.')}` : ''}${hasBuild ? '+5' : ''}`,
  );

test('the page and the gateways agree on which of two versions is older', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(gatewayCompares(a, b)));
    }),
    { numRuns: 500 },
  );
});

test('what is no version is neither older nor newer', () => {
  expect(compareVersions('1.0', '1.0.0')).toBeNaN();
  expect(versionOf('0.1.0 (simulator)')).toBe('0.1.0');
  expect(versionOf(null)).toBe('');
});
