import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { Clock } from '#app/clock.ts';
import { LocalHelp } from '#app/local-help.ts';
import { Meter } from '#app/meter.ts';
import { NamedWindows } from '#app/named-windows.ts';
import { UndatedWindows } from '#app/undated.ts';
import { WindowTimer } from '#app/window-timer.ts';
import { localPin, plainPin } from '#core/local-pin.ts';
import type { Message } from '#core/wire/messages.ts';
import type { HttpRequest, HttpResponse } from '#ports';
import { nodeHttpServer } from '../../../simulator/gateway/node-http-server.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { LifeRig, lifeSettings } from './life-rig.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const pin = localPin(sha256, 'the MQTT password of this gateway');
const basic = (password: string, user = '') =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

const evil = {
  ...lifeSettings,
  meters: lifeSettings.meters.map(meter => ({ ...meter, name: `<b>${meter.name}</b>"&` })),
};

/** A gateway whose page is asked without a socket. */
function localRig() {
  let answer: ((request: HttpRequest) => HttpResponse) | undefined;
  const rig = new LifeRig({
    settings: evil,
    gateway: { localPin: pin },
    ports: {
      httpServer: {
        listen: (_port, given) => {
          answer = given;
          return () => {
            answer = undefined;
          };
        },
      },
    },
  });
  rig.start();
  const ask = (path: string, authorization?: string, method = 'GET') =>
    answer?.({
      method,
      path,
      headers: new Map(authorization === undefined ? [] : [['authorization', authorization]]),
      body: new Uint8Array(0),
      from: '192.168.1.9',
    });
  return { rig, ask };
}

describe('the PIN of a local page', () => {
  it('is worked out from the password, easy to type, and never the password', () => {
    expect(pin).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(localPin(sha256, 'the MQTT password of this gateway')).toBe(pin);
    const pins = new Set(Array.from({ length: 500 }, (_, index) => localPin(sha256, `password ${index}`)));
    expect(pins.size).toBe(500);
    expect(plainPin(' abcd-efgh ')).toBe('ABCDEFGH');
    expect(plainPin('o1li-0')).toBe('01110');
  });
});

