import { expect, test } from 'vitest';
import { faultText, harmless } from '../../../host/logging/fault-text.ts';

test('a message of an error tells nothing that was given to who made it', () => {
  const thrown = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return faultText(error);
    }
    throw new Error('nothing was thrown');
  };
  const secret = 'Sommer-2026!geheim';
  expect(thrown(() => JSON.parse(`{"password":${secret}}`))).not.toContain('Sommer');
  expect(thrown(() => JSON.parse(secret))).not.toContain('Sommer');
  expect(thrown(() => new URL(`https://u:${secret}@ ?key=${secret}`))).not.toContain('Sommer');
  for (const message of [
    `Conversion Error: Could not convert string '${secret}' to INT32`,
    `Constraint Error: Duplicate key "name: ${secret}" violates primary key`,
    `request to https://host.example/a?token=${secret} failed`,
    `connect to mqtt://user:${secret}@broker.example failed`,
    'bad token kQ7vN2xWm9TbR4yLpZ8sD1fG6hJ3cV5aXeUoIi_-0',
    'bad hash 5f4dcc3b5aa765d61d8327deb882cf99',
    `an open quotation "${secret}`,
    `second line\n${secret}`,
  ])
    expect(harmless(message)).not.toMatch(/Sommer|kQ7vN2|5f4dcc/);
});

test('what is told of an error still says what it was and where', () => {
  const text = faultText(new TypeError("Cannot read properties of undefined (reading 'x')"));
  expect(text).toMatch(
    /^TypeError: Cannot read properties of undefined \(reading …\)?\n\s+at .*fault-text\.test\.ts/,
  );
  expect(harmless('connect ECONNREFUSED 127.0.0.1:1883')).toBe('connect ECONNREFUSED 127.0.0.1:1883');
  expect(harmless('ENOSPC: no space left on device, write')).toBe('ENOSPC: no space left on device, write');
  for (const thrown of [null, undefined, 'a secret', 7, { password: 'a secret' }])
    expect(faultText(thrown)).toMatch(/^a thrown (null|undefined|string|number|object)$/);
});
