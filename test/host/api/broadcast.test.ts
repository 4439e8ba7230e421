import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Broadcast } from '../../../host/api/broadcast.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));

it('each client gets all that was sent to those who hear the same since it came, whole and in order', async () => {
  const audience = fc.integer({ min: 0, max: 2 });
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ send: audience }) },
    fc.constant('turn' as const),
    fc.record({ come: fc.integer({ min: 1, max: 250 }), to: audience }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
      const got = new Map<number, string>();
      const wanted = new Map<number, string>();
      const audiences = [new Set<number>(), new Set<number>(), new Set<number>()];
      const broadcast = new Broadcast<number>((client, bytes) => {
        got.set(client, (got.get(client) ?? '') + bytes.toString());
      });
      for (const [index, given] of steps.entries()) {
        if (given === 'turn') await turn();
        else if ('send' in given) {
          const clients = audiences[given.send] ?? new Set();
          const text = `${given.send}.${index};`;
          broadcast.send(Buffer.from(text), clients);
          for (const client of clients) wanted.set(client, (wanted.get(client) ?? '') + text);
        } else {
          const first = wanted.size;
          for (let client = first; client < first + given.come; client++) {
            wanted.set(client, '');
            audiences[given.to]?.add(client);
          }
        }
      }
      for (let turns = 0; turns < 200; turns++) await turn();
      for (const [number, clients] of audiences.entries()) {
        for (const client of clients) {
          const text = got.get(client) ?? '';
          expect(text).toContain(wanted.get(client));
          // Nothing that was for others.
          expect(text.split(';').filter(part => part !== '' && !part.startsWith(`${number}.`))).toEqual([]);
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('what comes for a thousand while they are served goes out together, and once for all of them', async () => {
  const writes: Buffer[] = [];
  const broadcast = new Broadcast<number>((_client, bytes) => writes.push(bytes));
  const clients = new Set(Array.from({ length: 1000 }, (_, index) => index));
  for (let index = 0; index < 50; index++) broadcast.send(Buffer.from(`${index};`), clients);
  while (writes.length < 2000) await turn();
  await turn();
  expect(writes.length).toBe(2000);
  expect(new Set(writes).size).toBe(2);
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
