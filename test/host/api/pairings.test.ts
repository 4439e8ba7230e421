import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64 } from '#core/base64.ts';
import { toHex } from '#core/bytes.ts';
import { pairingSecret, proofOf, unseal } from '#core/pairing.ts';
import { readCode } from '#core/pairing-code.ts';
import { sha256 } from '../../../host/pairing/pairing.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

const minuteMs = 60_000;
const hello = { device: 'gateway-3f2a', chip: 'esp32', board: 'a board', firmware: '0.1.0' };

let host: HostUnderTest;
let cookie: string;
let address = 0;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
});
afterAll(async () => {
  expect(host.faults.filter(text => !text.includes('was'))).toEqual([]);
  await host.close();
});

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
  host.ask({ method, url: `/api/v1/${path}`, headers: { cookie }, ...(body && { body }) });

const newCode = async (body: object = {}) => {
  const made = await call('POST', 'pairings', body);
  expect(made.statusCode, made.body).toBe(201);
  return made.json();
};
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const secrets = new Map<string, Uint8Array>();
const secretOf = (code: string) => {
  const secret = secrets.get(code) ?? pairingSecret(sha256, readCode(code) ?? code);
  secrets.set(code, secret);
  return secret;
};
const requestOf = (code: string, nonce: Uint8Array, said = hello) => ({
  v: 1,
  nonce: toHex(nonce),
  ...said,
  proof: toHex(proofOf(sha256, secretOf(code), nonce, said)),
});
/** As a gateway, each from an address of its own where none is given. */
const pair = (body: object, remoteAddress = `10.0.0.${++address}`) =>
  host.ask({ method: 'POST', url: '/api/v1/pair', body, remoteAddress });
const nonceOf = (byte: number) => new Uint8Array(16).fill(byte);

function opened(code: string, request: { nonce: string; proof: string }, answer: Record<string, string>) {
  const nonces = {
    gateway: bytes(request.nonce),
    host: bytes(answer.nonce ?? ''),
    proof: bytes(request.proof),
  };
  const sealed = {
    sealed: fromBase64(answer.sealed ?? '') ?? new Uint8Array(0),
    tag: bytes(answer.tag ?? ''),
  };
  const plain = unseal(sha256, secretOf(code), nonces, sealed);
  return plain === undefined ? undefined : JSON.parse(Buffer.from(plain).toString());
}

describe('a code', () => {
  it('is shown once, says until when it is good and where the host is, and is kept nowhere as it is', async () => {
    const made = await newCode({ gateway: 'shown' });
    expect(made.code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(made).toMatchObject({
      reserved: 'shown',
      state: 'open',
      isLoopback: true,
      hosts: ['127.0.0.1:0'],
    });
    expect(made.expiresMs).toBe(host.clock.nowMs + 15 * minuteMs);
    const list = await call('GET', 'pairings');
    expect(list.json()[0]).toMatchObject({ id: made.id, state: 'open', by: 'ada', wrongTries: 0 });
    expect(list.body).not.toContain(made.code.slice(0, 4));
    expect((await call('DELETE', `pairings/${made.id}`)).statusCode).toBe(204);
  });

  it('gives a gateway its own credential, which opens the broker, and says so', async () => {
    const told: string[] = [];
    const stop = host.events.on(event => event.type === 'gateway' && told.push(event.gateway));
    const { code, id } = await newCode({ gateway: 'hall' });
    const request = requestOf(code, nonceOf(1));
    const answer = await pair(request);
    stop();
    expect(answer.statusCode, answer.body).toBe(201);
    const grant = opened(code, request, answer.json());
    expect(grant).toMatchObject({ gateway: 'hall', port: host.broker.port });
    expect(answer.body).not.toContain(grant.password);
    expect(await host.auth.credentials.verify('hall', grant.password)).toBe(true);
    expect(told).toContain('hall');
    expect((await call('GET', `pairings/${id}`)).json()).toMatchObject({ state: 'used', gateway: 'hall' });
  });

  it('is spent by one gateway; that one gets the same answer again for as long as the code was good', async () => {
    const { code } = await newCode({ gateway: 'cellar' });
    const request = requestOf(code, nonceOf(2));
    const first = await pair(request);
    host.clock.nowMs += 14 * minuteMs;
    const second = await pair(request);
    expect(second.body).toBe(first.body);
    const other = await pair(requestOf(code, nonceOf(3)));
    expect([other.statusCode, other.json().code]).toEqual([409, 'pairing.spent']);
    const { password } = opened(code, request, first.json());
    expect(await host.auth.credentials.verify('cellar', password)).toBe(true);
    host.clock.nowMs += minuteMs;
    expect((await pair(request)).json().code).toBe('pairing.expired');
  });

  it('makes one credential for two gateways that bring it at once', async () => {
    const { code } = await newCode({ gateway: 'twice' });
    const answers = await Promise.all([pair(requestOf(code, nonceOf(4))), pair(requestOf(code, nonceOf(5)))]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 409]);
  });

  it('expires after 15 minutes, and whoever has it is told so', async () => {
    const { code } = await newCode();
    host.clock.nowMs += 15 * minuteMs;
    const late = await pair(requestOf(code, nonceOf(6)));
    expect([late.statusCode, late.json().code]).toEqual([409, 'pairing.expired']);
  });

  it('can be ended', async () => {
    const { code, id } = await newCode();
    await call('DELETE', `pairings/${id}`);
    expect((await pair(requestOf(code, nonceOf(7)))).json().code).toBe('pairing.spent');
    expect((await call('DELETE', 'pairings/0123456789abcdef')).statusCode).toBe(404);
  });

  it('dies by five wrong ones, and then the right one is none either', async () => {
    const { code, id } = await newCode({ gateway: 'never' });
    for (let tries = 1; tries <= 5; tries++) {
      const wrong = await pair(requestOf('0000-0000-0000', nonceOf(tries)));
      expect([wrong.statusCode, wrong.json().code]).toEqual([403, 'pairing.wrongCode']);
      expect((await call('GET', `pairings/${id}`)).json().wrongTries).toBe(tries);
    }
    expect((await pair(requestOf(code, nonceOf(8)))).json().code).toBe('pairing.dead');
    expect(host.auth.credentials.has('never')).toBe(false);
  });

  it('whose proof is about something else is a wrong one', async () => {
    const { code, id } = await newCode();
    const request = requestOf(code, nonceOf(9));
    expect((await pair({ ...request, board: 'another' })).statusCode).toBe(403);
    expect((await pair({ ...request, nonce: toHex(nonceOf(10)) })).statusCode).toBe(403);
    await call('DELETE', `pairings/${id}`);
  });
});

