import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Uplink } from '#app/uplink.ts';
import type { Identity } from '../../../firmware/moddable/identity.ts';
import type { LinkHandlers } from '../../../firmware/moddable/link.ts';
import { mqttPort } from '../../../firmware/moddable/mqtt-port.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

const plain: Identity = { gateway: 'attic', broker: 'hub.local', port: 1883, password: 'secret' };
const secure: Identity = { ...plain, port: 8883, caDer: 'AQID' };

/** A network on which each connection is an object, and what is open at once is counted. */
function setUp(
  identity: Identity,
  options: { wallMs?: number; answer?: 'connack' | 'silence' | 'refuse' } = {},
) {
  const time = new VirtualTime(options.wallMs === undefined ? {} : { wallMs: options.wallMs });
  const log: string[] = [];
  const asked: string[] = [];
  const tls: { host: string; authority: number[]; nowMs: number }[] = [];
  const net = { answer: options.answer ?? 'connack', resolveMs: 20, connectMs: 30 };
  const open = new Set<LinkHandlers>();
  let most = 0;
  const openTcp = (address: string, port: number, handlers: LinkHandlers) => {
    asked.push(`${address}:${port}`);
    open.add(handlers);
    most = Math.max(most, open.size);
    let isClosed = false;
    time.after(net.connectMs, () => {
      if (isClosed) return;
      if (net.answer !== 'refuse') handlers.onOpen();
      else {
        isClosed = true;
        open.delete(handlers);
        handlers.onClosed('it cannot be reached');
      }
    });
    return {
      write: (bytes: Uint8Array) => {
        if (bytes[0] === 0x10 && net.answer === 'connack')
          time.after(5, () => {
            if (!isClosed) handlers.onBytes(Uint8Array.of(0x20, 2, 0, 0));
          });
        return !isClosed;
      },
      close: () => {
        if (isClosed) return;
        isClosed = true;
        // As the SDK's sockets, which are closed outside of their own callbacks.
        time.after(0, () => open.delete(handlers));
      },
    };
  };
  const port = mqttPort(identity, time, {
    resolve: (_host, done) => void time.after(net.resolveMs, () => done('192.0.2.7')),
    openTcp,
    openTls: ({ host, authority, nowMs }, below, handlers) => {
      tls.push({ host, authority: [...authority], nowMs });
      return below(handlers);
    },
  });
  const uplink = new Uplink({
    id: 'attic',
    ports: {
      time,
      mqtt: port,
      random: { unit: () => 0.5, bytes: count => new Uint8Array(count) },
      log: (_level, text) => log.push(text),
    },
    onConnected: () => {},
    onDisconnected: () => {},
    onMessage: () => {},
  });
  return { time, port, uplink, log, asked, tls, net, open, most: () => most };
}

const will = { topic: 'joulegate/attic/status', payload: new Uint8Array(1), retain: true };
const silent = { onConnected: () => {}, onMessage: () => {}, onClosed: () => {} };

describe('the way to the broker', () => {
  test('is one socket at a time, however closing and connecting race', () => {
    const act = fc.constantFrom(
      'connect',
      'close',
      'closeConnect',
      'stop',
      'start',
      'refuse',
      'silence',
      'connack',
    );
    const step = fc.record({ act, waitMs: fc.constantFrom(0, 1, 5, 20, 30, 55, 700, 45_000) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), steps => {
        const { time, port, uplink, net, open, most } = setUp(plain);
        uplink.start();
        let mine = port.connect({ clientId: 'attic', keepAliveS: 30, will }, silent);
        for (const { act: what, waitMs } of steps) {
          if (what === 'connect' || what === 'closeConnect') {
            if (what === 'closeConnect') mine.close();
            mine = port.connect({ clientId: 'attic', keepAliveS: 30, will }, silent);
          } else if (what === 'close') mine.close();
          else if (what === 'stop') uplink.stop();
          else if (what === 'start') uplink.start();
          else net.answer = what;
          time.advance(waitMs);
        }
        uplink.stop();
        mine.close();
        time.advance(100);
        expect(most()).toBeLessThanOrEqual(1);
        expect(open.size).toBe(0);
      }),
    );
  });

  test('is TLS where the identity names an authority, by the name that was given, at the time that is known', () => {
    const wallMs = Date.UTC(2026, 10, 21);
    const { time, uplink, tls, asked } = setUp(secure, { wallMs });
    uplink.start();
    time.advance(100);
    expect(uplink.isOnline).toBe(true);
    expect(tls).toEqual([{ host: 'hub.local', authority: [1, 2, 3], nowMs: wallMs + 20 }]);
    expect(asked).toEqual(['192.0.2.7:8883']);
  });

  test('is not gone with TLS before the time is known, which is said, and gone within a second of it', () => {
    const { time, uplink, log, asked } = setUp(secure);
    uplink.start();
    time.advance(21_000);
    expect(asked).toEqual([]);
    expect(log[0]).toContain('the time is not known yet, and certificates are judged by it');
    time.advance(5000);
    time.setWall(Date.UTC(2026, 10, 21));
    time.advance(1000);
    expect(uplink.isOnline).toBe(true);
  });

  test('without an authority needs no time', () => {
    const { time, uplink, tls } = setUp(plain);
    uplink.start();
    time.advance(100);
    expect([uplink.isOnline, tls]).toEqual([true, []]);
  });

  test('whose other end vanished is found within 45 s and taken anew', () => {
    const { time, uplink, log, net } = setUp(plain);
    uplink.start();
    time.advance(100);
    net.answer = 'silence';
    time.advance(45_000);
    expect(uplink.isOnline).toBe(false);
    expect(log.at(-1)).toContain('hub.local:1883: the broker has not been heard');
    net.answer = 'connack';
    time.advance(60_000);
    expect(uplink.isOnline).toBe(true);
  });

  test('of an identity whose authority is damaged is told, and not gone without TLS', () => {
    const { time, uplink, log, asked } = setUp({ ...secure, caDer: '*' }, { wallMs: Date.UTC(2026, 10, 21) });
    uplink.start();
    time.advance(500);
    expect(asked).toEqual([]);
    expect(log[0]).toContain('its authority is no Base64');
  });
});
