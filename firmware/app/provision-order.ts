import { readCode } from '../core/pairing-code.ts';
import { encodeUtf8 } from '../core/utf8.ts';

/** What a person tells a new gateway; every field may be empty. */
export interface ProvisionOrder {
  readonly wifiName: string;
  readonly wifiPassword: string;
  /** Name or IPv4 address, with `:port` where it is not 8080; empty: the one that is found. */
  readonly host: string;
  /** Empty: the network alone. */
  readonly code: string;
}

/** Everything that can go wrong on the way to a host; the words for each are in `provision-words.ts`. */
export type ProvisionFault =
  | 'busy'
  | 'wifi.missing'
  | 'wifi.length'
  | 'wifi.password'
  | 'wifi.timeout'
  | 'host.form'
  | 'host.none'
  | 'host.many'
  | 'host.unreachable'
  | 'host.other'
  | 'host.false'
  | 'host.full'
  | 'code.form'
  | 'code.wrong'
  | 'code.spent'
  | 'code.expired'
  | 'code.dead'
  | 'code.tries'
  | 'store'
  | 'broker';

export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the page and the API of a host are unless somebody chose another port. */
export const usualHostPort = 8080;

/** A host as it may be typed or copied from a browser: `192.168.1.10`, `energy.local:8080`, `http://energy.local:8080/`. */
export function readHost(typed: string): HostAddress | undefined {
  const parts = /^(?:http:\/\/)?([A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}))(?::([0-9]{1,5}))?\/?$/.exec(
    typed.trim(),
  );
  const host = parts?.[1];
  const port = parts?.[2] === undefined ? usualHostPort : Number(parts[2]);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** What is wrong with an order before anything is tried. `hasWifi`: whether the gateway has WiFi to be told of. */
export function faultOf(order: ProvisionOrder, hasWifi: boolean): ProvisionFault | undefined {
  if (hasWifi) {
    if (order.wifiName === '') return 'wifi.missing';
    // IEEE 802.11: a name of 32 bytes; WPA: 8 to 63 characters, or a key of 64 hex digits.
    const passwordBytes = encodeUtf8(order.wifiPassword).length;
    if (encodeUtf8(order.wifiName).length > 32 || passwordBytes > 64) return 'wifi.length';
    if (passwordBytes > 0 && passwordBytes < 8) return 'wifi.length';
  }
  if (order.host.trim() !== '' && readHost(order.host) === undefined) return 'host.form';
  return order.code !== '' && readCode(order.code) === undefined ? 'code.form' : undefined;
}
