import { expect, test } from 'vitest';
import { createGateway } from '#app/gateway.ts';
import { decodeMessage } from '#core/wire/messages.ts';
import { topicOf } from '#core/wire/topics.ts';
import type { HttpPort } from '#ports';
import { nodeCrypto } from '../../../simulator/gateway/node-crypto.ts';
import { TwoSlots } from '../../../simulator/gateway/two-slots.ts';
import { hear } from './host-model.ts';
import { siteSettings, testSite } from './test-site.ts';
import { key, newImage, oldImage, orderOf } from './update-rig.ts';

/** A way to the host on which a piece takes 25 s. */
const slowHttp = (after: (delayMs: number, what: () => void) => void): HttpPort => ({
  get: ({ from, to }, { onBytes, onDone }) => {
    const part = newImage.subarray(from, to + 1);
    for (let at = 0; at < part.length; at += 1024)
      after((at * 25_000) / 16_384 + 1, () => onBytes(part.subarray(at, at + 1024)));
    after(25_500, () => onDone(undefined));
    return () => {};
  },
  post: () => () => {},
});

test('while an image comes slowly every meter is read as ever, and no window is lost before the restart', () => {
  const site = testSite();
  const updates = hear(site.broker, topicOf('gw', 'update'), payload => decodeMessage('update', payload));
  const slots = new TwoSlots(oldImage, { keys: [key.publicKey] });
  slots.boot();
  const { time } = site;
  const gateway = createGateway({
    id: 'gw',
    settings: siteSettings,
    ports: {
      ...site.ports,
      board: { ...site.ports.board, firmware: '0.1.0' },
      update: slots.port(() => {}),
      http: slowHttp((delayMs, what) => time.after(delayMs, what)),
      crypto: nodeCrypto,
    },
  });
  gateway.start();
  time.advance(60_000);
  site.command({ id: 'order', name: 'update', update: orderOf(newImage, key) });
  time.advance(60_000);
  expect(updates.at(-1)).toMatchObject({ id: 'order', state: 'fetching' });
  expect(updates.at(-1)?.fetchedBytes).toBeGreaterThan(30_000);
  time.advance(60_000);
  expect(updates.at(-1)?.state).toBe('restarting');
  expect(site.results.at(-1)).toEqual({ v: 1, id: 'order', ok: true });
  expect(site.restarts()).toBe(1);
  expect(gateway.journal.oldest).toBe(gateway.journal.next);
  for (const { id } of siteSettings.meters) {
    const windows = site.stored(id);
    expect(windows.length, id).toBeGreaterThan(10);
    for (const [index, { startMs, windowS, values, failures }] of windows.entries()) {
      if (index === 0) continue;
      expect(startMs).toBe((windows[index - 1]?.startMs ?? 0) + windowS * 1000);
      expect(Object.keys(failures), `${id} ${startMs}`).toEqual([]);
      expect(values[0]?.samples).toBeGreaterThanOrEqual(9);
    }
  }
});
