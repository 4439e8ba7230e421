import { connectAsync, type MqttClient } from 'mqtt';

export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly isRetained: boolean;
}

/** A real MQTT client that keeps what it hears, as Home Assistant would be. */
export interface Ears {
  readonly client: MqttClient;
  readonly heard: Heard[];
  /** The next message on a topic that is not asked for yet; what was heard before counts. */
  next(topic: string): Promise<Heard>;
  /** What broker and host have sent so far is heard when this resolves. */
  settled(): Promise<void>;
  end(): Promise<void>;
}

export async function earsAt(
  url: string,
  username: string,
  password: string,
  filters: readonly string[],
): Promise<Ears> {
  const client = await connectAsync(url, {
    username,
    password,
    clientId: `ears-${Math.random().toString(36).slice(2)}`,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const heard: Heard[] = [];
  const taken = new Set<Heard>();
  let wake = () => {};
  client.on('message', (topic, payload, { retain }) => {
    heard.push({ topic, text: payload.toString(), isRetained: retain });
    wake();
  });
  await client.subscribeAsync([...filters], { qos: 1 });
  const next = async (topic: string): Promise<Heard> => {
    for (;;) {
      const found = heard.find(one => one.topic === topic && !taken.has(one));
      if (found !== undefined) {
        taken.add(found);
        return found;
      }
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
  return {
    client,
    heard,
    next,
    // A broker answers a subscription after what it sent before.
    settled: async () => {
      await client.subscribeAsync(`homeassistant/nothing/${Math.random()}`);
    },
    end: () => client.endAsync(true),
  };
}
