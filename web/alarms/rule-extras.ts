import { html, nothing, type TemplateResult } from 'lit';
import { mayHere } from '../access.ts';
import { words } from '../i18n/language.ts';
import type { Site } from '../site/site.ts';
import { channelText, type KnownChannels } from './channel-names.ts';
import type { RuleDraft, RuleMistakes } from './rule-draft.ts';
import { dayName } from './rule-words.ts';

/** Who is told: channels of the site and of the host. */
export function channelChoice(
  chosen: readonly string[],
  known: KnownChannels,
  site: Site,
  change: (channels: readonly string[]) => void,
): TemplateResult {
  const { rules: text } = words().alarms;
  if (!mayHere('admin')) return html`<p class="muted">${text.channelsHidden}</p>`;
  const fitting = known.entries
    .filter(entry => entry.site === null || entry.site === site.id)
    .map(({ id }) => id);
  const all = [...fitting, ...chosen.filter(id => !fitting.includes(id))];
  if (all.length === 0) return html`<p class="muted">${text.noChannels}</p>`;
  const turn = (id: string) => (event: Event) => {
    const isOn = (event.target as HTMLInputElement).checked;
    change(isOn ? [...chosen, id] : chosen.filter(each => each !== id));
  };
  return html`<div class="checks">
      ${all.map(id => html`<label class="check"><input type="checkbox" .checked=${chosen.includes(id)} @change=${turn(id)} />${channelText(known, id)}</label>`)}
    </div>
    ${chosen.length === 0 ? html`<p class="small muted">${text.tellsNobody}</p>` : nothing}`;
}

const workingDays = [1, 2, 3, 4, 5];
const week = [1, 2, 3, 4, 5, 6, 7];

/** When the rule looks, and whether people are reminded. */
export function scheduleFields(
  { schedule, reminderHours }: RuleDraft,
  mistakes: RuleMistakes,
  change: (part: Partial<RuleDraft>) => void,
): TemplateResult {
  const { rules: text, durations } = words().alarms;
  const wrong = (name: string) => {
    const mistake = mistakes.get(name);
    return mistake === undefined
      ? nothing
      : html`<p class="wrong" id=${`${name}-wrong`}>${text.wrong[mistake.is](mistake.figure)}</p>`;
  };
  return html`<details ?open=${schedule !== null || reminderHours !== '' || mistakes.has('reminderHours')}>
    <summary>${text.fine}</summary>
    <div class="stack">
      <label class="check"><input type="checkbox" .checked=${schedule !== null} @change=${(event: Event) => {
        const isOn = (event.target as HTMLInputElement).checked;
        change({ schedule: isOn ? { days: workingDays, from: '08:00', to: '18:00' } : null });
      }} />${text.schedule}</label>
      ${
        schedule === null
          ? nothing
          : html`<fieldset><legend class="visually-hidden">${text.days}</legend><div class="checks">
                ${week.map(
                  day =>
                    html`<label class="check"><input type="checkbox" .checked=${schedule.days.includes(day)} @change=${(
                      event: Event,
                    ) => {
                      const isOn = (event.target as HTMLInputElement).checked;
                      const days = isOn
                        ? [...schedule.days, day].sort()
                        : schedule.days.filter(each => each !== day);
                      change({ schedule: { ...schedule, days } });
                    }} />${dayName(day)}</label>`,
                )}
              </div>${wrong('schedule')}</fieldset>
              <div class="times">
                ${(['from', 'to'] as const).map(
                  end => html`<div class="field"><label for=${`schedule-${end}`}>${text[end]}</label>
                    <input id=${`schedule-${end}`} type="time" required .value=${schedule[end]} @change=${(event: Event) => change({ schedule: { ...schedule, [end]: (event.target as HTMLInputElement).value || schedule[end] } })} /></div>`,
                )}
              </div>`
      }
      <div class="fields"><div class="field">
        <label for="reminderHours">${text.reminder}</label>
        <div class="with-unit"><input id="reminderHours" inputmode="numeric" maxlength="4" autocomplete="off" .value=${reminderHours}
          aria-invalid=${mistakes.has('reminderHours') ? 'true' : nothing} aria-describedby="reminder-help"
          @input=${(event: Event) => change({ reminderHours: (event.target as HTMLInputElement).value })} /><span class="muted">${durations.h}</span></div>
        <p class="small muted" id="reminder-help">${text.reminderHelp}</p>
        ${wrong('reminderHours')}
      </div></div>
    </div>
  </details>`;
}
