import { fault } from '../../faults/fault.ts';
import { messageOf } from '../../message-of.ts';
import { Type } from '../../typebox.ts';
import { defineChannelKind, type Outgoing, type SendContext } from '../channel-kind.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { PushBrowser, PushReceivers, Subscription, VapidKeys } from '../push-browsers.ts';
import { pushPayloadOf } from '../push-payload.ts';
import { sendHttp } from '../send-http.ts';

/** A push service keeps it so long for a browser that is away: after a day nobody wants to hear of it. */
const keptS = 86_400;
/** So long the others of a channel wait for one that is not reached; from then on it is tried once with each message. */
const waitedForMs = 120_000;
/** Whom a push service may turn to: some ask for one (RFC 8292, section 2.1). It says nothing of this house. */
const contact = 'mailto:push@joulegate.invalid';

/** Messages to browsers, also to those that are shut: Web Push (RFC 8030), encrypted (RFC 8291), signed (RFC 8292). */
export const webPush = defineChannelKind({
  id: 'web-push',
  name: { en: 'Browsers and phones', de: 'Browser und Telefone', pt: 'Navegadores e telefones' },
  about: {
    en: 'Notifications on each device that signs up on this page, also while the page is shut.',
    de: 'Mitteilungen auf jedem Gerät, das sich auf dieser Seite anmeldet, auch wenn die Seite zu ist.',
    pt: 'Notificações em cada dispositivo que se inscreve nesta página, também com a página fechada.',
  },
  fields: [],
  settings: Type.Object({}, { additionalProperties: false }),
  async send(_settings, message, context) {
    const { browsers } = context;
    const all = browsers.list();
    if (all.length === 0) throw new DeliveryError(fault('push.nobody', {}), { isFinal: true });
    const payload = pushPayloadOf(message.id, message, message.notices, message.language);
    const told = await Promise.all(all.map(browser => tellBrowser(browser, payload, message, context)));
    const said = told.map(({ label, said }) => `${label}: ${said}`).join('; ');
    const why = fault('push.failed', { said }, said);
    const failed = told.filter(({ is }) => is !== 'told');
    const isTold = told.some(({ is }) => is === 'told');
    // Where nobody was reached it may be the host that is away: then all are waited for.
    const waits = told.filter(({ is }) => is === 'waits' || (is === 'away' && !isTold));
    if (waits.length > 0) {
      const askedMs = Math.max(...waits.map(each => each.retryAfterMs ?? 0));
      const retryAfterMs = isTold ? Math.min(askedMs, waitedForMs) : askedMs;
      throw new DeliveryError(why, { ...(retryAfterMs > 0 && { retryAfterMs }) });
    }
    if (failed.length === told.length) throw new DeliveryError(why, { isFinal: true });
    return said;
  },
});

/** waits: worth another try. away: not reached for long. gone: it was removed. refused: nothing helps. */
interface Told {
  readonly label: string;
  readonly is: 'told' | 'waits' | 'away' | 'gone' | 'refused';
  readonly said: string;
  readonly retryAfterMs?: number | undefined;
}

async function tellBrowser(
  browser: PushBrowser & Subscription,
  payload: string,
  { id, severity, atMs }: Outgoing,
  { browsers, signal }: SendContext,
): Promise<Told> {
  const { label } = browser;
  if (browsers.has(browser.id, id)) return { label, is: 'told', said: 'has it already' };
  try {
    const request = await requestTo(browser, payload, await browsers.keys(), severity === 'critical');
    const said = await sendHttp(
      { ...request, secret: new URL(browser.endpoint).pathname },
      { reach: browsers.reach, signal },
    );
    browsers.note(browser.id, id);
    return { label, is: 'told', said };
  } catch (error) {
    if (!(error instanceof DeliveryError)) return { label, is: 'refused', said: messageOf(error) };
    return failed(browser, error, browsers, atMs);
  }
}

async function failed(
  { id, label }: PushBrowser,
  { status, message, retryAfterMs }: DeliveryError,
  browsers: PushReceivers,
  atMs: number,
): Promise<Told> {
  // RFC 8030, section 7.3: the subscription has ended.
  if (status === 404 || status === 410) {
    await browsers.remove(id);
    return {
      label,
      is: 'gone',
      said: `its subscription has ended (${status}), so it was removed; sign it up again`,
    };
  }
  const isRefused = status !== undefined && status >= 400 && status < 500 && status !== 429;
  if (isRefused) return { label, is: 'refused', said: message };
  const isAway = atMs - browsers.notReached(id, atMs) >= waitedForMs;
  return { label, is: isAway ? 'away' : 'waits', said: message, retryAfterMs };
}

async function requestTo(
  { endpoint, p256dh, auth }: Subscription,
  payload: string,
  { publicKey, privateKey }: VapidKeys,
  isUrgent: boolean,
): Promise<{ url: string; headers: Record<string, string>; body: Buffer }> {
  const { default: library } = await import('web-push');
  const { headers, body } = library.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    vapidDetails: { subject: contact, publicKey, privateKey },
    TTL: keptS,
    urgency: isUrgent ? 'high' : 'normal',
    contentEncoding: 'aes128gcm',
  });
  const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { url: endpoint, headers: Object.fromEntries(texts), body };
}
