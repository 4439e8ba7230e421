/** Where a connection was to lead. */
export interface Place {
  readonly host: string;
  readonly port: number | string;
  /** What else may be so where nobody listens, behind `whether`. */
  readonly listener: string;
}

type Words = (place: Place) => string;
const untrusted: Words = ({ host }) =>
  `the certificate of ${host} is signed by nobody whom this host trusts; name the file of its authority in NODE_EXTRA_CA_CERTS and start the host anew`;

/** What Node and OpenSSL say (nodejs.org/api/errors and /tls), in any error's text or code, and what it means for people. */
const meanings: readonly (readonly [said: RegExp, words: Words])[] = Object.freeze([
  [
    /ECONNREFUSED/,
    ({ host, port, listener }) =>
      `${host} is there and takes no connection on port ${port}; see the port, and whether ${listener}`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    ({ host }) => `the name ${host} is not known on this network; see its spelling, or take the IP address`,
  ],
  [
    /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/,
    ({ host }) => `${host} is not reached from here; see whether it is on, and its address`,
  ],
  [/ECONNRESET|EPIPE|socket hang up/, () => 'the other side broke the connection off'],
  [
    /wrong version number|packet length too long|before secure TLS connection/i,
    ({ host, port }) =>
      `${host} speaks no TLS on port ${port}; see the port, or take the address without TLS`,
  ],
  [/self.signed certificate|unable to (verify|get (local )?issuer)/i, untrusted],
  [
    /certificate (has expired|is not yet valid)/i,
    ({ host }) => `the certificate of ${host} holds for another time than now; see the clocks, and renew it`,
  ],
  [
    /does not match certificate|altnames/i,
    ({ host }) => `the certificate of ${host} is of another name; take the name that it is made out to`,
  ],
]);

/** What an error of Node says. Of several addresses that were tried only the code tells. */
export const saidBy = ({ message, code, name }: NodeJS.ErrnoException): string => message || (code ?? name);

/** Why there is no connection, in words for people: what, where, what to do. As it was said where nobody knows better. */
export function connectionWords(said: string, place: Place): string {
  return meanings.find(([pattern]) => pattern.test(said))?.[1](place) ?? said;
}

const brokerPorts: Readonly<Record<string, string>> = Object.freeze({ 'mqtt:': '1883', 'mqtts:': '8883' });

/** The same of a connection to an MQTT broker. */
export function brokerWords(said: string, url: string): string {
  if (!URL.canParse(url)) return said;
  const { hostname: host, port, protocol } = new URL(url);
  const place = { host, port: port || (brokerPorts[protocol] ?? ''), listener: 'the broker runs' };
  // It took the connection, and said nothing or something else (MQTT.js and mqtt-packet).
  if (/connack timeout|header flag bits|unknown packet|malformed/i.test(said))
    return `${host} speaks no MQTT on port ${place.port}; see the port`;
  return connectionWords(said, place);
}
