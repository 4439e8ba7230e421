import { css, html, nothing, type TemplateResult } from 'lit';
import type { Profile } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { gatewayStyles } from './gateway-styles.ts';
import { RefusedByGateway } from './line-link.ts';
import { commandErrorText } from './line-words.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';

type Command = Profile['commands'][number];

/** What a meter's profile lets be written to it, by name and within its range; asked once more before it is done. */
export class JgMeterCommands extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    meter: { attribute: false },
    commands: { attribute: false },
    chosen: { state: true },
    value: { state: true },
    isAsking: { state: true },
    isBusy: { state: true },
    isDone: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      summary {
        cursor: pointer;
        font-size: 0.875rem;
        font-weight: 500;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
      }
      form,
      .box {
        margin-top: 0.75rem;
      }
      .field {
        min-width: 0;
      }
      .value input {
        width: 8rem;
      }
    `,
  ];

  declare gateway: string;
  declare meter: string;
  declare commands: readonly Command[];
  declare chosen: string | null;
  declare value: number;
  declare isAsking: boolean;
  declare isBusy: boolean;
  declare isDone: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.commands = [];
    this.chosen = null;
    this.value = Number.NaN;
    this.isAsking = false;
    this.isBusy = false;
    this.isDone = false;
    this.error = null;
  }

  get #command(): Command | undefined {
    return this.commands.find(({ id }) => id === this.chosen) ?? this.commands[0];
  }

  protected override render(): TemplateResult | typeof nothing {
    const command = this.#command;
    if (command === undefined) return nothing;
    const { write } = words().gatewayPages;
    const { min, max, unit } = command;
    const range = write.range(String(min ?? ''), String(max ?? ''), unit ?? '');
    return html`<details>
      <summary>${write.title}</summary>
      <form @submit=${this.#ask}>
        <div class="field">
          <label for="command">${write.command}</label>
          <select id="command" @change=${(event: Event) => {
            this.chosen = (event.target as HTMLSelectElement).value;
            this.isAsking = false;
          }}>
            ${this.commands.map(({ id, name }) => html`<option value=${id} ?selected=${id === command.id}>${name}</option>`)}
          </select>
        </div>
        <div class="field value">
          <label for="value">${write.value} <span class="muted">${range}</span></label>
          <input id="value" type="number" step="any" required min=${min ?? nothing} max=${max ?? nothing} .value=${Number.isNaN(this.value) ? '' : String(this.value)} @input=${(
            event: Event,
          ) => {
            this.value = (event.target as HTMLInputElement).valueAsNumber;
            this.isAsking = false;
          }} />
        </div>
        <button ?disabled=${this.isBusy || Number.isNaN(this.value)}>${write.write}</button>
      </form>
      ${this.isAsking ? this.#question(command) : nothing}
      <p role="status" class="well small">${this.isDone ? html`${icon('tick', 16)} ${write.done}` : nothing}</p>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${commandErrorText(this.error)}></jg-notice>`}
    </details>`;
  }

  #question(command: Command): TemplateResult {
    const { write } = words().gatewayPages;
    return askBox({
      label: write.title,
      text: write.ask(command.name, `${this.value} ${command.unit ?? ''}`.trim()),
      yes: write.yes,
      isOff: this.isBusy,
      onYes: () => void this.#write(command),
      onNo: () => {
        this.isAsking = false;
      },
    });
  }

  #ask(event: SubmitEvent): void {
    event.preventDefault();
    this.isAsking = true;
    this.isDone = false;
    this.error = null;
  }

  async #write({ id }: Command): Promise<void> {
    this.isAsking = false;
    this.isBusy = true;
    try {
      const { ok, message = '' } = await api.command(this.gateway, {
        name: 'write',
        meter: this.meter,
        write: { command: id, value: this.value },
      });
      if (ok) this.isDone = true;
      else this.error = new RefusedByGateway(message);
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

customElements.define('jg-meter-commands', JgMeterCommands);
