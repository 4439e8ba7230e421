import { expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { remoteTopics } from '../../../host/connectors/remote-topics.ts';
import { brokerElsewhere } from '../home-assistant/broker-elsewhere.ts';

test('messages that are too large are told of once, on however many topics they come, and each is counted', async () => {
  const broker = await brokerElsewhere('secret');
  const lines: string[] = [];
  const topics = remoteTopics((_level, text) => lines.push(text));
  const at = { url: broker.url, username: 'any', password: 'secret' };
  let unread = 0;
  let stop = () => {};
  try {
    await new Promise<void>(ended => {
      stop = topics.listen(at, ['#'], {
        onMessage: ({ topic }) => topic === 'end' && ended(),
        onUnread: () => {
          unread++;
        },
        onState(fault) {
          if (fault !== undefined) return;
          const large = 'x'.repeat(limits.mqttPacketUpBytes + 1);
          for (let index = 0; index < 20; index++) topics.publish(at, `large/${index}`, large);
          topics.publish(at, 'end', '');
        },
      });
    });
    expect(lines).toHaveLength(1);
    expect(unread).toBe(20);
    expect(lines[0]).toContain('such as on "large/0"');
  } finally {
    stop();
    await broker.close();
  }
});