describe('the local page of a gateway', () => {
  it('tells nothing without the PIN, not even what the gateway is called', () => {
    const { rig, ask } = localRig();
    rig.time.advance(10_000);
    for (const header of [
      undefined,
      'Basic',
      'Basic !!!',
      'Bearer x',
      basic('00000000'),
      `Basic ${'A'.repeat(5000)}`,
    ]) {
      const answer = ask('/', header);
      expect(answer?.status).toBe(401);
      expect(String(answer?.body)).not.toMatch(/kitchen|gw|\d W/i);
    }
    expect(ask('/', undefined)?.headers).toContainEqual([
      'www-authenticate',
      'Basic realm="Joulegate", charset="UTF-8"',
    ]);
  });

  it('shows with it how the gateway is and what each meter shows now, with the host down as well', () => {
    const { rig, ask } = localRig();
    rig.broker.shut();
    rig.powerW = 1234;
    rig.time.advance(20_000);
    const page = String(ask('/', basic(pin, 'anybody'))?.body);
    expect(page).toContain('<th>powerW</th><td>1234 W</td>');
    expect(page).toContain('not connected');
    // Names come out of settings: they are text, never markup.
    expect(page).toContain('&lt;b&gt;Kitchen&lt;/b&gt;&quot;&amp;');
    expect(page).not.toContain('<b>');
    const answer = ask('/status.json', basic(pin.toLowerCase().replace(/(.{4})/, '$1-')));
    const status = JSON.parse(String(answer?.body));
    expect(status).toMatchObject({ gateway: 'gw', isOnline: false, health: { mode: 'normal' } });
    expect(status.meters[0]).toMatchObject({ id: 'kitchen', state: 'well', values: { powerW: 1234 } });
    expect(status.meters[0].ageS).toBeLessThanOrEqual(2);
    expect(Object.keys(status.meters[0].values).length).toBeLessThanOrEqual(8);
    expect(answer?.headers).toContainEqual(['cache-control', 'no-store']);
  });

  it('says of a value that comes no longer how old it is, whatever else the meter shows', () => {
    const { rig, ask } = localRig();
    rig.time.advance(20_000);
    const [kitchen] = JSON.parse(String(ask('/status.json', basic(pin))?.body)).meters;
    expect(kitchen.agesS).toEqual({});
    const time = new VirtualTime();
    const clock = new Clock(time, { synced: () => {}, jumped: () => {} });
    const parts = { clock, named: new NamedWindows(), undated: new UndatedWindows(), emit: () => {} };
    const windowTimer = new WindowTimer(clock, () => []);
    const meter = new Meter({ ...parts, windowTimer }, { id: 'm', windowS: 10, sampleMs: 1000 });
    let answer = (_request: HttpRequest): HttpResponse | undefined => undefined;
    const help = new LocalHelp({
      id: 'gw',
      ports: {
        time,
        log: () => {},
        httpServer: {
          listen: (_port, given) => {
            answer = given;
            return () => {};
          },
        },
      },
      pin,
      settings: () => lifeSettings,
      meters: () => [meter],
      health: () => rig.gateway?.health() as Message<'health'>,
      isOnline: () => true,
    });
    help.start();
    meter.start();
    meter.samples(0, [{ quantity: 'voltageV', value: 231 }]);
    for (let second = 0; second < 300; second++) {
      time.advance(1000);
      meter.samples(time.ticksMs(), [{ quantity: 'powerW', value: 500 }]);
    }
    const headers = new Map([['authorization', basic(pin)]]);
    const shown = (path: string) =>
      String(answer({ method: 'GET', path, headers, body: new Uint8Array(0), from: '192.168.1.9' })?.body);
    expect(JSON.parse(shown('/status.json')).meters[0]).toMatchObject({ ageS: 0, agesS: { voltageV: 300 } });
    expect(shown('/')).toContain('<td>231 V (5 min old)</td>');
    expect(shown('/')).toContain('<td>500 W</td>');
  });

  it('changes nothing: other methods and paths are refused', () => {
    const { rig, ask } = localRig();
    rig.time.advance(1000);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(ask('/', basic(pin), method)?.status).toBe(405);
    expect(ask('/settings', basic(pin))?.status).toBe(404);
    expect(ask('/../etc/passwd', basic(pin))?.status).toBe(404);
  });

  it('bounds guessing and asking, and opens again by itself', () => {
    const { rig, ask } = localRig();
    rig.time.advance(1000);
    const tries = Array.from({ length: 12 }, (_, index) => ask('/', basic(`0000000${index}`))?.status);
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    // Not even the right one tells a guesser anything meanwhile.
    expect(ask('/', basic(pin))?.status).toBe(429);
    rig.time.advance(61_000);
    expect(ask('/', basic(pin))?.status).toBe(200);
    const asked = Array.from({ length: 30 }, () => ask('/status.json', basic(pin))?.status);
    expect(asked.filter(status => status === 200)).toHaveLength(19);
    expect(asked.at(-1)).toBe(429);
    rig.time.advance(10_000);
    expect(ask('/', basic(pin))?.status).toBe(200);
  });

  it('is answered over a real socket', async () => {
    let port = 0;
    const listening = new Promise<void>(resolve => {
      const server = nodeHttpServer({
        port: 0,
        onListening: bound => {
          port = bound;
          resolve();
        },
      });
      const rig = new LifeRig({ gateway: { localPin: pin }, ports: { httpServer: server } });
      rig.start();
      rig.time.advance(10_000);
      closes.push(() => rig.gateway?.stop());
    });
    await listening;
    const url = `http://127.0.0.1:${port}/`;
    expect((await fetch(url)).status).toBe(401);
    const page = await fetch(url, { headers: { authorization: basic(pin) } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<h1>gw</h1>');
    const big = await fetch(url, { method: 'POST', body: 'x'.repeat(5000) }).catch(() => undefined);
    expect([413, undefined]).toContain(big?.status);
  });

  it('is not there without a PIN, and its being impossible keeps nothing else from running', () => {
    const rig = new LifeRig({
      gateway: { localPin: pin },
      ports: {
        httpServer: {
          listen: () => {
            throw new Error('port 80 is taken');
          },
        },
      },
    });
    rig.start();
    rig.time.advance(10_000);
    expect(rig.log).toContain('warn: the local page is not there: port 80 is taken');
    expect(rig.gateway?.health().meters.kitchen?.state).toBe('well');
  });
});
