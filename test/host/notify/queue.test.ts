import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fault } from '../../../host/faults/fault.ts';
import { DeliveryError } from '../../../host/notify/delivery-error.ts';
import { type Delivery, DeliveryTable } from '../../../host/notify/delivery-table.ts';
import { notifyLimits } from '../../../host/notify/limits.ts';
import type { Notice } from '../../../host/notify/notice.ts';
import { ChannelQueue, type Message, type Pace, type QueueOptions } from '../../../host/notify/queue.ts';
import { Store } from '../../../host/store/store.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { comesTrue } from '../../comes-true.ts';
import { seed } from '../../seed.ts';
import { noticeOf } from './notices.ts';

let store: Store;
let table: DeliveryTable;
beforeAll(async () => {
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
  // As a host has left it that noted no codes: all of this goes on with its table.
  await store.run(
    `CREATE TABLE notice_delivery (notice VARCHAR, channel VARCHAR, body VARCHAR, site VARCHAR, queuedMs BIGINT,
       state VARCHAR, message VARCHAR, tries INTEGER, endedMs BIGINT, said VARCHAR, PRIMARY KEY (notice, channel))`,
  );
  table = await DeliveryTable.open(store);
});
afterAll(() => store.close());

const startMs = Date.UTC(2026, 10, 21, 12);
let channels = 0;

/** A channel with a queue of its own, whose server answers as the test says. */
function channelUnderTest(pace: Partial<Pace> = {}) {
  const channel = `c${++channels}`;
  const time = new VirtualTime({ wallMs: startMs });
  const nowMs = () => time.wallMs() ?? 0;
  const sent: { readonly atS: number; readonly ids: string; readonly message: string }[] = [];
  const server: { answer: (message: Message) => Promise<string> } = { answer: async () => 'taken' };
  let byte = 0;
  const options: Omit<QueueOptions, 'table'> = {
    channel,
    async send(message) {
      const said = await server.answer(message);
      const atS = (nowMs() - startMs) / 1000;
      sent.push({ atS, ids: message.notices.map(({ id }) => id).join(), message: message.id });
      return said;
    },
    pace: () => ({ messagesPerHour: 20, quiet: undefined, zone: 'UTC', ...pace }),
    nowMs,
    time,
    random: { bytes: count => new Uint8Array(count).fill(++byte), unit: () => 0.5 },
    log: () => {},
  };
  const start = async () => {
    const waiting = (await table.waiting()).filter(row => row.channel === channel);
    const life = { isOver: false };
    const whileAlive = <T>(work: () => Promise<T>) => (life.isOver ? new Promise<T>(() => {}) : work());
    const mortal: QueueOptions['table'] = {
      mark: (...args) => whileAlive(() => table.mark(...args)),
      prune: name => whileAlive(() => table.prune(name)),
    };
    const queue = new ChannelQueue({ ...options, table: mortal }, waiting, []);
    /** As by SIGKILL: nothing more is written. */
    const kill = () => {
      life.isOver = true;
      queue.close();
    };
    return Object.assign(queue, { kill });
  };
  const deliveryOf = (notice: Notice): Delivery => ({
    notice,
    channel,
    queuedMs: nowMs(),
    state: 'waiting',
    message: null,
    tries: 0,
    endedMs: null,
    said: null,
    why: null,
  });
  const tell = async (queue: ChannelQueue, ...notices: Notice[]) => {
    const deliveries = notices.map(deliveryOf);
    await table.add(deliveries);
    queue.add(deliveries);
  };
  /** Lets time go on in steps, and the store do its work between them. */
  const pass = async (seconds: number, steps = 1) => {
    for (let step = 0; step < steps; step++) {
      time.advance((seconds * 1000) / steps);
      // Two statements before and after each message.
      for (let turn = 0; turn < 4; turn++) await store.all('SELECT 1');
      await Promise.resolve();
    }
  };
  return { channel, start, tell, pass, sent, server, log: () => table.log(channel, 1000) };
}

