import { setupCodeMs } from './auth/setup-code.ts';
import { type Host, portOf } from './main.ts';

type Print = (line: string) => void;

/** Tells on the terminal where the host is and, while it has no account, the code to make one. */
export interface Announcements {
  /** A code for the first account. */
  setup(code: string): void;
  listening(host: Host): void;
}

/** One JSON object per line, for programs that start a host. */
export const jsonAnnouncements = (print: Print): Announcements => ({
  setup: code => print(JSON.stringify({ event: 'setup', code })),
  listening({ url, broker }) {
    const httpPort = portOf(url);
    print(JSON.stringify({ event: 'listening', httpPort, mqttPort: broker.port }));
  },
});

/** For people. */
export const textAnnouncements = (print: Print): Announcements => ({
  setup: code =>
    print(
      [
        'This host has no account yet. Open the page and make one with this code:',
        '',
        `    ${code}`,
        '',
        `It is good for ${setupCodeMs / 60_000} minutes; then a new one is printed here.`,
        '',
      ].join('\n'),
    ),
  listening: ({ url, settings, broker, tls }) =>
    print(
      [
        'Joulegate runs. Ctrl-C ends it.',
        '',
        `  page and API  ${url}`,
        `  gateways      ${broker.url}`,
        `  data          ${settings.dataDir}`,
        ...aboutAuthority(url, settings, tls),
        '',
      ].join('\n'),
    ),
});

/** By what a person knows that the authority they let a browser trust is this host's: a line of its own to compare with. */
function aboutAuthority(url: string, { tlsCertFile }: Host['settings'], tls: Host['tls']): string[] {
  if (!url.startsWith('https:') || tlsCertFile !== undefined || tls === undefined) return [];
  return [
    '',
    'A browser warns until it trusts the authority of this host (docs/security.md). SHA-256 of /ca.crt:',
    '',
    ...(tls.caFingerprint.match(/.{1,48}/g) ?? []).map(part => `    ${part.replace(/:$/, '')}`),
  ];
}

/**
 * Announces a code, and a new one each time it has run out, until there is an account. Gives back what stops it.
 */
export function announceSetup({ auth }: Host, { setup }: Announcements): () => void {
  const announce = () => {
    if (auth.accounts.exist) clearInterval(timer);
    else setup(auth.setupCode.renew());
  };
  const timer = setInterval(announce, setupCodeMs);
  announce();
  return () => clearInterval(timer);
}
