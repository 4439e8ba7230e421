import { createServer, type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Aedes } from 'aedes';
import { encodeMessage } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import { AddressSet } from '../http/address-set.ts';
import { handshakeFault } from '../tls/handshake-fault.ts';
import { accessHandlers } from './access.ts';
import type { Broker, BrokerOptions, BrokerTls } from './broker.ts';
import { newBrokerCounters } from './counters.ts';
import { Devices } from './devices.ts';
import { Intake } from './intake.ts';
import { brokerLimits } from './limits.ts';
import { guardPackets } from './packet-guard.ts';
import { Peers } from './peers.ts';
import { Programs } from './programs.ts';
import { Strangers } from './strangers.ts';

const offline = encodeMessage('status', { v: protocolVersion, state: 'offline' });

/** Starts the embedded broker, for gateways and programs. @throws Error of node:net, such as EADDRINUSE. */
export async function startEmbeddedBroker(options: BrokerOptions): Promise<Broker> {
  const { host, authenticate, onMessage, onRefused, onConnection } = options;
  const counters = newBrokerCounters();
  const nowMs = () => performance.now();
  const intake = new Intake({ counters, onMessage, onRefused, nowMs });
  const programs = new Programs({ counters, onRefused, nowMs });
  const devices = new Devices({ counters, onRefused, nowMs });
  const peers = new Peers({
    counters,
    onRefused,
    onConnection(gateway, isConnected) {
      onConnection(gateway, isConnected);
      // Some go without a word; who has said it is told twice.
      if (!isConnected) programs.handOn(gateway, 'status', offline, 1);
    },
  });
  /** The TCP connection under each one that speaks TLS: it is the stranger, from before the handshake on. */
  const under = new WeakMap<Duplex, Socket>();
  const strangerOf = ({ conn }: { readonly conn: Duplex }) => under.get(conn) ?? conn;
  const aedes = await Aedes.createBroker({
    ...accessHandlers({
      authenticate,
      isStarting: options.isStarting,
      onRefused,
      intake,
      programs,
      devices,
      counters,
      onConnect: client => strangers.speaks(strangerOf(client)),
      hasRoom: gateway => peers.size < brokerLimits.gateways || peers.has(gateway),
      arrives: (gateway, client) => peers.arrives(gateway, client),
      isReplaced: client => peers.isReplaced(client),
    }),
    // Whoever does not log in is sent away before.
    connectTimeout: brokerLimits.connectTimeoutMs * 2,
    keepaliveLimit: brokerLimits.keepAliveS,
    maxTopicLevels: 8,
    // Not bounded over all: a hundred messages that wait for one gateway to read would hold up every other one's
    // (measured: for a minute). `send` bounds them by gateway.
    concurrency: 0,
  });
  const sockets = new Set<Socket>();
  const proxies = new AddressSet(options.proxies?.split(',') ?? []);
  const strangers = new Strangers<Duplex>({
    most: brokerLimits.strangers,
    mostOfAddress: brokerLimits.strangersOfAddress,
    mostArriving: brokerLimits.strangersArriving,
    arrivalMs: brokerLimits.strangerArrivalMs,
    graceMs: brokerLimits.strangerGraceMs,
    spokenGraceMs: brokerLimits.strangerSpokenGraceMs,
    timeoutMs: brokerLimits.connectTimeoutMs,
    isTrusted: address => proxies.has(address),
    hasSpoken: connection => connection instanceof Socket && connection.bytesRead > 0,
    nowMs,
    sendAway(socket, why) {
      if (why === 'full') counters.strangersRefused++;
      else {
        counters.connectTimeouts++;
        onRefused(undefined, 'mqtt.timeout', 'connected and did not log in in time');
      }
      socket.destroy();
    },
  });
  const sweeping = setInterval(() => strangers.sweep(), brokerLimits.strangerArrivalMs).unref();

  aedes.on('client', client => {
    strangers.delete(strangerOf(client));
    if (programs.isOne(client)) programs.came(client);
    else if (!devices.isOne(client)) peers.came(client);
  });
  // Later than `client`: the gateway now has its CONNACK and can be sent to.
  aedes.on('clientReady', client => peers.ready(client));
  aedes.on('clientDisconnect', client => {
    if (programs.isOne(client)) programs.left(client);
    else if (devices.isOne(client)) devices.left(client);
    else peers.left(client);
  });
  aedes.on('subscribe', (subscriptions, client) => {
    if (programs.isOne(client)) programs.subscribed(client, subscriptions);
    else if (devices.isOne(client)) devices.subscribed(client, subscriptions);
    else peers.subscribed(client, subscriptions);
  });
  aedes.on('unsubscribe', (topics, client) => {
    if (programs.isOne(client)) programs.unsubscribed(client, topics);
    else if (devices.isOne(client)) devices.unsubscribed(client, topics);
    else peers.unsubscribed(client, topics);
  });
  aedes.on('keepaliveTimeout', () => counters.silent++);
  // The id of a client is only a claim until it has logged in.
  aedes.on('clientError', (client, error) =>
    onRefused(peers.gatewayOf(client), 'mqtt.closed', error.message),
  );
  aedes.on('connectionError', (_client, error) => onRefused(undefined, 'mqtt.refused', error.message));

  const admit = (socket: Socket): void => {
    strangers.add(socket, socket.remoteAddress);
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      strangers.delete(socket);
    });
    // Without it the delayed ACK of one busy connection holds acknowledgements back (measured: a twentieth).
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
  };
  const serve = (socket: Socket): void => {
    guardPackets(socket, (bytes, most) => {
      counters.packetsTooLarge++;
      const detail = `packet of ${bytes} bytes; at most ${most} are allowed`;
      onRefused(peers.gatewayOf(client), 'mqtt.tooLarge', detail);
    });
    const client = aedes.handle(socket);
  };
  const plain = createServer(socket => {
    admit(socket);
    serve(socket);
  });
  const secure = options.tls && tlsServer(options.tls, admit, under, serve);
  secure?.on('tlsClientError', (error, socket) => {
    counters.handshakesFailed++;
    onRefused(undefined, 'mqtt.tls', `no TLS handshake: ${handshakeFault(error)}`);
    socket.destroy();
  });
  const servers: Server[] = [];
  const listenOn = async (server: Server | undefined, port: number | undefined) => {
    if (server === undefined || port === undefined) return undefined;
    const at = await listen(server, host, port);
    servers.push(server);
    return at;
  };
  const ended = async () => {
    clearInterval(sweeping);
    await closeAll(aedes, servers, sockets);
  };
  let port: number | undefined;
  let tlsPort: number | undefined;
  try {
    port = await listenOn(plain, options.port);
    tlsPort = await listenOn(secure, options.tls?.port);
  } catch (error) {
    // Its timers would keep a process alive that has nothing to do.
    await ended();
    throw error;
  }
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: port === undefined ? `mqtts://${name}:${tlsPort}` : `mqtt://${name}:${port}`,
    port: port ?? tlsPort ?? 0,
    tlsPort,
    send: (gateway, channel, message) => peers.send(gateway, channel, message),
    connected: gateway => peers.has(gateway),
    disconnect: gateway => peers.disconnect(gateway),
    serve: access => programs.serve(access),
    programConnected: program => programs.has(program),
    disconnectProgram: program => programs.disconnect(program),
    devices,
    programs,
    counters: () => ({
      ...counters,
      connections: sockets.size,
      strangers: strangers.size,
      gatewaysConnected: peers.size,
      programsConnected: programs.size,
      devicesConnected: devices.size,
    }),
    close: ended,
  };
}