describe('the queue of a channel', () => {
  it('brings notices of ten seconds in one message, and a critical one at once', async () => {
    const { start, tell, pass, sent, log } = channelUnderTest();
    const queue = await start();
    await tell(queue, noticeOf('a'));
    await pass(4);
    await tell(queue, noticeOf('b'));
    await pass(5.9);
    expect(sent).toEqual([]);
    await pass(0.2);
    expect(sent).toMatchObject([{ atS: 10.1, ids: 'a,b' }]);
    await tell(queue, noticeOf('c'), noticeOf('d', { severity: 'critical' }));
    await pass(1);
    expect(sent[1]).toMatchObject({ atS: 11.1, ids: 'c,d' });
    await comesTrue(async () =>
      expect((await log()).map(({ notice, state, said }) => [notice.id, state, said])).toEqual([
        ['d', 'sent', 'taken'],
        ['c', 'sent', 'taken'],
        ['b', 'sent', 'taken'],
        ['a', 'sent', 'taken'],
      ]),
    );
    queue.close();
  });

  it('tries again with growing pauses, in the words of the server, and gives up after a day', async () => {
    const { start, tell, pass, sent, server, log } = channelUnderTest();
    const tries: string[] = [];
    server.answer = async ({ id }) => {
      tries.push(id);
      throw new DeliveryError(
        fault('mail.refused', { host: 'mail.home', said: '550 mailbox full' }, '550 mailbox full'),
      );
    };
    const queue = await start();
    await tell(queue, noticeOf('x'));
    await pass(86_400 / 2, 24);
    expect(queue.fault?.message).toBe('550 mailbox full');
    const why = { code: 'mail.refused', facts: { host: 'mail.home', said: '550 mailbox full' } };
    expect(await log()).toEqual([
      expect.objectContaining({ state: 'waiting', said: '550 mailbox full', why }),
    ]);
    await pass(86_400, 48);
    expect(sent).toEqual([]);
    expect(tries.length).toBeGreaterThan(15);
    expect(tries.length).toBeLessThan(60);
    expect(new Set(tries).size, 'one message').toBe(1);
    const [row] = await log();
    expect(row).toMatchObject({
      state: 'failed',
      said: 'given up after a day: 550 mailbox full',
      why: { code: 'queue.tooOld', facts: { said: '550 mailbox full' } },
    });
    server.answer = async () => 'taken';
    await tell(queue, noticeOf('y'));
    await pass(7200, 2);
    expect(sent.map(({ ids }) => ids)).toEqual(['y']);
    queue.close();
  });

  it('does not try again what was refused for good', async () => {
    const { start, tell, pass, server, log } = channelUnderTest();
    let tries = 0;
    server.answer = async () => {
      tries++;
      throw new DeliveryError('gone', { isFinal: true });
    };
    const queue = await start();
    await tell(queue, noticeOf('x'));
    await pass(3600, 6);
    expect(tries).toBe(1);
    expect(await log()).toMatchObject([{ state: 'failed', said: 'gone' }]);
    queue.close();
  });

  it('holds its rate, and then says the rest in one message; critical ones go on', async () => {
    const { start, tell, pass, sent } = channelUnderTest({ messagesPerHour: 3 });
    const queue = await start();
    for (let i = 0; i < 8; i++) {
      await tell(queue, noticeOf(`n${i}`));
      await pass(60, 2);
    }
    expect(sent.map(({ ids }) => ids)).toEqual(['n0', 'n1', 'n2']);
    await tell(queue, noticeOf('fire', { severity: 'critical' }));
    await pass(1);
    expect(sent[3]?.ids).toBe('fire');
    await pass(3600, 30);
    expect(sent[4]?.ids).toBe('n3,n4,n5,n6,n7');
    expect(sent).toHaveLength(5);
    queue.close();
  });

  it('is quiet at night but for what is critical', async () => {
    // It is 12:00 UTC.
    const { start, tell, pass, sent } = channelUnderTest({ quiet: { fromMinute: 660, toMinute: 780 } });
    const queue = await start();
    await tell(queue, noticeOf('calm'));
    await pass(600, 2);
    expect(sent).toEqual([]);
    await tell(queue, noticeOf('fire', { severity: 'critical' }));
    await pass(2);
    expect(sent.map(({ ids }) => ids)).toEqual(['fire']);
    await pass(3600, 2);
    expect(sent.map(({ ids }) => ids)).toEqual(['fire', 'calm']);
    queue.close();
  });

  it('what is to be tried again waits for the end of quiet hours, over a kill, too, and holds nothing urgent up', async () => {
    // It is 12:00 UTC, and quiet from 12:01 to 13:00.
    const { start, tell, pass, sent, server, log } = channelUnderTest({
      quiet: { fromMinute: 721, toMinute: 780 },
    });
    const queue = await start();
    const tried: string[] = [];
    server.answer = async ({ notices }) => {
      tried.push(notices.map(({ id }) => id).join());
      throw new Error('down');
    };
    await tell(queue, noticeOf('calm'));
    await pass(50, 10);
    expect(new Set(tried)).toEqual(new Set(['calm']));
    const before = tried.length;
    await pass(600, 10);
    expect(tried).toHaveLength(before);
    await tell(queue, noticeOf('fire', { severity: 'critical' }));
    await pass(600, 20);
    expect(new Set(tried.slice(before))).toEqual(new Set(['fire']));
    expect(queue.length).toBe(2);
    const ids = new Set((await log()).map(({ message }) => message));
    queue.kill();
    server.answer = async () => 'taken';
    const again = await start();
    expect(again.length).toBe(2);
    await pass(600, 10);
    expect(sent.map(each => each.ids)).toEqual(['fire']);
    await tell(again, noticeOf('calm too'));
    await pass(3600, 20);
    expect(sent.map(each => each.ids)).toEqual(['fire', 'calm', 'calm too']);
    expect(new Set(sent.slice(0, 2).map(({ message }) => message))).toEqual(ids);
    expect(again.length).toBe(0);
    again.close();
  });

  it('bounds what waits and what is kept of the past', async () => {
    const { start, tell, pass, server, sent, log } = channelUnderTest();
    let isDown = true;
    server.answer = async () => {
      if (isDown) throw new Error('down');
      return 'taken';
    };
    const queue = await start();
    await tell(queue, noticeOf('first'));
    await pass(20);
    const many = Array.from({ length: notifyLimits.waiting + 20 }, (_, i) => noticeOf(`m${1000 + i}`));
    await tell(queue, ...many);
    expect(queue.length).toBe(notifyLimits.waiting + 1);
    isDown = false;
    await pass(3600, 4);
    expect(sent.map(({ ids }) => ids.split(',').length)).toEqual([1, notifyLimits.waiting]);
    const rows = await log();
    expect(rows).toHaveLength(notifyLimits.logged);
    queue.close();
  });

  it('a storm of what is not urgent pushes nothing urgent out', async () => {
    const { start, tell, pass, sent } = channelUnderTest();
    const queue = await start();
    const many = Array.from({ length: notifyLimits.waiting + 20 }, (_, i) => noticeOf(`m${1000 + i}`));
    await tell(queue, noticeOf('fire', { severity: 'critical' }), ...many);
    expect(queue.length).toBe(notifyLimits.waiting);
    await pass(60, 10);
    const ids = sent.flatMap(each => each.ids.split(','));
    expect(ids).toContain('fire');
    expect(ids).toContain('m1519');
    expect(ids).toHaveLength(notifyLimits.waiting);
    queue.close();
  });

  it('survives kills at any moment: each notice arrives, a kill repeats at most the message on its way, by its id', async () => {
    const runs = 6;
    console.log(`notify queue: seed ${seed}, ${runs} runs`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('tell', 'kill', 'kill after', 'fail', 'pass'), {
          minLength: 4,
          maxLength: 14,
        }),
        async steps => {
          const { start, tell, pass, sent, server } = channelUnderTest();
          let queue = await start();
          let kills = 0;
          let count = 0;
          const told = steps.filter(step => step === 'tell').length;
          for (const step of steps) {
            if (step === 'tell') await tell(queue, noticeOf(`k${++count}`));
            else if (step === 'pass') await pass(15);
            else if (step === 'fail') {
              server.answer = async () => {
                throw new Error('down');
              };
              await pass(15);
              server.answer = async () => 'taken';
            } else {
              const dying = queue;
              // It was taken, and the host dies before it can say so.
              if (step === 'kill after')
                server.answer = async () => {
                  dying.kill();
                  return 'taken';
                };
              await pass(11);
              dying.kill();
              kills++;
              server.answer = async () => 'taken';
              queue = await start();
            }
          }
          await pass(8000, 5);
          queue.close();
          const ids = sent.flatMap(({ ids }) => ids.split(','));
          expect(new Set(ids).size, 'all of them').toBe(told);
          const messages = sent.map(({ message, ids }) => `${message} ${ids}`);
          expect(messages.length - new Set(messages).size).toBeLessThanOrEqual(kills);
          const byMessage = new Set(sent.map(({ message }) => message));
          expect(new Set(messages).size, 'a repeat is the same').toBe(byMessage.size);
        },
      ),
      { seed, numRuns: runs },
    );
  });
});
