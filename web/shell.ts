import './install.ts';

/** So often a page that stays open asks whether there is a newer one. */
const askMs = 60 * 60 * 1000;

/** Told at `newer`, once, when another version of the page than the one that runs has been kept. */
export const shell = new EventTarget();

async function register(): Promise<void> {
  // Relative to the document, so that it also works below a path of a reverse proxy.
  const url = new URL('service-worker.js', document.baseURI);
  const { serviceWorker } = navigator;
  // The first worker of a browser takes over a page that is as new as itself.
  let hadOne = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (hadOne) shell.dispatchEvent(new Event('newer'));
    hadOne = true;
  });
  try {
    const registration: ServiceWorkerRegistration | undefined = await serviceWorker.register(url);
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
  const soon = () => setTimeout(() => void register(), 1000);
  if (document.readyState === 'complete') soon();
  else addEventListener('load', soon, { once: true });
}
