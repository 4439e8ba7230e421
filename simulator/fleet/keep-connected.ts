import { encodeMessage } from '#core/wire/messages.ts';
import { protocolVersion, topicOf } from '#core/wire/topics.ts';
import type { LoadJournal } from './journal.ts';
import { Link } from './link.ts';

export interface GatewayLogin {
  readonly gateway: string;
  readonly password: string;
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** The host checks few at once and lets few wait. */
const atOnce = 32;
const reconnectMs = 1000;

/** Keeps the connection of a journal: subscribed as a gateway is, said to be online, made anew where it ends. */
async function connect(port: number, login: GatewayLogin, journal: LoadJournal, about?: Buffer) {
  const { gateway, password } = login;
  const link = await Link.open({
    port,
    id: gateway,
    password,
    subscribe: (['ack', 'command', 'settings/desired'] as const).map(channel => topicOf(gateway, channel)),
    onPublish: payload => {
      // Settings and commands are not asked for here.
      if (payload.includes('"sequence"')) journal.onAck(payload);
    },
    onPuback: () => {},
    onClosed: () => {
      journal.use(undefined);
      setTimeout(() => void again(port, login, journal, about), reconnectMs).unref();
    },
  });
  const online = encodeMessage('status', { v: protocolVersion, state: 'online' });
  link.publish(Buffer.from(topicOf(gateway, 'status')), Buffer.from(online));
  if (about !== undefined) link.publish(Buffer.from(topicOf(gateway, 'about')), about);
  journal.use(link);
}

async function again(port: number, login: GatewayLogin, journal: LoadJournal, about?: Buffer): Promise<void> {
  try {
    await connect(port, login, journal, about);
  } catch {
    setTimeout(() => void again(port, login, journal, about), reconnectMs).unref();
  }
}

/** Connects all of them, some at a time. @throws Error where one is refused three times. */
export async function connectAll(
  port: number,
  logins: readonly GatewayLogin[],
  journals: readonly LoadJournal[],
  about?: (gateway: string) => Buffer,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < logins.length; index = next++) {
      const [login, journal] = [logins[index] as GatewayLogin, journals[index] as LoadJournal];
      for (let tries = 1; ; tries++) {
        try {
          await connect(port, login, journal, about?.(login.gateway));
          break;
        } catch (error) {
          if (tries === 3) throw error;
          await pause(500 * tries);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, logins.length) }, worker));
}
