import type { Notice } from './notice.ts';
import { beginningOf, type Content } from './templates.ts';

/** What the page's service worker shows. */
export interface PushPayload {
  readonly title: string;
  readonly body: string;
  /** Of its message: one that comes again takes its own place. */
  readonly tag: string;
  readonly severity: Content['severity'];
  readonly language: string;
  /** What a click opens, within the page. */
  readonly open: string;
}

/**
 * A push service takes 4096 bytes (RFC 8030, section 7.2), of which encryption needs 103 (RFC 8291, section 4). Half of
 * that is more than a lock screen shows.
 */
const mostBytes = 2048;

/** Title, text and where it leads, in so few bytes that every push service takes them. Nothing in it is secret. */
export function pushPayloadOf(
  id: string,
  { title, text, severity }: Pick<Content, 'title' | 'text' | 'severity'>,
  notices: readonly Notice[],
  language: string,
): string {
  const lines = text.trim().split('\n');
  // What it is stands in the title already.
  const body = (notices.length === 1 ? lines.slice(1) : lines).join('\n');
  const payload: PushPayload = { title, body, tag: id, severity, language, open: openedBy(notices) };
  const whole = JSON.stringify(payload);
  if (Buffer.byteLength(whole) <= mostBytes) return whole;
  const over = JSON.stringify({ ...payload, body: '' });
  return JSON.stringify({ ...payload, body: cut(body, mostBytes - Buffer.byteLength(over) - 2) });
}

/** The beginning of a text that is so many bytes of JSON at most, and says that there was more. */
function cut(text: string, bytes: number): string {
  let end = text.length;
  const shown = () => `${beginningOf(text, end)}…`;
  while (end > 0 && Buffer.byteLength(JSON.stringify(shown())) > bytes) end = Math.floor(end * 0.9);
  return shown();
}

/** An event where it is one, else all of them. */
function openedBy(notices: readonly Notice[]): string {
  const [first] = notices;
  if (first === undefined || first.kind === 'test') return '#/alarms';
  const events = new Set(notices.map(({ id }) => eventOf(id)));
  const query = new URLSearchParams();
  if (events.size === 1) query.set('event', eventOf(first.id));
  const sites = new Set(notices.map(({ site }) => site));
  if (sites.size === 1 && first.site !== null) query.set('site', first.site);
  return query.size === 0 ? '#/alarms' : `#/alarms?${query}`;
}

/** A notice is called after its event and what became of it. */
const eventOf = (notice: string): string => notice.split('.', 1)[0] ?? notice;
