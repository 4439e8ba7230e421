import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import './jg-notice.ts';

/** How a gateway lives: its mode, starts, memory and network, as far as it tells. */
export class JgGatewayLife extends JgElement {
  static override properties = { gateway: { attribute: false } };
  static override styles = [
    basics,
    css`
      section {
        display: grid;
        gap: 0.75rem;
        padding: 1.25rem;
      }
      h3 {
        font-size: 1rem;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.25rem 1rem;
      }
      dt {
        color: var(--jg-muted);
      }
      dd {
        overflow-wrap: anywhere;
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
      <dl class="number">${this.#rows()}</dl>
    </section>`;
  }

  #rows(): TemplateResult[] {
    const { life: text } = words();
    const { life, network } = this.gateway;
    const rows: TemplateResult[] = [];
    const row = (name: string, value: string | null) => {
      if (value !== null) rows.push(html`<dt>${name}</dt><dd>${value}</dd>`);
    };
    const whole = (value: number) => formatNumber(value, locale(), 0);
    const kilobytes = (bytes: number) => text.kilobytes(whole(bytes / 1000));
    const said = <T>(value: T | null | undefined, words: (value: T) => string) =>
      value === null || value === undefined ? null : words(value);
    row(text.boots, said(life?.boots, whole));
    row(
      text.resetReason,
      said(life?.resetReason, reason => text.resetReasons[reason] ?? reason),
    );
    row(text.heap, said(life?.heapFreeBytes, kilobytes));
    const { slotBytes = null, chunkBytes = null, stackPeakBytes = null } = life ?? {};
    if (slotBytes !== null && chunkBytes !== null && stackPeakBytes !== null) {
      row(
        text.script,
        text.scriptParts(kilobytes(slotBytes), kilobytes(chunkBytes), kilobytes(stackPeakBytes)),
      );
    }
    row(
      text.loopDelay,
      said(life?.loopDelayMs, value => text.milliseconds(whole(value))),
    );
    const strength = said(life?.rssiDbm, value => text.dbm(whole(value)));
    const wifi = [network?.wifiName, strength].filter(part => typeof part === 'string');
    row(text.wifi, wifi.length === 0 ? null : wifi.join(' · '));
    row(text.address, network?.address ?? null);
    const { broker = null, port = null } = network ?? {};
    row(text.broker, broker === null ? null : port === null ? broker : `${broker}:${port}`);
    return rows;
  }
}

customElements.define('jg-gateway-life', JgGatewayLife);
