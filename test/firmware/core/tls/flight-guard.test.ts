import { generateKeyPairSync, sign } from 'node:crypto';
import { connect as connectTcp, createServer as createTcpServer, type Server } from 'node:net';
import { connect, createServer } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FlightGuard } from '#core/tls/flight-guard.ts';
import { issueAuthority, issueServer } from '../../../../host/tls/certificate.ts';

const untilMs = Date.UTC(2036, 0, 1);
const authority = issueAuthority('ca', untilMs);
const certified = issueServer(authority, ['localhost', '127.0.0.1'], untilMs);

/** All that a TLS server of Node said, record by record: handshake, 20 bytes of data, close_notify. */
let records: Uint8Array[];
const servers: Server[] = [];

beforeAll(async () => {
  const port = await listen(
    createServer({ key: certified.key, cert: certified.certificate + authority.certificate }, socket => {
      socket.end(Buffer.alloc(20, 7));
    }),
  );
  const said: Buffer[] = [];
  const tap = await listen(
    createTcpServer(socket => {
      const up = connectTcp(port, '127.0.0.1');
      up.on('data', data => {
        said.push(data);
        socket.write(data);
      });
      up.on('end', () => socket.end());
      socket.on('data', data => up.write(data));
      for (const each of [up, socket]) each.on('error', () => {});
    }),
  );
  await new Promise<void>((resolve, reject) => {
    const client = connect({
      host: '127.0.0.1',
      port: tap,
      ca: authority.certificate,
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
      ecdhCurve: 'P-256',
      // As the SDK, which knows no tickets.
      secureOptions: 1 << 14,
    });
    client.on('data', () => {});
    client.on('error', reject);
    client.on('close', () => resolve());
  });
  records = recordsOf(new Uint8Array(Buffer.concat(said)));
});
afterAll(() => {
  for (const server of servers) server.close();
});

function listen(server: Server): Promise<number> {
  servers.push(server);
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
    found.push(bytes.slice(at, end));
    at = end;
  }
  return found;
}

function run(stream: readonly Uint8Array[]) {
  const passed: Uint8Array[] = [];
  const guard = new FlightGuard(record => passed.push(record.slice()));
  for (const bytes of stream) {
    const judged = guard.push(bytes);
    if (!judged.ok) return { passed, error: judged.error, detail: judged.detail, isOpen: guard.isOpen };
  }
  return { passed, error: undefined, detail: '', isOpen: guard.isOpen };
}

const record = (type: number, ...body: number[]) =>
  Uint8Array.of(type, 3, 3, body.length >> 8, body.length & 0xff, ...body);
const message = (kind: number, body: Uint8Array | readonly number[]) => [
  kind,
  0,
  body.length >> 8,
  body.length & 0xff,
  ...body,
];
/** The one handshake message of a record in the clear. */
const bodyOf = (each: Uint8Array | undefined) => (each ?? new Uint8Array()).slice(9);
/** The flight, with one record in the place of another. */
const withRecord = (at: number, other: Uint8Array) =>
  records.map((each, index) => (index === at ? other : each));

describe('what a server says', () => {
  test('is the flight that is due, and then data', () => {
    expect(
      records.map(([type, , , , , kind]) => (type === 22 ? `22/${kind}` : String(type))).slice(0, 5),
    ).toEqual(['22/2', '22/11', '22/12', '22/14', '20']);
    const { passed, error, isOpen } = run(records);
    expect({ error, isOpen }).toEqual({ error: undefined, isOpen: true });
    expect(passed).toEqual(records);
  });

  test('comes out the same however it is cut', () => {
    const whole = Buffer.concat(records);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), cuts => {
        const stream: Uint8Array[] = [];
        for (let at = 0, cut = 0; at < whole.length; cut++) {
          const end = at + (cuts[cut % cuts.length] ?? 1);
          stream.push(whole.subarray(at, end));
          at = end;
        }
        expect(run(stream).passed).toEqual(records);
      }),
      { numRuns: 20 },
    );
  });

  test('may be several messages in a record, as other servers have it', () => {
    const joined = records.slice(0, 4).flatMap(each => [...each.slice(5)]);
    const stream = [record(22, ...joined), ...records.slice(4)];
    expect(run(stream)).toMatchObject({ error: undefined, isOpen: true });
  });
});

