import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import type { Tone } from '../site/condition.ts';
import { basics } from '../styles.ts';
import { flashErasesMost, memoryOf, paceOf, signalOf, startTone, wearOf } from './gateway-health.ts';
import { gatewayStyles } from './gateway-styles.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';

type Life = NonNullable<Gateway['life']>;

/** How a gateway lives, in words with the figure beside them: its starts, memory, flash and network, as far as it tells. */
export class JgGatewayLife extends JgElement {
  static override properties = { gateway: { attribute: false } };
  static override styles = [
    basics,
    pageStyles,
    gatewayStyles,
    css`
      dd svg {
        vertical-align: -0.125rem;
      }
      dd p {
        margin-top: 0.125rem;
      }
    `,
  ];

  declare gateway: Gateway;

  protected override render(): TemplateResult | typeof nothing {
    const { life: text } = words();
    const { life, network } = this.gateway;
    if (life === undefined && network === undefined) return nothing;
    return html`<section class="panel small" aria-labelledby="life">
      <h3 id="life">${text.title}</h3>
      ${life?.mode === 'safe' ? html`<jg-notice kind="bad" .text=${`${text.safe}. ${text.safeHelp}`}></jg-notice>` : nothing}
      ${network?.isOnTrial ? html`<jg-notice kind="warn" .text=${text.onTrial}></jg-notice>` : nothing}
      <dl class="facts number">
        ${life === undefined ? nothing : [this.#starts(life), this.#memory(life), this.#pace(life), this.#flash(life)]}
        ${this.#network(life?.rssiDbm ?? null)}
      </dl>
    </section>`;
  }

  #starts({ boots, resetReason }: Life): unknown {
    const { life: text } = words();
    return [
      boots === null ? nothing : this.#row(text.boots, whole(boots)),
      resetReason === null
        ? nothing
        : this.#row(
            text.resetReason,
            text.resetReasons[resetReason] ?? resetReason,
            startTone(resetReason),
            text.startHelp[resetReason],
          ),
    ];
  }

  #memory({ heapFreeBytes, slotBytes, chunkBytes, stackPeakBytes }: Life): unknown {
    const { life: text } = words();
    const kilobytes = (bytes: number) => text.kilobytes(whole(bytes / 1000));
    const rows = [];
    if (heapFreeBytes !== null) {
      const { is, tone } = memoryOf(heapFreeBytes);
      rows.push(this.#row(text.heap, text.figure(text.memories[is], kilobytes(heapFreeBytes)), tone));
    }
    if (slotBytes !== null && chunkBytes !== null && stackPeakBytes !== null) {
      const parts = text.scriptParts(kilobytes(slotBytes), kilobytes(chunkBytes), kilobytes(stackPeakBytes));
      rows.push(this.#row(text.script, parts));
    }
    return rows;
  }

  #pace({ loopDelayMs }: Life): unknown {
    if (loopDelayMs === null) return nothing;
    const { life: text } = words();
    const { is, tone } = paceOf(loopDelayMs);
    return this.#row(text.pace, text.figure(text.paces[is], text.milliseconds(whole(loopDelayMs))), tone);
  }

  #flash({ journalErases, journalBadBlocks }: Life): unknown {
    if (journalErases === null) return nothing;
    const { life: text } = words();
    const bad = journalBadBlocks ?? 0;
    const { is, tone } = wearOf(journalErases, bad);
    const told = text.wear(whole(journalErases), whole(flashErasesMost));
    const help = is === 'failing' ? text.badBlocks(whole(bad)) : is === 'worn' ? text.wornHelp : undefined;
    return this.#row(text.flash, text.figure(text.wears[is], told), tone, help);
  }

  #network(rssiDbm: number | null): unknown {
    const { life: text } = words();
    const { network } = this.gateway;
    const rows = [];
    if (network?.wifiName != null) rows.push(this.#row(text.wifi, network.wifiName));
    if (rssiDbm !== null) {
      const { is, tone } = signalOf(rssiDbm);
      const told = text.figure(text.signals[is], text.dbm(whole(rssiDbm)));
      rows.push(this.#row(text.signal, told, tone, tone === 'well' ? undefined : text.signalHelp));
    }
    if (network?.address != null) rows.push(this.#row(text.address, network.address));
    const { broker = null, port = null } = network ?? {};
    if (broker !== null) rows.push(this.#row(text.broker, port === null ? broker : `${broker}:${port}`));
    return rows;
  }

  /** What is not well has a sign and says what to do. */
  #row(name: string, value: string, tone: Tone = 'idle', help?: string): TemplateResult {
    const isIll = tone === 'warn' || tone === 'bad';
    return html`<dt>${name}</dt>
      <dd>
        <span class=${isIll ? tone : ''}>${isIll ? icon('alert', 16) : nothing} ${value}</span>
        ${help === undefined ? nothing : html`<p class="muted">${help}</p>`}
      </dd>`;
  }
}

const whole = (value: number): string => formatNumber(value, locale(), 0);

customElements.define('jg-gateway-life', JgGatewayLife);
