import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rounded } from '../numbers.ts';
import { freePort, listens, Program } from './program.ts';
import { underLoad } from './under-load.ts';

/** What Mosquitto carries from 16 publishers to one subscriber, QoS 1, of the same messages; it stores nothing. */
export async function mosquittoCarries(file: string, dir: string): Promise<Record<string, number>> {
  const port = await freePort();
  const settings = join(dir, 'mosquitto.conf');
  await writeFile(
    settings,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence false',
      'log_type error',
      'set_tcp_nodelay true',
      // Or it drops what the subscriber has not read yet.
      'max_queued_messages 0',
    ].join('\n'),
  );
  const broker = new Program(file, ['-c', settings]);
  try {
    await broker.ready(() => listens(port));
    const { messages, values, ackP50Ms, ackP99Ms } = await underLoad({
      kind: 'carry',
      port,
      publishers: 16,
      inFlight: 4,
      windowsPerMessage: 5,
    });
    return {
      mosquittoMessagesPerSecond: rounded(messages, 0),
      mosquittoValuesPerSecond: rounded(values, 0),
      mosquittoDeliveryP50Ms: rounded(ackP50Ms),
      mosquittoDeliveryP99Ms: rounded(ackP99Ms),
    };
  } finally {
    await broker.end();
  }
}
