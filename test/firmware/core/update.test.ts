import { describe, expect, test } from 'vitest';
import { compareVersions, imageFault, isVersion, updateText, versionOf } from '#core/update.ts';

/** Semantic versioning 2.0.0, section 11, and beyond: each before the next. */
const inOrder = [
  '0.0.9',
  '0.1.0-0',
  '0.1.0-alpha',
  '0.1.0-alpha.1',
  '0.1.0-alpha.beta',
  '0.1.0-beta',
  '0.1.0-beta.2',
  '0.1.0-beta.11',
  '0.1.0-rc.1',
  '0.1.0',
  '0.1.1',
  '0.10.0',
  '1.0.0',
  '9007199254740993.0.0',
  '9007199254740994.0.0',
];

describe('versions', () => {
  test('are ordered as semantic versioning says', () => {
    for (const [i, a] of inOrder.entries()) {
      for (const [j, b] of inOrder.entries())
        expect([a, b, Math.sign(compareVersions(a, b))]).toEqual([a, b, Math.sign(i - j)]);
    }
    expect(compareVersions('1.0.0+a', '1.0.0+b')).toBe(0);
  });

  test.each([
    '',
    '1',
    '1.0',
    '01.0.0',
    '1.0.0-',
    '1.0.0-a..b',
    '1.0.0\n',
    ' 1.0.0',
    'v1.0.0',
    `1.0.0-${'a'.repeat(60)}`,
  ])('%j is none', text => {
    expect(isVersion(text)).toBe(false);
    if (text.length < 60) expect(compareVersions(text, '1.0.0')).toBeNaN();
  });

  test('are the beginning of what a firmware calls itself', () => {
    expect(versionOf('0.1.0 (simulator)')).toBe('0.1.0');
    expect(versionOf('0.1.0')).toBe('0.1.0');
  });
});

test('the signed text has each value on a line of its own', () => {
  expect(updateText({ version: '1.2.3', chip: 'esp32', imageBytes: 7, sha256: 'ab' })).toBe(
    'joulegate firmware 1\nversion 1.2.3\nchip esp32\nbytes 7\nsha256 ab\n',
  );
  expect(
    updateText({ version: '1.2.3', chip: 'esp32', board: 'wt32-eth01', imageBytes: 7, sha256: 'ab' }),
  ).toBe('joulegate firmware 1\nversion 1.2.3\nchip esp32\nboard wt32-eth01\nbytes 7\nsha256 ab\n');
});

test.each([
  ['esp32', 0],
  ['esp32c3', 5],
  ['esp32s3', 9],
  ['esp32c6', 13],
] as const)('an image for %s is known by its head', (chip, id) => {
  const head = new Uint8Array(24);
  head[0] = 0xe9;
  head[12] = id;
  expect(imageFault(head, chip)).toBeUndefined();
  expect(imageFault(head, chip === 'esp32' ? 'esp32s3' : 'esp32')).toContain(`it is for chip ${id}`);
  expect(imageFault(head.subarray(1), chip)).toContain('no image');
  head[0] = 0xea;
  expect(imageFault(head, chip)).toContain('does not begin');
});
