import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import { encodeMessage, type Message } from '#core/wire/messages.ts';
import { type DownChannel, topicOf, type UpChannel } from '#core/wire/topics.ts';
import { type AccessHooks, accessHandlers } from './access.ts';
import { type BrokerCounters, newBrokerCounters } from './counters.ts';
import { brokerLimits } from './limits.ts';
import { guardPackets } from './packet-guard.ts';

/** The embedded MQTT broker, as the rest of the host sees it. Gateways are its only clients. */
export interface Broker {
  /** The port it listens on, also where 0 was asked for. */
  readonly port: number;
  /**
   * Sends QoS 1. `settings/desired` is retained for a gateway that is away; anything else to a gateway that is
   * not connected is dropped, for it would be stale when it arrives.
   */
  send<C extends DownChannel>(gateway: string, channel: C, message: Message<C>): void;
  connected(gateway: string): boolean;
  /** Ends the gateway's connection, if there is one: its credential was changed or withdrawn. */
  disconnect(gateway: string): void;
  counters(): Record<string, number>;
  close(): Promise<void>;
}

export interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  /** Whether a gateway's id and password belong together. The broker bounds how many calls run at once. */
  readonly authenticate: (gateway: string, password: string) => Promise<boolean>;
  /** A message on one of the gateway's own up-channels. Must not throw; `payload` is its own. */
  readonly onMessage: (gateway: string, channel: UpChannel, payload: Uint8Array) => void;
  readonly onConnection: (gateway: string, isConnected: boolean) => void;
  /** Something was refused; `gateway` is undefined before authentication. */
  readonly onRefused: (gateway: string | undefined, code: string, detail: string) => void;
}

/** Starts the broker. @throws Error of node:net, such as EADDRINUSE. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const counters = newBrokerCounters();
  const byGateway = new Map<string, Client>();
  const hooks: AccessHooks = { ...options, counters };
  const aedes = await Aedes.createBroker({
    ...accessHandlers(hooks),
    connectTimeout: brokerLimits.connectTimeoutMs,
    keepaliveLimit: brokerLimits.keepAliveS,
    maxTopicLevels: 8,
    // Not bounded over all: a hundred messages that wait for one gateway to read would hold up every other one's
    // (measured: for a minute). `send` bounds them by gateway.
    concurrency: 0,
  });
  aedes.on('client', client => byGateway.set(client.id, client));
  // Later than `client`: the gateway now has its CONNACK and can be sent to.
  aedes.on('clientReady', client => {
    // One that was hung up on meanwhile is told ready all the same.
    if (byGateway.get(client.id) !== client) return;
    counters.connects++;
    options.onConnection(client.id, true);
  });
  aedes.on('clientDisconnect', client => {
    if (byGateway.get(client.id) !== client) return;
    byGateway.delete(client.id);
    options.onConnection(client.id, false);
  });
  aedes.on('clientError', (client, error) => {
    // The id of a client is only a claim until it has logged in.
    const gateway = byGateway.get(client.id) === client ? client.id : undefined;
    options.onRefused(gateway, 'mqtt.closed', error.message);
  });
  aedes.on('connectionError', (_client, error) =>
    options.onRefused(undefined, 'mqtt.refused', error.message),
  );

  const { server, sockets } = acceptSockets(aedes, counters, options.onRefused);
  const port = await listen(server, options.host, options.port).catch(error => {
    // Its timers would keep a process alive that has nothing to do.
    aedes.close();
    throw error;
  });
  return {
    port,
    send(gateway, channel, message) {
      const isRetained = channel === 'settings/desired';
      const client = byGateway.get(gateway);
      if (!isRetained && client === undefined) return;
      if (client !== undefined && isTooSlow(client)) {
        counters.tooSlow++;
        const most = brokerLimits.waitingBytes;
        options.onRefused(gateway, 'mqtt.tooSlow', `left more than ${most} bytes unread`);
        client.close();
      }
      const payload = Buffer.from(encodeMessage(channel, message));
      counters.sent++;
      aedes.publish(
        { cmd: 'publish', topic: topicOf(gateway, channel), payload, qos: 1, retain: isRetained, dup: false },
        error => {
          if (error) options.onRefused(gateway, 'mqtt.send', error.message);
        },
      );
    },
    connected: gateway => byGateway.has(gateway),
    disconnect: gateway => byGateway.get(gateway)?.close(),
    counters: () => ({ ...counters, connections: sockets.size }),
    close: () => closeAll(aedes, server, sockets),
  };
}

function acceptSockets(
  aedes: Aedes,
  counters: BrokerCounters,
  onRefused: BrokerOptions['onRefused'],
): { server: Server; sockets: Set<Socket> } {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    if (sockets.size >= brokerLimits.connections) {
      counters.connectionsRefused++;
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Without it the delayed ACK of one busy connection holds acknowledgements back (measured: a twentieth).
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    guardPackets(socket, (bytes, most) => {
      counters.packetsTooLarge++;
      const gateway = aedes.closed ? undefined : clientOf(socket);
      onRefused(gateway, 'mqtt.tooLarge', `packet of ${bytes} bytes; at most ${most} are allowed`);
    });
    clients.set(socket, aedes.handle(socket));
  });
  return { server, sockets };
}

/** Whether it is time to hang up on a client; one that is closed already has been. */
const isTooSlow = ({ closed, conn }: Client): boolean =>
  !closed && conn.writableLength > brokerLimits.waitingBytes;

const clients = new WeakMap<Socket, Client>();
const clientOf = (socket: Socket): string | undefined => {
  const client = clients.get(socket);
  return client?.connected ? client.id : undefined;
};

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function closeAll(aedes: Aedes, server: Server, sockets: Set<Socket>): Promise<void> {
  await new Promise<void>(resolve => {
    server.close(() => resolve());
    aedes.close(() => {
      for (const socket of sockets) socket.destroy();
    });
  });
}