describe('who guesses', () => {
  it('is stopped by his address after ten tries, and others are not', async () => {
    host.clock.nowMs += 60 * minuteMs;
    for (let tries = 0; tries < 10; tries++)
      expect((await pair(requestOf('0000-0000-0000', nonceOf(tries)), '192.0.2.1')).statusCode).toBe(403);
    const { code } = await newCode();
    const stopped = await pair(requestOf(code, nonceOf(1)), '192.0.2.1');
    expect(stopped.statusCode).toBe(429);
    expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(200);
    expect((await pair(requestOf(code, nonceOf(1)), '192.0.2.2')).statusCode).toBe(201);
  });

  it('from many addresses is stopped after sixty', async () => {
    host.clock.nowMs += 60 * minuteMs;
    const statuses: number[] = [];
    for (let tries = 0; tries < 61; tries++)
      statuses.push((await pair(requestOf('0000-0000-0000', nonceOf(tries)))).statusCode);
    expect(statuses.filter(status => status === 403)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(429);
    // Anybody may ask: the log tells of it now and then.
    const told = () => host.faults.filter(text => text.includes('throttled'));
    const before = told().length;
    for (let tries = 0; tries < 20; tries++) await pair({ ...requestOf('0000-0000-0000', nonceOf(1)) });
    expect(told().length).toBe(before);
    host.clock.nowMs += 60 * minuteMs;
  });

  it('with what is no request learns nothing of codes, and a large body is not read', async () => {
    const { id } = await newCode();
    for (const body of [{}, { v: 1 }, { ...requestOf('0000-0000-0000', nonceOf(1)), more: 1 }])
      expect((await pair(body)).statusCode).toBe(400);
    expect((await pair({ v: 1, nonce: 'x'.repeat(5000) })).statusCode).toBe(413);
    expect((await call('GET', `pairings/${id}`)).json().wrongTries).toBe(0);
    await call('DELETE', `pairings/${id}`);
  });
});

describe('names', () => {
  it('that nobody chose are those of the devices, with a number where one is taken', async () => {
    const named = async (byte: number) => {
      const { code } = await newCode();
      const request = requestOf(code, nonceOf(byte), { ...hello, device: 'gateway-77aa' });
      return opened(code, request, (await pair(request)).json()).gateway;
    };
    expect(await named(20)).toBe('gateway-77aa');
    // It has never come: the same device, which lost its answer for good.
    expect(await named(21)).toBe('gateway-77aa');
    host.fleet.connection('gateway-77aa', true);
    expect(await named(22)).toBe('gateway-77aa-2');
  });

  it('of a gateway that has a credential need to be asked for with renew, and the old password ends', async () => {
    const taken = await call('POST', 'pairings', { gateway: 'hall' });
    expect([taken.statusCode, taken.json().code]).toEqual([409, 'gateway.exists']);
    const before = await host.auth.credentials.issue('hall');
    const { code } = await newCode({ gateway: 'hall', renew: true });
    expect(await host.auth.credentials.verify('hall', before)).toBe(true);
    expect((await pair(requestOf(code, nonceOf(30)))).statusCode).toBe(201);
    expect(await host.auth.credentials.verify('hall', before)).toBe(false);
  });
});

it('no more codes are open than may be', async () => {
  host.clock.nowMs += 60 * minuteMs;
  for (let count = 0; count < 16; count++) await newCode();
  const refused = await call('POST', 'pairings', {});
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'pairing.tooMany']);
  host.clock.nowMs += 15 * minuteMs;
  await newCode();
});

it('a credential can be taken from a gateway', async () => {
  const password = await host.auth.credentials.issue('hall');
  expect((await call('GET', 'gateways/hall')).json().hasCredential).toBe(true);
  expect((await call('DELETE', 'gateways/hall/credential')).statusCode).toBe(204);
  expect(await host.auth.credentials.verify('hall', password)).toBe(false);
  expect((await call('GET', 'gateways/hall')).json().hasCredential).toBe(false);
  const rows = await host.store.all("SELECT * FROM gateway_credential WHERE gateway = 'hall'");
  expect(rows).toEqual([]);
  expect((await call('DELETE', 'gateways/nobody/credential')).statusCode).toBe(404);
});
