/** This browser and its push service, apart from how it is shown. */

export type PushProblem = 'insecure' | 'unsupported' | 'denied' | 'noWorker' | 'failed' | 'dismissed';

export class PushRefused extends Error {
  readonly problem: PushProblem;

  constructor(problem: PushProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** What keeps this browser from being signed up, as far as it is known before anybody is asked. */
export function pushProblem(): PushProblem | null {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window))
    return 'unsupported';
  return Notification.permission === 'denied' ? 'denied' : null;
}

const registration = async (): Promise<ServiceWorkerRegistration | undefined> =>
  pushProblem() === 'insecure' || !('serviceWorker' in navigator)
    ? undefined
    : navigator.serviceWorker.getRegistration(document.baseURI);

export interface Subscribed {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** The browser asks the person, then its push service. @throws PushRefused */
export async function subscribe(publicKey: string): Promise<Subscribed> {
  const problem = pushProblem();
  if (problem !== null) throw new PushRefused(problem);
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') throw new PushRefused(permission === 'denied' ? 'denied' : 'dismissed');
  const registered = await registration();
  if (registered === undefined) throw new PushRefused('noWorker');
  try {
    const before = await registered.pushManager.getSubscription();
    // One for other keys of the host is of no use.
    if (before !== null && !isFor(before, publicKey)) await before.unsubscribe();
    const made = await registered.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(publicKey),
    });
    const { endpoint, keys } = made.toJSON();
    if (endpoint === undefined || keys?.p256dh === undefined || keys.auth === undefined)
      throw new PushRefused('failed');
    return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
  } catch (error) {
    throw error instanceof PushRefused ? error : new PushRefused('failed');
  }
}

/** Ends the subscription of this browser; harmless where there is none. */
export async function unsubscribe(): Promise<void> {
  const known = await (await registration())?.pushManager?.getSubscription();
  await known?.unsubscribe();
}

/** By what the host knows this browser; null where it has no subscription. */
export async function ownMark(): Promise<string | null> {
  const known = await (await registration())?.pushManager?.getSubscription();
  return known == null ? null : markOf(known.endpoint);
}

/** The same as the host makes it: the first 32 digits of the address's SHA-256. */
export async function markOf(endpoint: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint));
  const digits = [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0'));
  return digits.join('').slice(0, 32);
}

/** Base64url as bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const padded = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(padded), letter => letter.charCodeAt(0));
}

function isFor({ options }: PushSubscription, publicKey: string): boolean {
  const key = options.applicationServerKey;
  if (key === null) return false;
  const wanted = bytesOf(publicKey);
  return (
    wanted.length === key.byteLength && new Uint8Array(key).every((byte, index) => byte === wanted[index])
  );
}
