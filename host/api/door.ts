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
  const { hstsDays = 0 } = settings;
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
    const isSecure = request.protocol === 'https';
    const isKnown = hosts.knows(host);
    // Not looked for where nothing depends on it: this runs at each request.
    const plain = isKnown && (isSecure || !wantsTls) ? undefined : plainRow(method, url);
    // Gateways know the host by any name that leads there, and their messages prove themselves.
    if (!isKnown && plain?.isForGateways !== true) {
      done(strangeName(host));
      return;
    }
    if (isSecure && hsts !== undefined) reply.header('strict-transport-security', hsts);
    if (isSecure || !wantsTls) {
      done();
      return;
    }
    // Who sent them in plain has shown them to everybody: they open nothing here.
    delete raw.headers.cookie;
    delete raw.headers.authorization;
    if (plain !== undefined) done();
    else if ((method === 'GET' || method === 'HEAD') && url.startsWith('/')) {
      reply.redirect(`https://${host}${url}`, 308);
    } else done(new ApiFailure('tls.needed'));
  });
}

function strangeName(host: string): ApiFailure {
  const shown = host.slice(0, 80);
  return new ApiFailure('host.unknown', {
    message: `This host does not go by the name ${JSON.stringify(shown)}.`,
    field: 'host',
    help: `Open it by its IP address; or, where the name is yours, start it with --tls-hosts ${shown.split(':')[0]} (JOULEGATE_TLS_HOSTS).`,
  });
}
