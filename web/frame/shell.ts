import './install.ts';

/** So often a page that stays open asks whether there is a newer one. */
const askMs = 60 * 60 * 1000;

class Shell extends EventTarget {
  isNewer = false;
}

/** Tells `newer` when another version of the page than the one that runs has been kept; `isNewer` says it later too. */
export const shell = new Shell();

/** What a document of the page is made of: names that change with their contents. */
const partsOf = (page: Document): string =>
  [...page.querySelectorAll('script[src], link[href]')]
    .map(part => part.getAttribute('src') ?? part.getAttribute('href'))
    .join();

/** Taken before anything is loaded that adds more. */
const ownParts = partsOf(document);

/** Another worker took over; a page that came from the network just now may be what that one keeps. */
async function tookOver(): Promise<void> {
  try {
    const index = await (await fetch(new URL('index.html', document.baseURI))).text();
    if (partsOf(new DOMParser().parseFromString(index, 'text/html')) === ownParts) return;
  } catch {
    // Not to be had: then it is told, and a reload does no harm.
  }
  shell.isNewer = true;
  shell.dispatchEvent(new Event('newer'));
}

/** From the start: a worker may take over before this page asks for one. */
function watch({ serviceWorker }: Navigator): void {
  // The first worker of a browser takes over a page that is as new as itself.
  let hadOne = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (hadOne) void tookOver();
    hadOne = true;
  });
  // A notification was clicked while this page is open.
  serviceWorker.addEventListener('message', ({ data }) => {
    const open: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'open') : undefined;
    if (typeof open === 'string' && open.startsWith('#/')) location.hash = open;
  });
}

async function register(): Promise<void> {
  // Relative to the document, so that it also works below a path of a reverse proxy.
  const url = new URL('service-worker.js', document.baseURI);
  try {
    const registration: ServiceWorkerRegistration | undefined = await navigator.serviceWorker.register(url);
    const ask = () => void registration?.update().catch(() => undefined);
    setInterval(ask, askMs);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) ask();
    });
  } catch {
    // Forbidden by the browser, or the host went away: the page works as well without.
  }
}

/**
 * Keeps the page on this device, so that it opens without network, once there is nothing better to do. Browsers do
 * that over HTTPS or for this machine alone.
 */
export function startShell(): void {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  watch(navigator);
  const soon = () => setTimeout(() => void register(), 1000);
  if (document.readyState === 'complete') soon();
  else addEventListener('load', soon, { once: true });
}
