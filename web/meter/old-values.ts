import { html, nothing, type TemplateResult } from 'lit';
import type { Meter } from '../../host/api/contract.ts';
import { formatAgo } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { icon } from '../parts/icons.ts';
import { freshForMs } from '../site/balance.ts';

/** Whether its newest values are none of now; also where it has none. */
export const isOld = ({ latest, windowS }: Pick<Meter, 'latest' | 'windowS'>, nowMs: number): boolean =>
  latest === null || nowMs - latest.atMs > freshForMs(windowS);

/** How old the newest values of a meter are, where that is too old to be called now; else null. */
export const oldText = (meter: Pick<Meter, 'latest' | 'windowS'>, nowMs: number): string | null =>
  meter.latest === null || !isOld(meter, nowMs)
    ? null
    : words().meterPage.values.old(formatAgo(nowMs - meter.latest.atMs, locale()));

/** To stand beside what is drawn of old values. */
export const oldNote = (text: string | null): TemplateResult | typeof nothing =>
  text === null ? nothing : html`<p class="small stale">${icon('wait', 18)}<span>${text}</span></p>`;
