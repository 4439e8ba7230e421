import type { HostSettings, HttpListen } from './table.ts';

/** What page and API speak: TLS as soon as somebody else could listen to it. */
export const httpListenOf = ({ httpListen, httpHost }: HostSettings): HttpListen =>
  httpListen ?? (isOwnMachine(httpHost) ? 'plain' : 'tls');

const isOwnMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
