import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tables } from '../../../host/auth/tables.ts';
import { noTopics } from '../../../host/connectors/topics.ts';
import { Channels } from '../../../host/notify/channels.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { noticeOf } from './notices.ts';

const size = 400;
let store: Store;
let statements = 0;
/** The statement that adds notices and fails, counted from here on. */
let failingAdd = 0;
const time = new VirtualTime({ wallMs: Date.UTC(2026, 10, 21, 12) });

const counted = (): Tables => ({
  async all(sql, params) {
    statements++;
    if (sql.startsWith('INSERT INTO notice_delivery') && --failingAdd === 0)
      throw new Error('the disk is full');
    return store.all(sql, params);
  },
  run(sql, params) {
    statements++;
    return store.run(sql, params);
  },
});

const open = async () =>
  Channels.open({
    tables: counted(),
    secrets: await Secrets.open(),
    topics: noTopics,
    zone: 'Europe/Berlin',
    log: () => {},
    nowMs: () => time.wallMs() ?? 0,
    // Nothing is due before it is advanced.
    time,
  });

const channelOf = (id: string, isOn: boolean) => ({
  id,
  kind: 'webhook',
  name: id,
  site: null,
  isOn,
  language: 'en' as const,
  messagesPerHour: 1000,
  quiet: null,
  settings: { url: 'http://127.0.0.1:9/', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
});

beforeAll(async () => {
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
});
afterAll(() => store.close());

it('a storm is in its queues with few statements, each notice once, whatever fails in between', async () => {
  const channels = await open();
  await channels.save(channelOf('mail', true));
  for (const off of ['off', 'off2', 'off3', 'off4']) await channels.save(channelOf(off, false));
  const storm = Array.from({ length: size }, (_, index) => ({
    notice: noticeOf(`s${1000 + index}`),
    channels: ['mail', 'off', 'mail', 'unknown', 'off2', 'off3', 'off4'],
  }));
  failingAdd = 2;
  await expect(channels.tellAll(storm)).rejects.toThrow('the disk is full');
  const half = channels.get('mail')?.waiting ?? 0;
  expect(half, 'what was on disk is in the queue, too').toBeGreaterThan(0);
  expect(half).toBeLessThan(size);
  statements = 0;
  // The same again, as whoever tells does; and once more, as after a restart.
  await channels.tellAll(storm);
  await channels.tellAll([...storm, ...storm]);
  expect(channels.get('mail')?.waiting).toBe(size);
  expect(statements).toBeLessThan(60);
  await channels.close();
  const again = await open();
  expect(again.get('mail')?.waiting).toBe(size);
  await again.tellAll(storm);
  expect(again.get('mail')?.waiting).toBe(size);
  const log = await again.deliveries('off', 2 * size);
  expect(new Set(log.map(({ notice }) => notice.id)).size).toBe(size);
  expect(log).toHaveLength(size);
  expect(log.map(({ notice }) => notice.id).toSorted()).toEqual(storm.map(({ notice }) => notice.id));
  await again.close();
});
