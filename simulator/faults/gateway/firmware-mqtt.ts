import { connect, type Socket } from 'node:net';
import { MqttClient } from '#core/mqtt/client.ts';
import type { MqttConnection, MqttHandlers, MqttOptions, MqttPort, TimePort } from '#ports';

export interface FirmwareMqttOptions {
  readonly time: TimePort;
  readonly user: string;
  readonly password: string;
  /** Port of the broker on 127.0.0.1, asked at each connection. */
  readonly port: () => number;
}

/** What a device takes at most, and what may wait in its socket. */
const packetBytes = 16 * 1024 + 512;
const mostWaiting = 96 * 1024;

/**
 * MQTT by the client of the firmware itself, over Node's sockets: its time-outs and its keep-alive go by the gateway's
 * time, which may be a virtual one.
 */
export const firmwareMqtt = (options: FirmwareMqttOptions): MqttPort => ({
  connect: (wanted, handlers) => new Connection(options, wanted, handlers),
});

class Connection implements MqttConnection {
  readonly #client: MqttClient;
  readonly #socket: Socket;
  readonly #handlers: MqttHandlers;
  #isOver = false;

  constructor(
    { time, user, password, port }: FirmwareMqttOptions,
    wanted: MqttOptions,
    handlers: MqttHandlers,
  ) {
    this.#handlers = handlers;
    const socket = connect({ port: port(), host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    this.#client = new MqttClient({
      ...wanted,
      user,
      password,
      mostBytes: packetBytes,
      write: bytes => {
        // The client may use its bytes again.
        socket.write(bytes.slice());
        return socket.writableLength < mostWaiting;
      },
      after: (delayMs, callback) => time.after(delayMs, callback),
      onConnected: () => handlers.onConnected(),
      onMessage: (topic, payload) => handlers.onMessage(topic, payload),
      onEnd: why => this.#over(why),
    });
    socket.on('connect', () => this.#client.start());
    socket.on('data', bytes => this.#client.received(bytes));
    socket.on('error', error => this.#client.end(error.message));
    socket.on('close', () => this.#client.end('the connection was closed'));
  }

  subscribe(topics: readonly string[]): void {
    this.#client.subscribe(topics);
  }

  publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1; retain: boolean }): void {
    this.#client.publish(topic, payload, options);
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#client.close();
    this.#socket.end();
    this.#socket.unref();
  }

  #over(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.destroy();
    this.#handlers.onClosed(why);
  }
}
