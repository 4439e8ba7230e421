import { expect, it } from 'vitest';
import type { Posting } from '../../../host/broker/postings.ts';
import { mqtt } from '../../../host/forward/kinds/mqtt.ts';
import type { ForwardWindow } from '../../../host/forward/window.ts';

const window: ForwardWindow = {
  site: 'home',
  gateway: 'attic',
  meter: 'main',
  startMs: 0,
  windowS: 10,
  arrivedMs: 10_000,
  values: {},
  missing: [{ reason: 'timeout', count: 10 }],
};
const delivery = { id: 'a', atMs: 0, signal: new AbortController().signal };

it('without a broker named, windows go to the programs of the own one, which see what is of their gateways', async () => {
  const said: Posting[] = [];
  const post = async (posting: Posting) => void said.push(posting);
  const way = mqtt.open({}, { reach: 'anywhere', programs: { post, hear: () => () => {} } });
  await way.send([window], delivery);
  expect(said.map(({ topic, owner }) => [topic, owner])).toEqual([
    ['joulegate/out/attic/main', { gateway: 'attic' }],
  ]);
  expect(JSON.parse(Buffer.from(said[0]?.payload ?? []).toString())).toMatchObject({
    start: '1970-01-01T00:00:00.000Z',
    missing: [{ reason: 'timeout', count: 10 }],
  });
  const none = mqtt.open({}, { reach: 'anywhere', programs: undefined });
  await expect(none.send([window], delivery)).rejects.toThrow(/no broker of its own/);
});
