import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway, Rollout } from '../../host/api/contract.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { gatewayStyles } from './gateway-styles.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';

const tones = Object.freeze({
  running: 'well',
  paused: 'warn',
  stopped: 'bad',
  done: 'idle',
  cancelled: 'idle',
} as const satisfies Record<Rollout['state'], string>);

/** What a person has to see first. */
const order: readonly string[] = ['failed', 'asked', 'waiting', 'confirmed'];

/** How far one roll-out is, and the buttons to steer it by the event `jg-step`. */
export class JgRollout extends JgElement {
  static override properties = {
    rollout: { attribute: false },
    gateways: { attribute: false },
    isBusy: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      .members {
        max-height: 14rem;
        overflow: auto;
      }
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare rollout: Rollout;
  declare gateways: readonly Gateway[];
  declare isBusy: boolean;

  protected override render(): TemplateResult {
    const { update: text } = words();
    const { gateways, state, stage, stages, why, by, createdMs } = this.rollout;
    const done = gateways.filter(one => one.state === 'confirmed').length;
    const told = text.done(count(done), count(gateways.length));
    const isOver = state === 'done' || state === 'cancelled';
    return html`<section class="panel small" aria-label=${this.#title()}>
      <div class="head">
        <h3>${this.#title()}</h3>
        <jg-state .tone=${tones[state]} .text=${text.rolloutStates[state]}></jg-state>
      </div>
      <p class="muted number">${text.begun(by, formatTime(createdMs, 'dayTime', locale()))}</p>
      <progress max=${gateways.length} .value=${done} aria-label=${told}></progress>
      <p class="number">${isOver ? nothing : html`${text.stage(count(stage + 1), count(stages))} · `}${told}</p>
      ${why === null ? nothing : html`<jg-notice kind="bad" .text=${why}></jg-notice>`}
      <details ?open=${!isOver}>
        <summary>${text.gateways}</summary>
        <ul class="members">
          ${[...gateways]
            .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
            .map(one => html`<li>${this.#member(one)}</li>`)}
        </ul>
      </details>
      ${isOver ? nothing : html`<div class="row">${this.#steps()}</div>`}
    </section>`;
  }

  #title(): string {
    const { update: text } = words();
    const { image, change, gateways } = this.rollout;
    const what =
      image !== null
        ? text.image(image.version, image.chip)
        : change === null
          ? text.settings
          : changeText(change);
    return text.of(what, count(gateways.length));
  }

  #member({ gateway, state, message }: Rollout['gateways'][number]): TemplateResult {
    const { update: text } = words();
    const update = this.gateways.find(({ id }) => id === gateway)?.update;
    const how = state === 'asked' && update ? `, ${text.states[update.state] ?? update.state}` : '';
    return html`<code>${gateway}</code> <span class=${state === 'failed' ? 'bad' : ''}>${text.memberStates[state]}${how}</span>
      ${message === null ? nothing : html` <span class="muted">${message}</span>`}`;
  }

  #steps(): unknown {
    const { update: text } = words();
    const { id, state } = this.rollout;
    const button = (step: 'pause' | 'resume' | 'cancel', label: string) =>
      html`<button ?disabled=${this.isBusy} @click=${() => this.tell('jg-step', { id, step })}>${label}</button>`;
    return [
      state === 'running' ? button('pause', text.pause) : button('resume', text.resume),
      button('cancel', text.end),
    ];
  }
}

const count = (value: number): string => formatNumber(value, locale(), 0);

/** `Window, s: 60, time-out, ms: as usual (eastron-sdm630)`. */
function changeText({ profile, ...fields }: NonNullable<Rollout['change']>): string {
  const { update: text } = words();
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `${text.fields[name] ?? name}: ${typeof value === 'number' ? count(value) : text.usual}`,
  );
  return `${parts.join(', ')}${profile === undefined ? '' : ` (${profile})`}`;
}

customElements.define('jg-rollout', JgRollout);
