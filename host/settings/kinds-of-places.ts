import { isIP } from 'node:net';
import { isAddressOrRange } from '../http/address-set.ts';
import { textKind } from './kinds.ts';

/** Names and addresses with commas between them; at most `most`, of `longest` characters each. */
export const hosts = (most = Number.POSITIVE_INFINITY, longest = Number.POSITIVE_INFINITY) =>
  textKind(text => {
    const each = text.split(',');
    if (!each.every(isHost))
      return 'host names and IP addresses with commas between them are allowed, such as energy.example,192.0.2.7';
    return each.length > most || each.some(host => host.length > longest)
      ? `at most ${most} are allowed, of ${longest} characters each`
      : undefined;
  });

/** An IP address, or a name as certificates have them: letters, digits, hyphens and dots. */
const isHost = (text: string): boolean =>
  isIP(text) !== 0 ||
  (text.length <= 253 &&
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(text));

/** Addresses and ranges of them, with commas between them. */
export const ranges = textKind(text =>
  text.split(',').every(isAddressOrRange)
    ? undefined
    : 'IP addresses and ranges with commas between them are allowed, such as 192.0.2.7,172.16.0.0/12',
);

/** Where gateways fetch: by plain HTTP, since images are signed and no secret goes with them. */
export const plainUrl = textKind(text => {
  const url = urlOf(text);
  return url?.protocol !== 'http:' || url.username !== '' || url.search !== '' || url.hash !== ''
    ? 'http:// with a host and a port is allowed, such as http://192.168.1.10:8080'
    : undefined;
});

/** An MQTT broker, without the secrets that have settings of their own. */
export const broker = textKind(text => {
  const url = urlOf(text);
  if (url === undefined || !['mqtt:', 'mqtts:'].includes(url.protocol) || url.hostname === '')
    return 'mqtt:// or mqtts:// with a host and a port is allowed, such as mqtt://192.0.2.7:1883';
  if (url.username !== '' || url.password !== '')
    return 'user and password are not allowed in it; give mqttUser (JOULEGATE_MQTT_USER) and mqttPassword (JOULEGATE_MQTT_PASSWORD)';
  return !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== ''
    ? 'nothing is allowed after the port'
    : undefined;
});

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
