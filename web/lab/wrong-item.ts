import { html, nothing, type TemplateResult } from 'lit';
import type { LabRunning, LabValues } from '../../simulator/control/contract.ts';
import { locale } from '../i18n/language.ts';
import { choiceName, clockText, happeningName, labWords, optionName, optionUnit } from './lab-language.ts';

/** What a happening was begun with, in words: `Share of wrong bits 0.01`. */
export function valuesText(values: LabValues): string {
  const { all } = labWords();
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: 6 });
  return Object.entries(values)
    .flatMap(([name, value]) => {
      if (value === null || typeof value === 'boolean') return value === true ? [optionName(name)] : [];
      if (typeof value === 'number') {
        const unit = optionUnit(name);
        const shown = number.format(value);
        return [`${optionName(name)} ${unit === undefined ? shown : `${shown} ${unit}`}`];
      }
      const text =
        typeof value === 'string' ? choiceName(value) : value.length === 0 ? all : value.join(', ');
      return [`${optionName(name)} ${text}`];
    })
    .join(' · ');
}

export interface WrongItem {
  readonly running: LabRunning;
  /** The name of its part. */
  readonly part: string;
  /** The laboratory's time. */
  readonly nowMs: number;
  readonly isBusy: boolean;
  readonly end: () => void;
}

/** Something that is wrong, for how long still, and the button that mends it. */
export function wrongItem({ running, part, nowMs, isBusy, end }: WrongItem): TemplateResult {
  const own = labWords();
  const name = happeningName(running.what);
  const text = valuesText(running.values);
  const { untilMs, sinceMs } = running;
  const time =
    untilMs === null ? own.since(clockText(nowMs - sinceMs)) : own.left(clockText(untilMs - nowMs));
  return html`<li class="wrong">
    <span class="words">
      <strong>${name}</strong>
      ${text === '' ? nothing : html`<span class="small">${text}</span>`}
    </span>
    <span class="time" role="timer">${time}</span>
    <button ?disabled=${isBusy} aria-label=${own.endWhat(name, part)} @click=${end}>${own.end}</button>
  </li>`;
}