/** Which connection an end of TLS belongs to: the one of TCP under it is not told. */
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** Speaks TLS with whoever is let in, and serves it once the handshake is done. */
function tlsServer(
  { tls }: BrokerTls,
  admit: (socket: Socket) => void,
  under: WeakMap<Duplex, Socket>,
  serve: (socket: Socket) => void,
) {
  const shaking = new Map<string, Socket>();
  const server = createTlsServer(
    { ...tls.credentials, minVersion: 'TLSv1.2', handshakeTimeout: brokerLimits.connectTimeoutMs },
    (socket: TLSSocket) => {
      const below = shaking.get(peerOf(socket));
      // Hung up on meanwhile.
      if (below === undefined || below.destroyed) socket.destroy();
      else {
        under.set(socket, below);
        serve(socket);
      }
    },
  );
  server.on('connection', (socket: Socket) => {
    admit(socket);
    const peer = peerOf(socket);
    shaking.set(peer, socket);
    socket.on('close', () => {
      if (shaking.get(peer) === socket) shaking.delete(peer);
    });
  });
  tls.onRenewed(() => server.setSecureContext({ ...tls.credentials, minVersion: 'TLSv1.2' }));
  return server;
}

/** Room for a fleet that comes back at once; beyond, the system lets it try again after a second. */
const backlog = 2048;

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function closeAll(aedes: Aedes, servers: readonly Server[], sockets: Set<Socket>): Promise<void> {
  const closed = servers.map(server => new Promise<void>(resolve => server.close(() => resolve())));
  aedes.close(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(closed);
}
