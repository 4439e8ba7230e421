import { deepFreeze } from '#core/freeze.ts';

/** What the authority is fetched by before anybody trusts it, at every host that has one. */
export const authorityPath = '/ca.crt';

/**
 * All that a host with TLS answers over plain HTTP, and why nothing in it is worth listening to. Whatever else is asked for
 * is led to TLS, and a session or token that comes in plain is not looked at.
 */
export const plainSide = deepFreeze([
  {
    methods: ['POST'],
    path: /^\/api\/v1\/pair$/,
    why: 'proof of a code and an encrypted credential: see docs/protocol.md, Pairing',
    isForGateways: true,
  },
  {
    methods: ['GET'],
    path: /^\/api\/v1\/firmware\/[^/]+\/image$/,
    why: 'images hold no secret and are signed; the key in the address opens that image alone, for a day',
    isForGateways: true,
  },
  {
    methods: ['GET', 'HEAD'],
    path: /^\/api\/v1\/health$/,
    why: 'what strangers are told anyway, for whoever looks whether the host is there',
    isForGateways: false,
  },
  {
    methods: ['GET', 'HEAD'],
    path: /^\/ca\.crt$/,
    why: 'a certificate, which every TLS handshake shows; who takes it compares its fingerprint',
    isForGateways: false,
  },
]);

/** The row of what is asked for; `url` is that of the request, with its query. */
export function plainRow(method: string, url: string): (typeof plainSide)[number] | undefined {
  const [path = ''] = url.split('?');
  return plainSide.find(row => row.path.test(path) && row.methods.some(allowed => allowed === method));
}
