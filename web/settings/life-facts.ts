import { html, type TemplateResult } from 'lit';
import { currentSession } from '../access.ts';
import { formatHourAgo, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { hostNow } from '../site/clock.ts';

interface Life {
  readonly user: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** To the hour, as the host notes it. */
  readonly lastUsedMs: number | null;
}

/** Whose a token or a link is, when it was made and used, and when it ends or has ended. */
export function lifeFacts({ user, createdMs, expiresMs, lastUsedMs }: Life): TemplateResult {
  const { when } = words().account;
  const nowMs = hostNow();
  const isOver = expiresMs <= nowMs;
  const time = (atMs: number) => formatTime(atMs, 'dayTimeYear', locale());
  const facts = [
    ...(user === currentSession()?.user ? [] : [when.by(user)]),
    when.made(time(createdMs)),
    lastUsedMs === null ? when.neverUsed : when.used(formatHourAgo(lastUsedMs, nowMs, locale())),
  ];
  return html`<p class="small muted number">${facts.join(' · ')} ·
    <span class=${isOver ? 'over' : ''}>${isOver ? when.over(time(expiresMs)) : when.until(time(expiresMs))}</span></p>`;
}
