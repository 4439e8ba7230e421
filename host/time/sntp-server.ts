import { createSocket, type RemoteInfo } from 'node:dgram';

export interface SntpServerOptions {
  readonly host: string;
  readonly port: number;
  /** UTC. */
  readonly nowMs: () => number;
}

export interface SntpServer {
  readonly port: number;
  /** Questions that were answered, and packets that were none. */
  counters(): { answered: number; refused: number };
  close(): Promise<void>;
}

const packetBytes = 48;
/** Seconds from 1900, where NTP counts from, to 1970. */
const ntpToUnixS = 2_208_988_800;
/** The host does not know how good its own clock is; gateways weigh what they hear by agreement, not by this. */
const stratum = 10;

/**
 * Answers SNTP (RFC 4330, 6) with the host's own clock, for gateways that reach no other time server. An answer is as
 * long as its question, so nobody gains by a false sender. @throws Error that says what to do where the port is refused.
 */
export async function startSntpServer({ host, port, nowMs }: SntpServerOptions): Promise<SntpServer> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const counts = { answered: 0, refused: 0 };
  socket.on('message', (question: Buffer, { address, port: from }: RemoteInfo) => {
    const receivedMs = nowMs();
    const [first = 0] = question;
    const version = (first >> 3) & 7;
    // Mode 3 is a client; anything else could make two servers answer each other for ever.
    if (question.length !== packetBytes || (first & 7) !== 3 || version < 1 || version > 4) {
      counts.refused++;
      return;
    }
    counts.answered++;
    const answer = Buffer.alloc(packetBytes);
    answer[0] = (version << 3) | 4;
    answer[1] = stratum;
    answer[2] = question[2] ?? 0;
    // Precision: 2^-10 s, a millisecond.
    answer[3] = 0xf6;
    answer.write('LOCL', 12, 'latin1');
    stamp(answer, 16, receivedMs);
    question.copy(answer, 24, 40, 48);
    stamp(answer, 32, receivedMs);
    stamp(answer, 40, nowMs());
    socket.send(answer, from, address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      const what =
        error.code === 'EACCES'
          ? 'this user may not listen there; give it CAP_NET_BIND_SERVICE, or start without --ntp-port'
          : 'choose another, or start without --ntp-port';
      reject(new Error(`No time can be given on UDP port ${port}: ${what}. (${error.message})`));
    });
    socket.bind(port, host, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => counts.refused++);
      resolve();
    });
  });
  socket.unref();
  return {
    port: socket.address().port,
    counters: () => ({ ...counts }),
    close: () => new Promise<void>(resolve => socket.close(() => resolve())),
  };
}

/** A time stamp of NTP; beyond 2036 it counts from there on. */
function stamp(packet: Buffer, at: number, ms: number): void {
  packet.writeUInt32BE((Math.floor(ms / 1000) + ntpToUnixS) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * 2 ** 32), at + 4);
}
