import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type {
  BeginRequest,
  LabKind,
  LabOption,
  LabPartInfo,
  LabValue,
} from '../../simulator/control/contract.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { basics, controls } from '../styles.ts';
import {
  choiceName,
  happeningName,
  happeningText,
  labWords,
  optionName,
  optionUnit,
} from './lab-language.ts';
import { readValue, textOf } from './option-values.ts';

const durationsS = [10, 60, 300, 900, 3600] as const;
const untilEnded = 'ended';

const optionLabel = (name: string): string => {
  const unit = optionUnit(name);
  return unit === undefined ? optionName(name) : `${optionName(name)}, ${unit}`;
};

/** Chooses what is to go wrong with a part, with its options and for how long. Tells `jg-begin` (detail: `BeginRequest`). */
export class JgBeginForm extends JgElement {
  static override properties = {
    of: { attribute: false },
    kinds: { attribute: false },
    isBusy: { attribute: false },
    what: { state: true },
    texts: { state: true },
    lasting: { state: true },
    mistake: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.5rem), 1fr));
        gap: 0.875rem;
        align-items: end;
      }
      .whole,
      .hint {
        grid-column: 1 / -1;
      }
      .hint {
        margin-top: -0.5rem;
      }
      select {
        width: 100%;
      }
      .mistake {
        grid-column: 1 / -1;
        color: var(--jg-bad);
      }
    `,
  ];

  declare of: LabPartInfo | null;
  /** Those that can happen to the part. */
  declare kinds: readonly LabKind[];
  declare isBusy: boolean;
  declare what: string;
  declare texts: Readonly<Record<string, string>>;
  declare lasting: string;
  declare mistake: string;

  constructor() {
    super();
    this.of = null;
    this.kinds = [];
    this.isBusy = false;
    this.what = '';
    this.texts = {};
    this.lasting = '60';
    this.mistake = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('kinds') && this.#kind === undefined) this.#choose(this.kinds[0]?.id ?? '');
  }

  get #kind(): LabKind | undefined {
    return this.kinds.find(({ id }) => id === this.what);
  }

  #choose(what: string): void {
    this.what = what;
    this.mistake = '';
    const options = Object.entries(this.#kind?.options ?? {});
    this.texts = Object.fromEntries(options.map(([name, option]) => [name, textOf(option)]));
  }

  protected override render(): TemplateResult {
    const own = labWords();
    const kind = this.#kind;
    const choices = this.kinds.map(({ id }) => [id, happeningName(id)] as const);
    return html`<form @submit=${this.#submit} novalidate>
      <div class="whole">
        ${choiceField('what', own.what, this.what, choices, ({ value }) => this.#choose(value))}
      </div>
      <p class="hint small muted">${happeningText(this.what) || kind?.what}</p>
      ${Object.entries(kind?.options ?? {}).map(([name, option]) => this.#field(name, option))}
      ${kind?.lasts === true ? this.#lasting() : nothing}
      ${this.mistake === '' ? nothing : html`<p class="mistake small" role="alert">${this.mistake}</p>`}
      <button class="primary" ?disabled=${this.isBusy}>${kind?.lasts === true ? own.begin : own.doNow}</button>
    </form>`;
  }

  #lasting(): TemplateResult {
    const own = labWords();
    const choices = [
      ...durationsS.map(seconds => [String(seconds), own.durations[seconds]] as const),
      [untilEnded, own.untilEnded] as const,
    ];
    return choiceField('lasting', own.lasting, this.lasting, choices, ({ value }) => {
      this.lasting = value;
    });
  }

  #field(name: string, option: LabOption): TemplateResult {
    const text = this.texts[name] ?? '';
    const set = (value: string) => {
      this.texts = { ...this.texts, [name]: value };
      this.mistake = '';
    };
    if (option.takes === 'text' && option.oneOf !== undefined) {
      const choices = option.oneOf.map(one => [one, choiceName(one)] as const);
      return choiceField(name, optionName(name), text, choices, ({ value }) => set(value));
    }
    const isWrong = this.mistake !== '' && readValue(option, text) === undefined;
    return html`<div class="field">
      <label for=${name}>${optionLabel(name)}</label>
      <input
        id=${name}
        autocomplete="off"
        inputmode=${option.takes === 'integers' || option.takes === 'text' ? 'text' : 'decimal'}
        placeholder=${option.takes === 'integers' ? labWords().all : ''}
        aria-invalid=${isWrong ? 'true' : 'false'}
        .value=${text}
        @input=${(event: Event) => set((event.target as HTMLInputElement).value)}
      >
    </div>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const kind = this.#kind;
    if (kind === undefined || this.of === null || this.isBusy) return;
    const values: Record<string, LabValue> = {};
    for (const [name, option] of Object.entries(kind.options)) {
      const value = readValue(option, this.texts[name] ?? '');
      if (value === undefined && 'min' in option) {
        this.mistake = labWords().notAllowed(optionLabel(name), option.min, option.max);
        this.renderRoot.querySelector<HTMLElement>(`#${name}`)?.focus();
        return;
      }
      values[name] = value ?? null;
    }
    const request: BeginRequest = {
      what: kind.id,
      part: this.of.id,
      values,
      ...(kind.lasts && this.lasting !== untilEnded ? { forS: Number(this.lasting) } : {}),
    };
    this.tell('jg-begin', request);
  };
}

customElements.define('jg-begin-form', JgBeginForm);
