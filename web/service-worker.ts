/**
 * Keeps what the page is made of (never what the host says), so that the page opens without network, and shows the alarms
 * that the host pushes. Its build puts
 * two lines before this file: which files there are, and a hash of their contents.
 */
declare const shellFiles: readonly string[];
declare const shellVersion: string;

/** Of the service worker's own surroundings, which TypeScript does not know beside those of a page. */
interface Extendable extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Pushed extends Extendable {
  readonly data: { text(): string } | null;
}
interface Clicked extends Extendable {
  readonly notification: Notification;
}
interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}
interface WorkerScope {
  readonly registration: {
    readonly scope: string;
    showNotification(title: string, options: NotificationOptions): Promise<void>;
  };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
  addEventListener(type: 'push', listener: (event: Pushed) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void;
}

const scope = self as unknown as WorkerScope;
const prefix = 'joulegate-shell-';
const current = `${prefix}${shellVersion}`;
/** A host that takes longer to give the page's few lines is as good as away. */
const patienceMs = 4000;

const home = new URL(scope.registration.scope);
const urls: ReadonlySet<string> = new Set(shellFiles.map(file => new URL(file, home).href));
const index = new URL('index.html', home).href;

/** All or nothing: where one file cannot be had, the version before stays. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(current);
  const isNamedByContent = (url: string) => url.startsWith(new URL('assets/', home).href);
  const requests = [...urls].map(
    url => new Request(url, { cache: isNamedByContent(url) ? 'default' : 'no-cache' }),
  );
  await cache.addAll(requests);
  await scope.skipWaiting();
}

/** The version before stays too: a page that was opened with it may still want its parts. */
async function forgetOld(): Promise<void> {
  const names = (await caches.keys()).filter(name => name.startsWith(prefix) && name !== current);
  await Promise.all(names.slice(0, -1).map(name => caches.delete(name)));
  await scope.clients.claim();
}

async function kept(url: string): Promise<Response | undefined> {
  // To open one makes it: a version whose turn is over would bring back what the next has forgotten.
  return (await caches.match(url, { cacheName: current })) ?? (await caches.match(url));
}

/** The newest that the host has; what was kept where it has none to give. */
async function fresh(request: Request, url: string): Promise<Response> {
  const copy = await kept(url);
  try {
    const signal = copy === undefined ? null : AbortSignal.timeout(patienceMs);
    const response = await fetch(request, { signal });
    // A proxy before a host that is down.
    return response.status >= 500 && copy !== undefined ? copy : response;
  } catch (error) {
    if (copy === undefined) throw error;
    return copy;
  }
}

/** What is named by its contents is the same for ever. */
const lasting = async (request: Request): Promise<Response> => (await kept(request.url)) ?? fetch(request);

/** The page's own address, with any view behind the #; documents of the API are none of this worker's business. */
const isHome = ({ mode, url }: Request): boolean => {
  const { origin, pathname } = new URL(url);
  return (
    mode === 'navigate' &&
    origin === home.origin &&
    (pathname === home.pathname || pathname === new URL(index).pathname)
  );
};

scope.addEventListener('install', event => event.waitUntil(keepShell()));
scope.addEventListener('activate', event => event.waitUntil(forgetOld()));
scope.addEventListener('fetch', event => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (isHome(request)) event.respondWith(fresh(request, index));
  else if (request.url.startsWith(new URL('assets/', home).href)) event.respondWith(lasting(request));
  else if (urls.has(request.url)) event.respondWith(fresh(request, request.url));
});

/** What the host pushes (`host/notify/push-payload.ts`). */
interface Payload {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly severity: string;
  readonly language: string;
  readonly open: string;
}

function payloadOf(text: string | undefined): Partial<Payload> {
  try {
    const payload: unknown = JSON.parse(text ?? '');
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    return {};
  }
}

/** Browsers take the permission away from who is pushed something and shows nothing. */
const show = ({ title, body, tag, severity, language, open }: Partial<Payload>): Promise<void> =>
  scope.registration.showNotification(title ?? 'Joulegate', {
    ...(body !== undefined && { body }),
    // One that comes again takes the place of its first, without a sound.
    ...(tag !== undefined && { tag }),
    ...(language !== undefined && { lang: language }),
    requireInteraction: severity === 'critical',
    icon: new URL('icons/icon-192.png', home).href,
    data: { open },
  });

/** Where a notification leads: a view of this page, whatever was pushed. */
function openedBy(data: unknown): string {
  const open = typeof data === 'object' && data !== null ? Reflect.get(data, 'open') : undefined;
  return typeof open === 'string' && open.startsWith('#/') ? open : '#/alarms';
}

/** A page that is open already goes there; else one is opened. */
async function openPage(hash: string): Promise<void> {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [page] = pages.filter(({ url }) => url.startsWith(home.href));
  if (page === undefined) {
    await scope.clients.openWindow(new URL(hash, home).href);
    return;
  }
  page.postMessage({ open: hash });
  await page.focus();
}

scope.addEventListener('push', event => event.waitUntil(show(payloadOf(event.data?.text()))));
scope.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(openPage(openedBy(event.notification.data)));
});
