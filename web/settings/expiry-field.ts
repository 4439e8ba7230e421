import type { TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { choiceField } from '../parts/choice-field.ts';
import { hostNow } from '../site/clock.ts';

const dayMs = 86_400_000;
/** Nothing is let in for longer than a year. */
const expiryDays = Object.freeze(['1', '7', '30', '90', '365'] as const);
export type ExpiryDays = (typeof expiryDays)[number];

export const expiryAtMs = (days: ExpiryDays): number => Math.floor(hostNow() + Number(days) * dayMs - 60_000);

/** For how long something is good. */
export const expiryField = (chosen: ExpiryDays, choose: (days: ExpiryDays) => void): TemplateResult => {
  const { until, days } = words().account.form;
  return choiceField(
    'expiry',
    until,
    chosen,
    expiryDays.map(id => [id, days[id]]),
    ({ value }) => choose(expiryDays.find(id => id === value) ?? chosen),
  );
};