describe('who plays the host', () => {
  test('by a key exchange that is signed by nobody, or by less, is stopped', () => {
    const exchange = bodyOf(records[2]);
    for (const [hash, algorithm] of [
      [0, 0],
      [4, 0],
      [0, 3],
      [2, 3],
      [4, 1],
      [4, 2],
      [9, 9],
    ] as const) {
      const forged = exchange.slice();
      forged[69] = hash;
      forged[70] = algorithm;
      const { error, passed } = run(withRecord(2, record(22, ...message(12, forged))));
      expect(error, `${hash}/${algorithm}`).toBe('tls.offer');
      expect(passed).toHaveLength(2);
    }
    const zero = [...exchange.slice(0, 71), 0, 8, 0x30, 6, 2, 1, 0, 2, 1, 0];
    expect(run(withRecord(2, record(22, ...message(12, zero)))).error).toBe('tls.offer');
  });

  test('by another suite, curve, version or compression is stopped', () => {
    const hello = bodyOf(records[0]);
    const suiteAt = 35 + (hello[34] ?? 0);
    for (const [at, byte] of [
      [1, 2],
      [suiteAt + 1, 0x2f],
      [suiteAt, 0],
      [suiteAt + 2, 1],
    ] as const) {
      const forged = hello.slice();
      forged[at] = byte;
      expect(run(withRecord(0, record(22, ...message(2, forged)))).error).toBe('tls.offer');
    }
    const exchange = bodyOf(records[2]);
    for (const [at, byte] of [
      [0, 1],
      [2, 29],
      [3, 33],
      [4, 2],
    ] as const) {
      const forged = exchange.slice();
      forged[at] = byte;
      expect(run(withRecord(2, record(22, ...message(12, forged)))).error).toBe('tls.offer');
    }
  });

  test('by leaving messages out, in another order, or twice, is stopped before the session sees them', () => {
    const flight = [0, 1, 2, 3, 4, 5];
    for (const left of flight.slice(0, 5)) {
      const { error, passed } = run(flight.filter(at => at !== left).map(at => records[at] ?? record(0)));
      expect(error).toBe('tls.order');
      expect(passed).toHaveLength(left);
    }
    for (const twice of [0, 1, 2, 3, 4]) {
      const order = flight.flatMap(at => (at === twice ? [at, at] : [at]));
      expect(run(order.map(at => records[at] ?? record(0))).error).toBe('tls.order');
    }
  });

  test('by data or alerts before the encryption, or a new handshake after it, is stopped', () => {
    for (let at = 0; at <= 5; at++) {
      const before = records.slice(0, at);
      expect(run([...before, record(23, 1, 2, 3)]).error).toBe('tls.order');
      const alerted = run([...before, record(21, 2, 40)]);
      expect(alerted.error).toBe(at === 5 ? 'tls.order' : 'tls.alert');
    }
    for (const type of [20, 22, 0, 24, 255])
      expect(run([...records.slice(0, 6), record(type, 1)]).error).toBe('tls.order');
  });

  test('by lengths that are none gathers nothing', () => {
    for (const bytes of [
      [22, 3, 3, 0, 0],
      [22, 3, 3, 0x10, 1],
      [22, 3, 3, 0xff, 0xff],
      [22, 3, 1, 0, 5],
      [0x48, 0x54, 0x54, 0x50, 0x2f],
    ])
      expect(run([Uint8Array.from(bytes)]).error).toBe('tls.record');
    expect(run([...records.slice(0, 6), Uint8Array.of(23, 3, 3, 0x40, 25)]).error).toBe('tls.record');
    expect(run([record(22, 2, 0, 1, 0, 9)]).error).toBe('tls.record');
    expect(run([record(22, 2)]).error).toBe('tls.record');
  });

  test('by whatever bytes, changed or made up, does not open without a whole flight, and nothing throws', () => {
    const places = fc.tuple(fc.nat(5), fc.nat(2000), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(places, { maxLength: 3 }), fc.uint8Array({ maxLength: 100 }), (changes, tail) => {
        const stream = records.slice(0, 6).map(each => each.slice());
        for (const [at, place, by] of changes) {
          const each = stream[at];
          if (each !== undefined) each[place % each.length] = (each[place % each.length] ?? 0) ^ by;
        }
        const { passed } = run([...stream, tail]);
        // What is handed on is at each place of the kind that is due there.
        for (const [at, each] of passed.slice(0, 6).entries()) expect(each[0]).toBe(at === 4 ? 20 : 22);
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }),
        chunks => !run(chunks).isOpen,
      ),
    );
  });

  test('with a signature of its own is not told here: the session compares it with the certificate', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const exchange = bodyOf(records[2]);
    const own = sign('sha256', Buffer.from('anything'), privateKey);
    const forged = [...exchange.slice(0, 71), own.length >> 8, own.length & 0xff, ...own];
    expect(run(withRecord(2, record(22, ...message(12, forged)))).error).toBeUndefined();
  });
});
