import { css, html, nothing, type TemplateResult } from 'lit';
import type { FirmwareImage } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import type { BoardPort, WriteStep } from './board-writer.ts';
import { gatewayStyles } from './gateway-styles.ts';
import { serialOf } from './serial-line.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** Writes the firmware that the host has to a board at a USB port of this computer. */
export class JgFlash extends JgElement {
  static override properties = {
    images: { state: true },
    step: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      section {
        justify-items: start;
      }
      ol {
        list-style: decimal;
        padding-left: 1.5rem;
      }
      progress {
        max-width: 24rem;
      }
      code {
        user-select: all;
      }
    `,
  ];

  /** null: not asked yet. */
  declare images: readonly FirmwareImage[] | null;
  declare step: WriteStep | null;
  declare isBusy: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.images = null;
    this.step = null;
    this.isBusy = false;
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const { images } = await api.firmware();
      // The newest of each chip: the list begins with the newest. Those of the simulator go on no board.
      this.images = images.filter(
        ({ chip }, index) => chip !== 'linux' && images.findIndex(image => image.chip === chip) === index,
      );
    } catch (error) {
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { flash } = words().gatewayPages;
    return html`<section class="panel" aria-labelledby="flash">
      <div>
        <h2 id="flash">${flash.title}</h2>
        <p class="muted">${flash.intro}</p>
      </div>
      ${this.#body()}
      <div role="status">${this.step === null ? nothing : this.#progress(this.step)}</div>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${this.#errorWords()}></jg-notice>`}
    </section>`;
  }

  #body(): TemplateResult | typeof nothing {
    const { flash } = words().gatewayPages;
    if (this.images === null) return nothing;
    if (this.images.length === 0) {
      return html`<p>${flash.noImages} <code>npm run firmware:build -- --target esp32</code></p>`;
    }
    const list = this.images.map(({ chip, version }) => `${chip} ${version}`).join(', ');
    const hasSerial = serialOf(navigator) !== undefined;
    return html`<p>${flash.has(list)}</p>
      ${hasSerial ? html`<ol><li>${flash.plug}</li><li>${flash.choose}</li><li>${flash.pair}</li></ol>` : html`<jg-notice kind="warn" .text=${flash.noSerial}></jg-notice>`}
      <button class="primary" ?disabled=${!hasSerial || this.isBusy} @click=${this.#start}>${this.isBusy ? flash.busy : flash.start}</button>`;
  }

  #progress(step: WriteStep): TemplateResult {
    const { flash } = words().gatewayPages;
    switch (step.step) {
      case 'connecting':
        return html`<p>${flash.connecting}</p>`;
      case 'found':
        return html`<p>${flash.found(step.chip)}</p>`;
      case 'writing': {
        const percent = formatNumber(step.share * 100, locale(), 0);
        return html`<p>${flash.writing(step.name, percent)}</p>
          <progress max="1" .value=${step.share} aria-label=${flash.title}></progress>`;
      }
      case 'done':
        return html`<p class="well">${flash.done}</p>`;
    }
  }

  #errorWords(): string {
    const { flash } = words().gatewayPages;
    const { error } = this;
    if (error instanceof NoImage) return flash.noImageFor(error.chip);
    return error instanceof Error && error.name === 'Error' ? flash.failed(error.message) : errorText(error);
  }

  #start = async (): Promise<void> => {
    const serial = serialOf<BoardPort>(navigator);
    const { images } = this;
    if (serial === undefined || images === null || this.isBusy) return;
    this.error = null;
    this.step = null;
    let port: BoardPort;
    try {
      port = await serial.requestPort();
    } catch {
      // Nothing was chosen.
      return;
    }
    this.isBusy = true;
    try {
      const { writeBoard } = await import('./board-writer.ts');
      const piecesFor = async (chip: string) => {
        const image = images.find(one => one.chip === chip);
        if (image === undefined) throw new NoImage(chip);
        return Promise.all(
          image.parts.map(async ({ path, offset, md5 }) => ({
            ...{ name: path, offset, md5 },
            bytes: await api.firmwarePart(image.id, path),
          })),
        );
      };
      await writeBoard(port, piecesFor, step => {
        this.step = step;
      });
    } catch (error) {
      this.step = null;
      this.error = error;
    }
    this.isBusy = false;
  };
}

/** The host has no image for the chip that answered. */
class NoImage extends Error {
  readonly chip: string;

  constructor(chip: string) {
    super(chip);
    this.chip = chip;
  }
}

customElements.define('jg-flash', JgFlash);
