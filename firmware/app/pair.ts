import { fromBase64 } from '../core/base64.ts';
import { fromHex, toHex } from '../core/bytes.ts';
import { hmacUnder } from '../core/hmac.ts';
import { jsonText } from '../core/json.ts';
import { nonceBytes, pairingSecret, proofOf, unseal } from '../core/pairing.ts';
import { type PairGrant, type PairHello, pairAnswerRule, pairGrantRule } from '../core/pairing-messages.ts';
import { conforms } from '../core/rules.ts';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import type { Cancel, Ports } from '../ports.ts';
import type { HostAddress, ProvisionFault } from './provision-order.ts';

export type PairPorts = Pick<Ports, 'random' | 'store' | 'crypto' | 'http'>;

export type PairOutcome =
  | { readonly ok: true; readonly grant: PairGrant }
  | { readonly ok: false; readonly fault: ProvisionFault; readonly detail: string };

const deviceKey = 'device';
const deviceKeyBytes = 32;

/** What the host's refusals mean to a person (`host/api/error-table.ts`). */
const faults: Readonly<Record<string, ProvisionFault>> = Object.freeze({
  'pairing.wrongCode': 'code.wrong',
  'pairing.spent': 'code.spent',
  'pairing.expired': 'code.expired',
  'pairing.dead': 'code.dead',
  'pairing.tooManyTries': 'code.tries',
  'gateways.tooMany': 'host.full',
});

/**
 * Pairs with a host by a code (12 letters, as `readCode` gives it): proves to have it, and takes what the host gives only
 * where the host proves the same. The nonce is a function of this gateway and the code, so that one whose power was cut
 * before it had stored the answer gets the same answer again.
 */
export function pairWith(
  ports: PairPorts,
  { host, port }: HostAddress,
  code: string,
  hello: PairHello,
  done: (outcome: PairOutcome) => void,
): Cancel {
  const { http, crypto } = ports;
  const sha256 = () => crypto.sha256();
  const fail = (fault: ProvisionFault, detail = '') => done({ ok: false, fault, detail });
  if (http === undefined) {
    fail('host.unreachable', 'this machine has no HTTP');
    return () => {};
  }
  const secret = pairingSecret(sha256, code);
  const nonce = hmacUnder(sha256, keyOfDevice(ports))(encodeUtf8(code)).slice(0, nonceBytes);
  const proof = proofOf(sha256, secret, nonce, hello);
  const { device, chip, board, firmware } = hello;
  const request = { v: 1, nonce: toHex(nonce), device, chip, board, firmware, proof: toHex(proof) };
  return http.post(`http://${host}:${port}/api/v1/pair`, jsonText(request), (status, body) => {
    if (status === 0) {
      fail('host.unreachable', body);
      return;
    }
    const answer = parsed(body);
    if (status !== 201 || !conforms(pairAnswerRule, answer)) {
      fail(faults[codeIn(answer)] ?? 'host.other', `HTTP status ${status}`);
      return;
    }
    const plain = unseal(
      sha256,
      secret,
      { gateway: nonce, host: fromHex(answer.nonce) ?? nonce, proof },
      {
        sealed: fromBase64(answer.sealed) ?? new Uint8Array(0),
        tag: fromHex(answer.tag) ?? new Uint8Array(0),
      },
    );
    const grant = plain === undefined ? undefined : parsed(decodeUtf8(plain) ?? '');
    if (grant !== undefined && conforms(pairGrantRule, grant)) done({ ok: true, grant });
    else fail('host.false');
  });
}

/** Keeps who the gateway is from now on; `findIdentity` reads it at the next start. */
export function keepIdentity(
  { store }: Pick<Ports, 'store'>,
  { gateway, password, port, broker, caDer, timeServers }: PairGrant,
  reached: string,
  wifi: { readonly name: string; readonly password: string } | undefined,
): void {
  const identity = {
    gateway,
    password,
    broker: broker ?? reached,
    port,
    ...(wifi && { wifiName: wifi.name }),
    ...(wifi && wifi.password !== '' && { wifiPassword: wifi.password }),
    ...(timeServers && timeServers.length > 0 && { timeServers }),
    ...(caDer !== undefined && { caDer }),
  };
  store.write('identity', encodeUtf8(jsonText(identity)));
}

/** A name of the device's own until somebody gives it another; the same until it forgets everything. */
export function deviceName(ports: Omit<PairPorts, 'http'>): string {
  const mark = hmacUnder(() => ports.crypto.sha256(), keyOfDevice(ports))(encodeUtf8('name'));
  return `gateway-${toHex(mark.subarray(0, 2))}`;
}

/** Random, made once and forgotten with the factory reset. */
function keyOfDevice({ store, random }: Pick<Ports, 'store' | 'random'>): Uint8Array {
  const kept = store.read(deviceKey);
  if (kept?.length === deviceKeyBytes) return kept;
  const key = random.bytes(deviceKeyBytes);
  store.write(deviceKey, key);
  return key;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const codeIn = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'code' in answer ? String(answer.code) : '';
