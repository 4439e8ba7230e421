import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Broadcast } from '../../../host/api/broadcast.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));

it('each client gets all that was sent since it came, whole and in order', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant('send' as const) },
    fc.constant('turn' as const),
    fc.integer({ min: 1, max: 250 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
      const got = new Map<number, string>();
      const wanted = new Map<number, string>();
      const broadcast = new Broadcast<number>((client, bytes) => {
        got.set(client, (got.get(client) ?? '') + bytes.toString());
      });
      for (const [index, given] of steps.entries()) {
        if (given === 'turn') await turn();
        else if (given === 'send') {
          const text = `${index};`;
          broadcast.send(Buffer.from(text), wanted.keys());
          for (const [client, before] of wanted) wanted.set(client, before + text);
        } else {
          const first = wanted.size;
          for (let client = first; client < first + given; client++) wanted.set(client, '');
        }
      }
      for (let turns = 0; turns < 200; turns++) await turn();
      for (const [client, text] of wanted) expect(got.get(client) ?? '').toContain(text);
    }),
    { numRuns: 30 },
  );
});

it('a thousand clients are not served in one go, so others have their turn between', async () => {
  const served: number[] = [];
  const broadcast = new Broadcast<number>(client => served.push(client));
  const clients = Array.from({ length: 1000 }, (_, index) => index);
  broadcast.send(Buffer.from('a'), clients);
  expect(served.length).toBeLessThan(200);
  let turns = 0;
  for (; served.length < 1000; turns++) await turn();
  expect(turns).toBeGreaterThan(4);
  expect(served).toEqual(clients);
});
