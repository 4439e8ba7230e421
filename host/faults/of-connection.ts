import { type Fault, fault, otherFault } from './fault.ts';

/** Where a connection was to lead. */
export interface Place {
  readonly host: string;
  readonly port: number | string;
  /** What should listen there, where that is known. */
  readonly listener?: 'broker' | 'modbus' | 'tuya' | 'opcua';
}

/** What Node, OpenSSL, MQTT.js and nodemailer say, in any error's text or code (nodejs.org/api/errors and /tls), and what it means. */
const meanings: readonly (readonly [said: RegExp, means: (place: Place) => Fault])[] = [
  [
    /ECONNREFUSED/,
    ({ host, port, listener }) =>
      fault(listener === undefined ? 'port.refused' : `port.refused.${listener}`, { host, port }),
  ],
  [/ENOTFOUND|EAI_AGAIN/, ({ host }) => fault('name.unknown', { host })],
  [/EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/, ({ host }) => fault('host.unreached', { host })],
  [/ECONNRESET|EPIPE|socket hang up/, () => fault('connection.broken', {})],
  [/^connection closed$/, () => fault('connection.closed', {})],
  [
    /wrong version number|packet length too long|before secure TLS connection/i,
    ({ host, port }) => fault('tls.none', { host, port }),
  ],
  [
    /self.signed certificate|unable to (verify|get (local )?issuer)/i,
    ({ host }) => fault('certificate.untrusted', { host }),
  ],
  [/certificate (has expired|is not yet valid)/i, ({ host }) => fault('certificate.time', { host })],
  [/does not match certificate|altnames/i, ({ host }) => fault('certificate.name', { host })],
];

/** What an error of Node says. Of several addresses that were tried only the code tells. */
export const saidBy = ({ message, code, name }: NodeJS.ErrnoException): string => message || (code ?? name);

/** Why there is no connection; as it was said where nobody knows better. */
export const connectionFault = (said: string, place: Place): Fault =>
  meanings.find(([pattern]) => pattern.test(said))?.[1](place) ?? otherFault(said);

/** The same with what was said itself, for whoever knows better. */
export function connectionFaultSaid(said: string, place: Place): Fault {
  const told = connectionFault(said, place);
  if (told.code === 'other') return told;
  return { ...told, facts: { ...told.facts, said }, message: `${told.message} (${said})` };
}

const brokerPorts: Readonly<Record<string, string>> = Object.freeze({ 'mqtt:': '1883', 'mqtts:': '8883' });

/** The same of a connection to an MQTT broker. */
export function brokerFault(said: string, url: string): Fault {
  if (!URL.canParse(url)) return otherFault(said);
  const { hostname: host, port, protocol } = new URL(url);
  const place: Place = { host, port: port || (brokerPorts[protocol] ?? ''), listener: 'broker' };
  // It took the connection, and said nothing in time, or something else (MQTT.js and mqtt-packet).
  if (/connack timeout|keepalive timeout/i.test(said)) return fault('mqtt.mute', { host, port: place.port });
  // A broker may call what it refuses malformed.
  if (/^(?!Connection refused).*(header flag bits|unrecognized packet|malformed|cannot parse)/i.test(said))
    return fault('mqtt.other', { host, port: place.port });
  // The reason codes of MQTT 3.1.1 and 5 as MQTT.js names them; where to look stands behind them and is told by the code.
  const own = said.replace(/; see .*$/s, '');
  if (/not authorized|bad user ?name or password/i.test(own))
    return fault('mqtt.login', { host, said: own }, said);
  if (own.startsWith('may not hear ')) return fault('mqtt.rights', { host, said: own }, said);
  return connectionFault(said, place);
}
