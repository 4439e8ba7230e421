import { html, nothing, type TemplateResult } from 'lit';
import type { AlarmEvent } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';

/** What people said about an event, and a line to say something. Tells `jg-alarm` with the event as it became. */
export class JgAlarmComments extends JgElement {
  static override properties = { event: { attribute: false }, zone: { attribute: false } };
  static override styles = [basics, controls, pageStyles, alarmStyles];

  declare event: AlarmEvent;
  declare zone: string | undefined;
  readonly #work = new Work(this);

  constructor() {
    super();
    new FocusKeeper(this, () => this.renderRoot.querySelector('input'));
  }

  get isBusy(): boolean {
    return this.#work.isBusy;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { events } = words().alarms;
    const { comments } = this.event;
    const maySay = mayHere('operator');
    if (comments.length === 0 && !maySay) return nothing;
    return html`<div class="rows">
      ${
        comments.length === 0
          ? nothing
          : html`<ul aria-label=${events.comments}>
              ${comments.map(
                ({ by, atMs, text }) =>
                  html`<li class="comment"><span class="small muted">${events.said(by, formatTime(atMs, 'dayTime', locale(), this.zone))}</span><br />${text}</li>`,
              )}
            </ul>`
      }
      ${
        maySay
          ? html`<form class="row" @submit=${this.#say}>
              <div class="grows"><label class="visually-hidden" for="text">${events.comment}</label>
              <input id="text" name="text" maxlength="1000" required autocomplete="off" placeholder=${events.comment} /></div>
              <button ?disabled=${this.isBusy}>${events.send}</button>
            </form>`
          : nothing
      }
      ${this.#work.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.#work.error)}></jg-notice>`}
    </div>`;
  }

  readonly #say = async (submitted: SubmitEvent): Promise<void> => {
    submitted.preventDefault();
    const form = submitted.target as HTMLFormElement;
    const text = String(new FormData(form).get('text') ?? '').trim();
    if (text === '' || this.isBusy) return;
    await this.#work.do(async () => {
      this.tell('jg-alarm', await api.commentAlarm(this.event.id, text));
      form.reset();
    });
  };
}

customElements.define('jg-alarm-comments', JgAlarmComments);
