import { expect, it } from 'vitest';
import { fieldName } from '../../../web/gateways/field-names.ts';
import { de } from '../../../web/i18n/de.ts';
import { en } from '../../../web/i18n/en.ts';
import { pt } from '../../../web/i18n/pt.ts';

it.each([
  ['line bus: baud', 'Line bus: Baud', 'Leitung bus: Baud'],
  ['meter grid: profile', 'Meter grid: Profile', 'Zähler grid: Profil'],
  ['meters[2].address', 'Meter 3: Address', 'Zähler 3: Adresse'],
  ['lines.bus.baud', 'Line bus: Baud', 'Leitung bus: Baud'],
  ['meters.grid.windowS', 'Meter grid: Window, s', 'Zähler grid: Zeitfenster, s'],
  ['alarms.high.threshold', 'Rule high: Threshold', 'Regel high: Schwelle'],
  // What the form does not have is told as it came.
  ['meter grid: shuntOhm', 'Meter grid: shuntOhm', 'Zähler grid: shuntOhm'],
  ['version', 'version', 'version'],
])('%s is called as in the form of the settings, in the language of the page', (field, english, german) => {
  expect(fieldName(field, en)).toBe(english);
  expect(fieldName(field, de)).toBe(german);
  expect(fieldName(field, pt).length).toBeGreaterThan(0);
});
