import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { httpListenOf, mqttListenOf } from '../settings.ts';
import { bad, type Finding, type Look, note, ok, type Patient } from './finding.ts';

const connectWithinMs = 3000;

interface Port {
  readonly about: string;
  readonly host: string;
  readonly port: number;
  readonly option: string;
}

/** Whether the ports answer, or are free where no host runs; an external broker is to be reached. */
export const lookAtPorts: Look = async patient => {
  const findings: Finding[] = [];
  for (const port of portsOf(patient)) findings.push(await lookAtPort(port, patient.health !== undefined));
  const { mqttUrl } = patient.settings;
  if (mqttUrl !== undefined) findings.push(await lookAtBroker(mqttUrl));
  return findings;
};

function portsOf({ settings }: Patient): Port[] {
  const { httpHost, httpPort, mqttHost, mqttPort, mqttTlsPort = 0 } = settings;
  const listen = mqttListenOf(settings);
  const ports: Port[] = [{ about: 'page', host: httpHost, port: httpPort, option: '--http-port' }];
  if (listen === 'plain' || listen === 'both')
    ports.push({ about: 'broker', host: mqttHost, port: mqttPort, option: '--mqtt-port' });
  if (listen === 'tls' || listen === 'both')
    ports.push({ about: 'broker, TLS', host: mqttHost, port: mqttTlsPort, option: '--mqtt-tls-port' });
  // Any free one: nobody can tell which.
  return ports.filter(({ port }) => port !== 0);
}

async function lookAtPort({ about, host, port, option }: Port, isRunning: boolean): Promise<Finding> {
  const place = `port ${port} of ${host}`;
  if (isRunning) {
    const why = await whyNoConnection(reached(host), port);
    if (why === undefined) return ok(about, `${place} answers`);
    return bad(about, `${place} does not answer: ${why}`, `does the host run with another ${option}?`);
  }
  const why = await whyNotFree(host, port);
  if (why === undefined) return ok(about, `${place} is free`);
  return bad(about, `the host could not listen on ${place}: ${why}`, `choose another with ${option}`);
}

async function lookAtBroker(url: string): Promise<Finding> {
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port) || (protocol === 'mqtts:' ? 8883 : 1883);
  const why = await whyNoConnection(hostname.replace(/^\[|\]$/g, ''), number);
  if (why === undefined) return ok('broker', `${url} can be reached`);
  return bad('broker', `${url} cannot be reached: ${why}`, 'is it running, and is --mqtt-url right?');
}

/** Who may come to the page, and whether what they send can be read on the way. */
export const lookAtReach: Look = async ({ settings }) => {
  const { httpHost } = settings;
  if (isOwnMachine(httpHost)) return [ok('reach', 'the page is for this machine alone')];
  if (httpListenOf(settings) === 'tls') return [ok('reach', 'the page is for the network, by TLS')];
  const what = 'the page is for the network without TLS: passwords can be read on the way';
  return [note('reach', what, 'leave --http-listen out, or put a proxy with TLS before it')];
};

const isOwnMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

const reached = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

async function whyNoConnection(host: string, port: number): Promise<string | undefined> {
  const socket = connect({ host, port, timeout: connectWithinMs });
  try {
    socket.on('timeout', () => socket.destroy(new Error(`no answer in ${connectWithinMs / 1000} s`)));
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    socket.destroy();
  }
}

async function whyNotFree(host: string, port: number): Promise<string | undefined> {
  const server = createServer().listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    server.close();
  }
}

const words: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it',
  EADDRNOTAVAIL: 'this is no address of this machine',
  EACCES: 'this user may not (below 1024 it takes CAP_NET_BIND_SERVICE)',
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such name',
};

const codeOf = (error: unknown): string => {
  const { code = '', message = String(error) }: { code?: unknown; message?: string } = {
    ...(typeof error === 'object' ? error : {}),
  };
  return words[String(code)] ?? (error instanceof Error ? error.message : message);
};
