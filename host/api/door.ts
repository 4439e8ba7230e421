import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AddressSet } from '../http/address-set.ts';
import { KnownHosts } from '../http/known-hosts.ts';
import { plainRow } from '../http/plain-side.ts';
import { hostLimits } from '../limits.ts';
import { httpListenOf } from '../settings.ts';
import { ApiFailure } from './errors.ts';
import type { Api, ApiParts } from './routes.ts';

/**
 * Before anything else is looked at: the name that the request is for must be one of this host's, and what comes in plain
 * to a host with TLS is led there, but for what `plainSide` lists.
 */
export function addDoor(api: Api, { settings, webTls }: Pick<ApiParts, 'settings' | 'webTls'>): void {
  const hosts = new KnownHosts({ settings, isInCertificate: webTls?.isFor });
  const wantsTls = httpListenOf(settings) === 'tls';
  const { hstsDays = 0, trustedProxies } = settings;
  const proxies = new AddressSet(trustedProxies?.split(',') ?? []);
  const hsts = hstsDays === 0 ? undefined : `max-age=${hstsDays * 86_400}`;
  api.addHook('onRequest', (request, reply, done) => {
    const { method, url, host, raw, access } = request;
    // A command of this machine comes by a socket of its own.
    if (access?.kind === 'host') {
      done();
      return;
    }
    if (url.length > hostLimits.httpUrlBytes.most) {
      const message = `The address is too long; at most ${hostLimits.httpUrlBytes.most} characters are allowed.`;
      done(new ApiFailure('path.tooLong', { message }));
      return;
    }
    const plain = plainRow(method, url);
    if (namesHostTwice(raw)) {
      done(new ApiFailure('request.broken', { field: 'host', help: 'Name one host.' }));
      return;
    }
    // Gateways know the host by any name that leads there, and their messages prove themselves.
    if (plain?.isForGateways !== true && !hosts.knows(host)) {
      refuse(strangeName(host), request, reply, done);
      return;
    }
    const isSecure = request.protocol === 'https';
    if (isSecure && hsts !== undefined) reply.header('strict-transport-security', hsts);
    if (isSecure || !wantsTls) {
      done();
      return;
    }
    // Who sent them in plain has shown them to everybody: they open nothing here.
    delete raw.headers.cookie;
    delete raw.headers.authorization;
    if (plain !== undefined) done();
    // Led to TLS it would come back by the same proxy, for ever.
    else if (raw.headers['x-forwarded-proto'] === 'https' && !proxies.has(raw.socket.remoteAddress)) {
      refuse(strangeProxy(request.ip), request, reply, done);
    } else if ((method === 'GET' || method === 'HEAD') && url.startsWith('/')) {
      reply.redirect(`https://${host}${url}`, 308);
    } else done(new ApiFailure('tls.needed'));
  });
}

/** A person reads what is wrong as a text, not as JSON. */
function refuse(
  failure: ApiFailure,
  { method, url, headers }: FastifyRequest,
  reply: FastifyReply,
  done: (failure: ApiFailure) => void,
): void {
  const isPage = method === 'GET' && !url.startsWith('/api') && headers.accept?.includes('text/html');
  const { message, help = '' } = failure.body;
  if (isPage)
    reply.code(failure.statusCode).type('text/plain; charset=utf-8').send(`${message}\n\n${help}\n`);
  else done(failure);
}

/** Who stands before this host may have looked at another one than it does (RFC 9112, 3.2). */
const namesHostTwice = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1;

function strangeName(host: string): ApiFailure {
  const shown = host.slice(0, 80);
  return new ApiFailure('host.unknown', {
    message: `This host does not go by the name ${JSON.stringify(shown)}.`,
    field: 'host',
    help: `Open it by its IP address; or, where the name is yours, start it with --tls-hosts ${shown.split(':')[0]} (JOULEGATE_TLS_HOSTS).`,
  });
}

function strangeProxy(address: string): ApiFailure {
  return new ApiFailure('tls.needed', {
    message: `A proxy at ${address}, which this host does not know, took this by TLS and handed it on in plain.`,
    help: `Start this host with --trusted-proxies ${address} (JOULEGATE_TRUSTED_PROXIES), or let the proxy speak TLS with it.`,
  });
}
