import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Audit } from '../../../host/audit/audit.ts';
import { noTopics } from '../../../host/connectors/topics.ts';
import { erasePersonCommand } from '../../../host/erase/command.ts';
import { type EraseOptions, erasePerson } from '../../../host/erase/erase.ts';
import { Channels } from '../../../host/notify/channels.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';
import { noticeOf } from '../notify/notices.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-erase-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const nowMs = Date.UTC(2026, 10, 22);
const options = (): EraseOptions => ({ dataDir, nowMs, backupHours: 24, backupKeep: 7 });
const mail = (id: string, to: string) => ({
  id,
  kind: 'email',
  name: id,
  site: null,
  isOn: false,
  language: 'en' as const,
  messagesPerHour: 20,
  quiet: null,
  settings: { host: 'mail.test', security: 'plain', from: 'host@home.test', to },
});

/** Channels of a host that runs meanwhile. */
async function withChannels<T>(work: (channels: Channels) => Promise<T>): Promise<T> {
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 });
  const secrets = await Secrets.open({ dataDir, tables: store });
  const channels = await Channels.open({
    tables: store,
    secrets,
    topics: noTopics,
    zone: 'Europe/Berlin',
    log: () => {},
    nowMs: () => nowMs,
  });
  try {
    return await work(channels);
  } finally {
    await channels.close();
    await store.close();
  }
}

it('an address that is erased is sent to no more, and a channel for it alone goes with what waits', async () => {
  await withChannels(async channels => {
    await channels.save(mail('both', 'Eve@Home.test, bob@home.test'));
    await channels.save(mail('alone', 'eve@home.test'));
    await channels.save(mail('other', 'bob@home.test'));
    await channels.tell(noticeOf('a'), ['both', 'alone', 'other']);
  });
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 });
  const said = '550 Eve@home.test: no such mailbox';
  const why = JSON.stringify({ code: 'mail.refused', facts: { host: 'mail.home.test', said } });
  await store.run('UPDATE notice_delivery SET said = ?, why = ? WHERE channel = ?', [said, why, 'both']);
  await store.close();
  await expect(erasePerson('mallory@home.test', options())).rejects.toThrow(/Nobody is called/);
  const erased = await erasePerson('eve@home.test', options());
  expect(erased).toMatchObject({ hadAccount: false, remains: [] });
  await withChannels(async channels => {
    expect(channels.list().map(({ id, settings }) => [id, (settings as { to: string }).to])).toEqual([
      ['both', 'bob@home.test'],
      ['other', 'bob@home.test'],
    ]);
    expect(await channels.deliveries('alone', 9)).toEqual([]);
    expect(await channels.deliveries('both', 9)).toMatchObject([
      { said: 'erased', why: { code: 'other', facts: { said: 'erased' } } },
    ]);
  });
});

it('chats and topics go as addresses do, and what still reaches people is told, but no secret', async () => {
  const of = (id: string, kind: string, settings: object) => ({ ...mail(id, ''), kind, settings });
  await withChannels(async channels => {
    await channels.save(of('chat', 'telegram', { token: '123456:abcdefghij', chat: '-1001234' }));
    await channels.save(of('topic', 'ntfy', { topic: 'Eve-Phone' }));
    await channels.save(of('other', 'ntfy', { topic: 'eve-phone' }));
    await channels.save(mail('family', 'bob@home.test'));
    await channels.tell(noticeOf('a'), ['chat', 'topic']);
  });
  const other = { id: 'other', kind: 'ntfy', to: null };
  const family = { id: 'family', kind: 'email', to: 'bob@home.test' };
  expect(await erasePerson('-1001234', options())).toMatchObject({
    channelsChanged: ['chat'],
    channelsLeft: [family, other, { id: 'topic', kind: 'ntfy', to: null }],
    remains: [],
  });
  const lines: string[] = [];
  await erasePersonCommand('Eve-Phone', options(), line => lines.push(line));
  expect(lines.join('\n')).toContain('those that did: topic');
  expect(lines).toContain('  email family: bob@home.test');
  expect(lines).toContain('  ntfy other: not shown');
  await withChannels(async channels => {
    expect(channels.list().map(({ id }) => id)).toEqual(['family', 'other']);
    for (const id of ['chat', 'topic']) expect(await channels.deliveries(id, 9)).toEqual([]);
  });
});

it('the audit log names an erased address no more, alone or among others', async () => {
  await withChannels(async channels => {
    await channels.save(mail('both', 'eve@home.test, bob@home.test'));
  });
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 });
  const audit = await Audit.open(store, () => nowMs);
  audit.record({
    ...{ access: null, address: null, action: 'channel.create', subject: 'both', site: null, before: null },
    after: { settings: { to: 'eve@home.test, bob@home.test' } },
  });
  await audit.close();
  await store.close();
  const erased = await erasePerson('eve@home.test', options());
  expect(erased).toMatchObject({ channelsChanged: ['both'], remains: [] });
});
