import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { DiscoverOptions, Proposal } from '../connector.ts';
import { isObject } from '../json-object.ts';
import { decodeFrame, FrameCutter } from './frames.ts';
import { announcePorts, announceSecret, type TuyaVersion, tuyaVersions } from './protocol.ts';

/** Devices announce themselves every few seconds. */
const lookMs = 8000;
/** More than a home has; others are left out. */
const mostDevices = 64;
const mostPacketBytes = 2048;

const announceKey = createHash('md5').update(announceSecret).digest();

/** What a device says of itself. */
export interface Announced {
  readonly address: string;
  readonly deviceId: string;
  readonly version: TuyaVersion;
}

/**
 * Listens for announcements for some seconds. Each is proposed with what it says; its local key it does not say.
 * @throws Error in words for people where nobody can listen
 */
export async function discoverTuya(
  { log, signal }: Pick<DiscoverOptions, 'log' | 'signal'>,
  { address = '0.0.0.0', ports = announcePorts as readonly number[], ms = lookMs } = {},
): Promise<readonly Proposal[]> {
  const found = new Map<string, Announced>();
  const sockets: Socket[] = [];
  let refusal: string | undefined;
  await Promise.all(
    ports.map(
      port =>
        new Promise<void>(resolve => {
          const socket = createSocket({ type: 'udp4', reuseAddr: true });
          socket.on('error', error => {
            refusal = `UDP port ${port} cannot be listened at: ${error.message}`;
            resolve();
          });
          socket.on('message', packet => {
            const announced = announcedIn(packet);
            if (announced !== undefined && found.size < mostDevices) found.set(announced.deviceId, announced);
          });
          sockets.push(socket);
          socket.bind({ port, address }, resolve);
        }),
    ),
  );
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  await new Promise<void>(resolve => {
    if (limited.aborted) resolve();
    else limited.addEventListener('abort', () => resolve(), { once: true });
  });
  for (const socket of sockets) socket.close();
  if (found.size === 0 && refusal !== undefined) throw new Error(refusal);
  log('info', `tuya: ${found.size} devices announced themselves`);
  return [...found.values()].map(proposalOf);
}

const proposalOf = ({ address, deviceId, version }: Announced): Proposal => ({
  title: `${address}, version ${version}`,
  detail: `device ${deviceId}; its local key is still to be filled in`,
  settings: { id: 'plug', name: `Tuya ${address}`, address, deviceId, version, layout: 'plug' },
});

/** Undefined where a packet is no announcement of a device of a version that is spoken. */
export function announcedIn(packet: Buffer): Announced | undefined {
  if (packet.length > mostPacketBytes) return undefined;
  const frames = new FrameCutter().push(packet);
  const [frame] = frames === 'broken' ? [] : frames;
  if (frame === undefined) return undefined;
  // In clear, closed as 3.3 is with a checksum, or as 3.5 is.
  for (const version of ['3.5', '3.3', '3.1'] as const) {
    const read = decodeFrame(version, announceKey, frame);
    const announced = typeof read === 'string' ? undefined : announcedAs(read.data);
    if (announced !== undefined) return announced;
  }
  return undefined;
}

function announcedAs(data: Buffer): Announced | undefined {
  let body: unknown;
  try {
    body = JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(body)) return undefined;
  const { ip, gwId, version } = body;
  const spoken = tuyaVersions.find(each => each === version);
  if (typeof ip !== 'string' || typeof gwId !== 'string' || spoken === undefined) return undefined;
  if (!/^[0-9A-Za-z]{10,32}$/.test(gwId) || !/^[0-9.]{7,15}$/.test(ip)) return undefined;
  return { address: ip, deviceId: gwId, version: spoken };
}
