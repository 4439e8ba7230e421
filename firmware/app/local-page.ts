import { isQuantityId, quantities } from '../core/quantities.ts';
import type { LocalMeter, LocalStatus } from './local-help.ts';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:44rem;padding:0 1rem}' +
  'table{border-collapse:collapse;width:100%}td,th{padding:.25rem .5rem;text-align:left;border-top:1px solid #ccc}' +
  'td:last-child{text-align:right;font-variant-numeric:tabular-nums}.bad{color:#b00020}' +
  '@media(prefers-color-scheme:dark){body{background:#111;color:#eee}td,th{border-color:#444}.bad{color:#ff8a80}}';

/** The status as a page without scripts that loads itself anew each 5 s. Texts of the settings are escaped. */
export function localPage({ gateway, isOnline, health, meters }: LocalStatus): string {
  const { uptimeS, clock, journal, mode = 'normal', rssiDbm, lineFaults = {} } = health;
  const rows = [
    row('Host', isOnline ? 'connected' : bad('not connected')),
    ...(mode === 'safe' ? [row('Mode', bad('safe mode: nothing is measured'))] : []),
    row('Clock', clock === 'synced' ? 'set' : bad('not known yet')),
    row(
      'Waiting for the host',
      `${journal.records} records${journal.dropped > 0 ? `, ${journal.dropped} lost` : ''}`,
    ),
    row('Running for', durationText(uptimeS)),
    ...(rssiDbm === undefined ? [] : [row('WiFi', `${rssiDbm} dBm`)]),
    ...Object.entries(lineFaults).map(([line, why]) => row(`Line ${escaped(line)}`, bad(why))),
  ];
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    `<meta http-equiv="refresh" content="5"><title>${escaped(gateway)}</title><style>${style}</style>` +
    `<h1>${escaped(gateway)}</h1><table>${rows.join('')}</table>${meters.map(meterText).join('')}</html>`
  );
}

function meterText({ name, state, reason, values, ageS, agesS }: LocalMeter): string {
  const how = state === 'well' ? 'answers' : bad(`${state}${reason === null ? '' : `: ${reason}`}`);
  const rows = Object.entries(values).map(([quantity, value]) => {
    const unit = isQuantityId(quantity) ? quantities[quantity].unit : '';
    const old = agesS[quantity] === undefined ? '' : ` (${durationText(agesS[quantity])} old)`;
    return row(escaped(quantity), `${value} ${unit === '1' ? '' : unit}${old}`);
  });
  const age = ageS === null ? 'no value yet' : `newest value ${ageS} s old`;
  return `<h2>${escaped(name)}</h2><p>${how}, ${age}</p><table>${rows.join('')}</table>`;
}

const row = (name: string, value: string): string => `<tr><th>${name}</th><td>${value}</td></tr>`;

const bad = (text: string): string => `<span class="bad">${escaped(text)}</span>`;

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
