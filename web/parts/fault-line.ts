import { html, nothing, type TemplateResult } from 'lit';
import type { Why } from '../../host/api/contract.ts';
import { faultText } from '../fault-text.ts';
import { words } from '../i18n/language.ts';

/** A fault in the page's words, and beside it what the other side or a machine said in its own (English). */
export function faultLine(message: string, why: Why | null | undefined): TemplateResult {
  const { text, isOwn, said } = faultText(message, why, words().faults);
  return html`<span lang=${isOwn ? nothing : 'en'}>${text}</span>${said === null ? nothing : html` <q lang="en">${said}</q>`}`;
}
