import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downChannels, isId, parseTopic, topicOf, upChannels } from '#core/wire/topics.ts';
import { id } from './arbitraries.ts';

describe('topics', () => {
  it('are parsed back to gateway and channel', () => {
    fc.assert(
      fc.property(id, fc.constantFrom(...upChannels, ...downChannels), (gateway, channel) => {
        expect(parseTopic(topicOf(gateway, channel))).toEqual({ gateway, channel });
      }),
    );
  });

  it.each([
    '',
    'joulegate',
    'joulegate/a',
    'joulegate/a/',
    'joulegate/a/records/',
    'joulegate/a/settings',
    'joulegate/A/records',
    'joulegate/+/records',
    'joulegate/a.b/records',
    'other/a/records',
    '/joulegate/a/records',
  ])('that are none of ours give undefined: %j', topic => {
    expect(parseTopic(topic)).toBeUndefined();
  });

  it('allow ids of 1 to 64 characters that are safe in paths', () => {
    for (const good of ['a', '0', 'house-1_b', 'x'.repeat(64)]) expect(isId(good)).toBe(true);
    for (const bad of ['', '-a', '_a', 'a.b', 'a/b', 'Ä', 'a b', 'a\n', 'x'.repeat(65)])
      expect(isId(bad)).toBe(false);
  });
});
