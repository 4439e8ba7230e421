import { toHex } from '../core/bytes.ts';
import { readForm } from '../core/form.ts';
import { isSame } from '../core/hmac.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import type { HttpRequest, HttpResponse } from '../ports.ts';
import type { Provisioning } from './provision.ts';
import { provisionPage } from './provision-page.ts';
import { languageOf, wordsOf } from './provision-words.ts';

export interface ProvisionServerOptions {
  readonly provisioning: Pick<
    Provisioning,
    'begin' | 'state' | 'isBusy' | 'fault' | 'detail' | 'wifiName' | 'hosts'
  >;
  readonly device: string;
  readonly hasWifi: boolean;
  /** 16 random bytes. */
  readonly token: Uint8Array;
  /** Where a person is led who asked for another site: the page's address on the access point. */
  readonly home: string;
  readonly networks: () => readonly { readonly name: string; readonly rssiDbm: number }[];
  readonly scan: () => void;
}

/**
 * Answers on the access point and, once it is joined, on the network. Whatever name was asked for leads to the page by its
 * address: that is how phones notice a captive page, and why no foreign site can get at it by a name that points here. A
 * form must bring the token that only the page holds.
 */
export function provisionAnswer(options: ProvisionServerOptions, request: HttpRequest): HttpResponse {
  const { provisioning, token } = options;
  if (!isAddress(request.headers.get('host') ?? '')) return led(302, options.home);
  const [path] = request.path.split('?');
  if (path !== '/') return led(302, '/');
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (request.path === '/?scan') {
      options.scan();
      return led(303, '/');
    }
    return page(options, request);
  }
  if (request.method !== 'POST') return plain(405, 'GET and POST are allowed.', [['allow', 'GET, POST']]);
  const form = readForm(request.body);
  if (form === undefined) return plain(400, 'This is no form.');
  const text = (name: string) => form.get(name) ?? '';
  if (!isSame(encodeUtf8(text('token')), encodeUtf8(toHex(token))))
    return plain(403, 'This form is not of this page. Load the page anew.');
  provisioning.begin({
    wifiName: text('wifiName'),
    wifiPassword: text('wifiPassword'),
    host: text('host'),
    code: text('code'),
  });
  return led(303, '/');
}

function page(options: ProvisionServerOptions, { headers }: HttpRequest): HttpResponse {
  const { provisioning, device, hasWifi, token, networks } = options;
  const { state, isBusy, fault, detail, wifiName, hosts } = provisioning;
  const language = languageOf(headers.get('accept-language'));
  const view = {
    language,
    device,
    token: toHex(token),
    state,
    isBusy,
    fault,
    detail,
    hasWifi,
    wifiName,
    hosts,
  };
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: provisionPage({ ...view, networks: networks() }, wordsOf(language)),
    headers: pageHeaders,
  };
}

/** An IPv4 address or `localhost`, with a port or without. */
function isAddress(host: string): boolean {
  const name = host.split(':')[0] ?? '';
  if (name === 'localhost') return true;
  const parts = name.split('.');
  return parts.length === 4 && parts.every(part => /^[0-9]{1,3}$/.test(part) && Number(part) <= 255);
}

type Headers = readonly (readonly [string, string])[];

const pageHeaders: Headers = Object.freeze([
  Object.freeze(['cache-control', 'no-store'] as const),
  Object.freeze(['x-content-type-options', 'nosniff'] as const),
  Object.freeze(['referrer-policy', 'no-referrer'] as const),
  Object.freeze([
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  ] as const),
]);

const led = (status: number, to: string): HttpResponse => plain(status, to, [['location', to]]);

const plain = (status: number, body: string, more: Headers = []): HttpResponse => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
  headers: [['cache-control', 'no-store'], ...more],
});
